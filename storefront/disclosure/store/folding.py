"""Carrying journals over into the ledger's tables: by anybody, at any time, again and again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, structs
from sqlalchemy import Connection, text

from storefront.disclosure.ledger import journal
from storefront.disclosure.ledger.journal import Standing
from storefront.disclosure.ledger.record import Found, Group, found_in, groups_in
from storefront.disclosure.store.ledger import DETAIL_KEPT, insert
from storefront.disclosure.store.tables import ledger_detail, ledger_end, ledger_entry

_Kind = TypeVar("_Kind")
_End = tuple[str, str, int, bytes, bytes]
_ROWS = 400
"""Entries stored by one statement: each statement lets go of the interpreter, and where others
compute it comes back after 5 ms only."""
_ENTRY = f"{insert(ledger_entry, '?')} ON CONFLICT DO NOTHING"
_ENTRIES = f"{insert(ledger_entry, '?', rows=_ROWS)} ON CONFLICT DO NOTHING"
_DETAIL = f"{insert(ledger_detail, '?')} {DETAIL_KEPT}"
_END = (
    f"{insert(ledger_end, '?')} ON CONFLICT (merchant_id, writer) DO UPDATE SET "
    "seq = excluded.seq, hash = excluded.hash, mark = excluded.mark "
    "WHERE excluded.seq > ledger_end.seq"
)
_LAID = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger_end'"
_STANDS = "SELECT 1 FROM ledger_entry WHERE merchant_id = ? AND writer = ? AND seq = ?"
_OPENED_AT_ONCE = 32
_STORED_AT_ONCE = 4000

Fold = Callable[[Sequence[Group]], bool]
"""Stores groups in one transaction; False where there are no tables yet."""


class Damage(Struct, frozen=True):
    """A place of a journal that no process of ours wrote."""

    journal: str
    place: int


def is_laid(connection: Connection) -> bool:
    """Tell whether there are tables to fold into."""
    return connection.execute(text(_LAID)).first() is not None


def fold(connection: Connection, groups: Sequence[Group]) -> None:
    """Store groups; what stands stays, and ends only move forward.

    What a group showed is stored with its entries and never again: it may have been forgotten
    since.
    """
    cursor: Any = connection.connection.cursor()
    fresh = [it for it in groups if it.details and not _stands(cursor, it)]
    _store(cursor, [structs.astuple(it) for group in groups for it in group.entries])
    cursor.executemany(_DETAIL, [it for group in fresh for it in group.details])
    cursor.executemany(_END, list(_last_ends(groups).values()))
    cursor.close()


def _store(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store rows of entries, many with one statement."""
    many = len(rows) - len(rows) % _ROWS
    for start in range(0, many, _ROWS):
        cursor.execute(_ENTRIES, list(chain.from_iterable(rows[start : start + _ROWS])))
    cursor.executemany(_ENTRY, rows[many:])


def _stands(cursor: Any, group: Group) -> bool:
    """Tell whether a group was stored before: all of it was, or nothing."""
    keys = ((it.merchant_id, it.writer, it.seq) for it in group.entries)
    return all(cursor.execute(_STANDS, key).fetchone() for key in keys)


def in_parts(waiting: Sequence[_Kind]) -> Iterator[Sequence[_Kind]]:
    """Yield as much at once as one transaction may store: others wait, and all of it is held."""
    for start in range(0, len(waiting), _STORED_AT_ONCE):
        yield waiting[start : start + _STORED_AT_ONCE]


def _last_ends(groups: Sequence[Group]) -> Mapping[tuple[str, str], _End]:
    """Return the furthest end of each chain."""
    found: dict[tuple[str, str], _End] = {}
    for group in groups:
        for end in group.ends:
            if end[:2] not in found or end[2] > found[end[:2]][2]:
                found[end[:2]] = end
    return found


class Folder:
    """The journals beside one ledger file; it remembers what of running ones it has folded."""

    def __init__(self, path: Path, fold: Fold) -> None:
        self.path = path
        self._fold = fold
        self._reached: dict[str, int] = {}

    def fold_all(self) -> None:
        """Fold whatever whole records stand, and throw away what dead processes left.

        In their order and a few at once: no process may open as many files as may lie here.
        """
        paths = journal.names(self.path)
        self._reached = {it.name: self._reached.get(it.name, 0) for it in paths}
        for start in range(0, len(paths), _OPENED_AT_ONCE):
            if not self._fold_some(paths[start : start + _OPENED_AT_ONCE]):
                return

    def _fold_some(self, paths: Sequence[Path]) -> bool:
        """Fold some journals; False where there are no tables yet."""
        with ExitStack() as stack:
            opened = [stack.enter_context(self._standing(it)) for it in paths]
            held = [(it, _found(it)) for it in opened if it is not None]
            frames = [frame for _, found in held for frame in found.frames]
            if not all(self._fold(groups_in(part)) for part in in_parts(frames)):
                return False
            for it, found in held:
                self._done(it, found)
        return True

    def _standing(self, path: Path) -> AbstractContextManager[Standing | None]:
        """Open a journal; another thread may have begun anew to remember, and know less."""
        return journal.standing(path, self._reached.get(path.name, 0))

    def _done(self, it: Standing, found: Found) -> None:
        if not it.is_left:
            name = it.path.name
            self._reached[name] = max(self._reached.get(name, 0), it.start + found.sound)
        elif found.bad:
            journal.set_aside(it.path)
        else:
            it.path.unlink(missing_ok=True)

    def damage(self) -> Sequence[Damage]:
        """Return the bad places of all journals, also of those that were set aside."""
        aside = [_damage(it, always=True) for it in journal.names(self.path, journal.ASIDE)]
        running = [_damage(it, always=False) for it in journal.names(self.path)]
        return [it for each in (*aside, *running) for it in each]


def _found(it: Standing) -> Found:
    return found_in(it.data, is_growing=not it.is_left)


def _damage(path: Path, *, always: bool) -> Sequence[Damage]:
    """Return the bad places of a journal; one that was set aside has at least its end."""
    with journal.standing(path) as it:
        if it is None:
            return []
        bad = found_in(it.data).bad
        places = bad or ([len(it.data)] if always else [])
    return [Damage(path.name, place) for place in places]
