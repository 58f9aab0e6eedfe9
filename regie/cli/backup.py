"""`regie backup` and `regie restore`: a copy of everything, and the way back."""

from pathlib import Path

import click

from connector.store import backup as backups
from connector.store.backup import BadBackup
from regie import database as databases
from regie import settings as environment
from regie.cli.common import the_house
from regie.cli.restoring import beside, put_back, renew_search
from regie.house import House
from regie.settings import KEY_FILE
from storefront.disclosure.store.ledger_file import LedgerFile

_TAILS = ("", "-wal", "-shm", "-journal", ".journal")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the whole database to FILE, while it is in use; on SQLite the ledger to FILE.ledger."""
    with the_house() as house:
        for target in (file, beside(file)):
            _refuse_own(house, target)
        size = backups.back_up(house.database, file, databases.METADATA)
        click.echo(f"{file}: {size} bytes")
        if isinstance(house.ledger, LedgerFile):
            house.ledger.fold()
            size = backups.back_up(house.ledger, beside(file))
            click.echo(f"{beside(file)}: {size} bytes")


def _refuse_own(house: House, target: Path) -> None:
    """Refuse to write over a file that the house lives in, or into a folder of such files."""
    stores = [it.path for it in (house.database, house.ledger) if it.path is not None]
    own = {it.with_name(it.name + tail).resolve() for it in stores for tail in _TAILS}
    own.add((house.settings.home_path / KEY_FILE).resolve())
    real = target.resolve()
    if own & {real, real.parent}:
        raise BadBackup("This file belongs to the house itself.", path=str(target))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--with-ledger", is_flag=True, help="Put the ledger back as well: later answers leave it."
)
@click.confirmation_option(prompt="Replace everything in the database by the backup?")
def restore(file: Path, *, with_ledger: bool) -> None:
    """Replace the database's content by a backup.

    The ledger stays as it stands, because receipts that were given out must keep their entries;
    it is taken from the backup only where it is missing or damaged.
    """
    settings = environment.read()
    database = databases.connect(settings)
    try:
        fate = put_back(database, file, with_ledger=with_ledger)
        renew_search(settings, database)
    finally:
        database.close()
    click.echo(f"restored from {file}; the search index is written anew by the worker")
    click.secho(fate.text, fg="red" if fate.is_lost else None, err=fate.is_lost)
