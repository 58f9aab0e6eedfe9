"""`regie export` and `regie db`: the data in an open form, and its tables."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from connector.model.errors import StorageError
from connector.store.listing import reader
from regie import database as databases
from regie import settings as environment
from regie.cli.common import the_house, the_merchant
from regie.cli.restoring import ledger_at


class ExportFailed(StorageError):
    """The export could not be written; what stood in the file still stands there."""

    code = "export_unwritten"
    remedy = "Give a file in a folder that can be written and has room."


@click.group()
def export() -> None:
    """Write data out in an open form."""


@export.command("catalog")
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: stdout.")
def export_catalog(form: str, output: Path | None) -> None:
    """Write the canonical products, one JSON object per line, sorted by id."""
    del form  # one form so far; the option keeps the command line stable
    with the_house() as house:
        merchant = the_merchant(house)
        with _written(output) as stream, house.database.read() as connection:
            for document in reader.export(connection, merchant.id):
                stream.write(document + b"\n")


@contextmanager
def _written(output: Path | None) -> Iterator[IO[bytes]]:
    """Yield what to write to; a file takes its name only when all of it is there."""
    if output is None or output.name == "-":
        yield sys.stdout.buffer
        return
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(output)
    except OSError as error:
        raise ExportFailed(f"The file cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database, and the ledger beside it, to the version of this Regie."""
    database = databases.connect(environment.read())
    before, after = databases.upgrade(database)
    ledger = ledger_at(database)
    if ledger is not database:
        databases.upgrade(ledger)
        ledger.close()
    database.close()
    click.echo(f"database: {before or 'empty'} -> {after}")
