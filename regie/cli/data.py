"""`regie export` and `regie db`: the data in an open form, and its tables."""

from pathlib import Path

import click

from connector.store.listing import reader
from regie import database as databases
from regie import settings as environment
from regie.cli.common import the_house, the_merchant
from regie.cli.restoring import ledger_at


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
        target = click.open_file(str(output or "-"), "wb", atomic=output is not None)
        with target as stream, house.database.read() as connection:
            for document in reader.export(connection, merchant.id):
                stream.write(document + b"\n")


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
