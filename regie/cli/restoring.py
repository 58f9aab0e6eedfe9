"""Putting a backup back so that no running server goes on by what it remembers."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import SQLAlchemyError

from connector.model.errors import RegieError
from connector.store import backup as backups
from connector.store import tables
from connector.store.backup import BadBackup
from connector.store.clock import ms, system_clock
from connector.store.database import Database
from connector.store.database.sqlite_files import holds_rows, is_sound
from connector.store.listing import reader
from connector.store.search import follow
from connector.store.search.choose import choose
from regie import database as databases
from regie.settings import Settings
from storefront.disclosure.store import pulse
from storefront.disclosure.store.ledger_file import LedgerFile
from storefront.disclosure.store.pulse import Pulse
from storefront.disclosure.store.tables import disclosure, ledger_entry

LEDGER = frozenset(
    {
        "ledger_entry",
        "ledger_detail",
        "ledger_end",
        "ledger_head",
        "exposure",
        "exposure_cursor",
    }
)
"""What a restore leaves alone: a receipt that somebody holds must keep its entry."""
# Beyond what anyone can have seen of a database that can no longer be read.
_FAR = 1_000_000


class Fate(Struct, frozen=True):
    """What became of the ledger: `text` tells it, `is_lost` is to be mended by a person."""

    text: str
    is_lost: bool = False


KEPT = Fate("the ledger stands as it was")
TAKEN = Fate("the ledger came from the backup")
NEW = Fate("the backup holds no ledger: a new one begins")
DAMAGED = Fate(
    "the ledger is damaged and the backup holds none: move its file away to begin a new one",
    is_lost=True,
)


def beside(file: Path) -> Path:
    """Return where the ledger of a backup lies, where it is a file of its own."""
    return file.with_name(f"{file.name}.ledger")


def ledger_at(database: Database) -> Database:
    """Open the ledger whatever its version: a file of its own beside SQLite."""
    if database.path is None:
        return database
    return databases.ledger_file(database.path)


def put_back(database: Database, file: Path, *, with_ledger: bool) -> Fate:
    """Restore the database, and the ledger only where it must be; return its fate."""
    before = _pulses(database)
    if database.path is None:
        fate = _put_back_server(database, file, with_ledger=with_ledger)
    else:
        fate = _put_back_files(database, file, with_ledger=with_ledger)
    databases.upgrade(database)
    with database.write() as connection:
        _outdate(connection, before)
    return fate


def _put_back_server(database: Database, file: Path, *, with_ledger: bool) -> Fate:
    if databases.revision(database) is None:
        databases.upgrade(database)
    with database.read() as connection:
        stands = connection.execute(select(ledger_entry.c.seq).limit(1)).first()
    keep = frozenset[str]() if with_ledger or stands is None else LEDGER
    backups.restore(database, file, databases.revisions(), databases.METADATA, keep)
    return KEPT if keep else TAKEN


def _put_back_files(database: Database, file: Path, *, with_ledger: bool) -> Fate:
    ledger, copy = ledger_at(database), beside(file)
    if with_ledger and not copy.exists():
        raise BadBackup(f"There is no ledger beside the backup: {copy}.", path=str(copy))
    backups.check(file, databases.revisions())
    _refuse_another_kind(database, file)
    _fold(ledger)
    fate = TAKEN if with_ledger else _fate(ledger, copy)
    if fate is TAKEN:
        backups.check(copy, databases.revisions())
    backups.restore(database, file, databases.revisions())
    if fate is TAKEN:
        backups.restore(ledger, copy, databases.revisions())
    if fate is not DAMAGED:
        databases.upgrade(ledger)
    ledger.close()
    return fate


def _refuse_another_kind(database: Database, file: Path) -> None:
    """Refuse to put what knows no merchant over what does: a ledger has all tables, too."""
    own, table = database.path, tables.merchant.name
    if holds_rows(file, table) or own is None or not own.exists() or not holds_rows(own, table):
        return
    right = file.with_suffix("") if file.suffix == ".ledger" else None
    instead = f"; the backup beside it is {right}" if right and right.exists() else ""
    raise BadBackup(f"This file holds no shop's catalogue{instead}.", path=str(file))


def _fold(ledger: Database) -> None:
    """Let the ledger have what waits in journals; where it cannot, they wait for the next one."""
    if isinstance(ledger, LedgerFile) and ledger.path is not None and ledger.path.exists():
        with suppress(RegieError, SQLAlchemyError):
            ledger.fold()


def _fate(ledger: Database, copy: Path) -> Fate:
    """Tell what is to become of a ledger that nobody asked to replace."""
    path = ledger.path
    standing = path is not None and path.exists()
    if path is not None and standing and is_sound(path) and holds_rows(path, ledger_entry.name):
        return KEPT
    if copy.exists():
        return TAKEN
    return DAMAGED if path is not None and standing and not is_sound(path) else NEW


def _pulses(database: Database) -> Mapping[str, Pulse]:
    """Return where every merchant stands, as far as the database can still tell."""
    try:
        with database.read() as connection:
            return {it: pulse.read(connection, it) for it in _merchants(connection)}
    except (RegieError, SQLAlchemyError):
        return {}


def _merchants(connection: Connection) -> list[str]:
    return list(connection.execute(select(tables.merchant.c.id)).scalars())


def _outdate(connection: Connection, before: Mapping[str, Pulse]) -> None:
    """Put both numbers above all that a server or a reader can remember.

    Products and places move with them, in their order: whoever follows the changes gets all of
    what was restored.
    """
    for merchant_id in _merchants(connection):
        now = pulse.read(connection, merchant_id)
        old = before.get(merchant_id) or Pulse(now.sequence + _FAR, ms(system_clock()))
        _move_changes(connection, merchant_id, max(old.sequence, now.sequence))
        pulse.bump(connection, merchant_id)
        connection.execute(
            update(disclosure)
            .where(disclosure.c.merchant_id == merchant_id)
            .values(revision=max(old.revision, now.revision) + 1)
        )


def _move_changes(connection: Connection, merchant_id: str, by: int) -> None:
    for table in (tables.product, tables.location):
        mine = table.c.merchant_id == merchant_id
        connection.execute(update(table).where(mine).values(seq=table.c.seq + by))
    merchant = tables.merchant
    moved = merchant.c.sequence + by
    connection.execute(update(merchant).where(merchant.c.id == merchant_id).values(sequence=moved))


def renew_search(settings: Settings, database: Database) -> None:
    """Let the search index be written anew from the restored documents; the worker does it."""
    with database.read() as connection:
        sizes = {it: sum(reader.count(connection, it).values()) for it in _merchants(connection)}
    folder = settings.home_path / "search"
    for merchant_id, products in sizes.items():
        found = choose(database, products=products, folder=folder, wish=settings.search)
        follow.renew(database, found.inverted, merchant_id)
