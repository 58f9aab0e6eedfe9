"""The ledger of an embedded house: answers wait for a journal only, and readers find all of it."""

import atexit
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection

from connector.store.database import Database
from storefront.disclosure.ledger.entry import Detail, Entry
from storefront.disclosure.ledger.record import Group, framed
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.store import folding
from storefront.disclosure.store.folding import Damage, Folder
from storefront.disclosure.store.ledger import Chain, LedgerTables, Where, marked, open_chain
from storefront.disclosure.store.writing import Unfolded, Writing

_AT_EXIT = 2.0
_open_files: "weakref.WeakSet[LedgerFile]" = weakref.WeakSet()


class LedgerFile(Database):
    """The ledger's tables in a file, with the journals of all processes in a folder beside it.

    Whoever reads or writes the tables finds in them every entry that was written before.
    """

    def __init__(self, url: str | URL, *, patience: float = 30.0) -> None:
        super().__init__(url, patience=patience)
        folder = journals_of(Path(self.url.database or ""))
        self.writing = Writing(folder, self._store)
        self._folder = Folder(folder, self._store)
        _open_files.add(self)

    def fold(self) -> None:
        """Carry over into the tables what stands in journals, of this process and of others."""
        with _told():
            self.writing.fold()
            self._folder.fold_all()

    def damage(self) -> Sequence[Damage]:
        """Return what in journals is not as it was written."""
        with _told():
            return self._folder.damage()

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection in a read transaction, after folding."""
        self.fold()
        return super().read()

    def glance(self) -> AbstractContextManager[Connection]:
        """Give a connection for one statement, after folding."""
        self.fold()
        return super().glance()

    def snapshot(self, *, patience: float | None = None) -> AbstractContextManager[Connection]:
        """Give a connection for several statements, after folding."""
        self.fold()
        return super().snapshot(patience=patience)

    @contextmanager
    def write(
        self, *, patience: float | None = None, durable: bool = False
    ) -> Iterator[Connection]:
        """Yield a connection in a write transaction, after folding."""
        self.fold()
        with super().write(patience=patience, durable=durable) as connection:
            yield connection

    def _store(self, groups: Sequence[Group]) -> bool:
        with super().write() as connection:
            if not folding.is_laid(connection):
                return False
            folding.fold(connection, groups)
        return True

    def close(self) -> None:
        """Fold what this process wrote, and close."""
        self.writing.close()
        super().close()

    def after_fork(self) -> None:
        """Leave the parent's journals and connections to the parent."""
        self.writing.forget()
        super().after_fork()


@contextmanager
def _told() -> Iterator[None]:
    """Tell in our words that the folder of journals, or a file in it, cannot be read."""
    try:
        yield
    except OSError as error:
        raise Unfolded(f"The ledger's journals cannot be read: {error.strerror}.") from error


class LedgerJournal:
    """Where books of an embedded house are written: one record in a journal for each group."""

    def __init__(self, ledger: LedgerFile, seal: Seal) -> None:
        self._ledger = ledger
        self._seal = seal

    def write(
        self,
        entries: Sequence[Entry],
        details: Mapping[tuple[str, bytes], Detail],
        ends: Sequence[Chain],
    ) -> None:
        """Put a group into the journal; it is on disk when this returns."""
        shown = [(merchant, it.digest, it.payload) for (merchant, _), it in details.items()]
        marks = [marked(self._seal, it) for it in ends]
        self._ledger.writing.append(framed(Group(list(entries), shown, marks)))

    def open_chain(self, merchant_id: str, writer: str, at: int) -> Entry:
        """Begin a chain; its first entry names the newest ends of the chains before it."""
        return open_chain(self._ledger, self, merchant_id, writer, at)


def where(ledger: Database, seal: Seal) -> Where:
    """Return where books are written: a journal beside SQLite, on Postgres the tables."""
    if isinstance(ledger, LedgerFile):
        return LedgerJournal(ledger, seal)
    return LedgerTables(ledger, seal)


def damage(ledger: Database) -> Sequence[Damage]:
    """Return what in journals is not as it was written; Postgres has none."""
    return ledger.damage() if isinstance(ledger, LedgerFile) else []


def journals_of(path: Path) -> Path:
    """Return the folder beside a ledger's file: its whole name, with .journal behind it.

    No other ledger has that name, and a link to the file leads to the same one, as with SQLite.
    """
    real = path.resolve()
    return real.with_name(f"{real.name}.journal")


def _fold_at_exit() -> None:
    for ledger in list(_open_files):
        ledger.patience = _AT_EXIT
        ledger.writing.close()


atexit.register(_fold_at_exit)
