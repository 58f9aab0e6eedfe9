"""The pen of one process: entries of many threads go to disk together, before any answer leaves."""

import os
import threading
from collections.abc import Callable, Sequence

from msgspec import Struct

from connector.model.errors import StorageError
from connector.model.ids import new_id
from storefront.disclosure.ledger.entry import Detail, Entry, Note, chained
from storefront.disclosure.store.ledger import Chain, Where

_MOST_KNOWN = 20_000
_KNOWN_FOR = 3_600_000
"""Milliseconds; a retention may have forgotten what was written longer ago."""


class LedgerUnavailable(StorageError):
    """What cannot be put on record is not answered."""

    code = "ledger_unavailable"
    status = 503
    remedy = "Try again in a moment; an operator sees the cause with `regie check`."


class _Slot:
    """One waiting note, and what became of it."""

    __slots__ = ("done", "entry", "error", "note")

    def __init__(self, note: Note) -> None:
        self.note = note
        self.entry: Entry | None = None
        self.error: Exception | None = None
        self.done = False


class _Tip(Struct):
    """Where a chain of this process stands."""

    writer: str
    seq: int
    hash: bytes


class Book:
    """Writes the chains of one process, one for each merchant that it answers for.

    Whoever finds the pen free writes for all who wait, at once (group commit). A fork
    begins new chains.
    """

    def __init__(self, where: Where, now_ms: Callable[[], int]) -> None:
        self._where = where
        self._now_ms = now_ms
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._gate = threading.Lock()
        self._pen = threading.Lock()
        self._waiting: list[_Slot] = []
        self._tips: dict[str, _Tip] = {}
        self._known: dict[tuple[str, bytes], int] = {}

    def append(self, note: Note) -> Entry:
        """Put a request on record and return its entry, or raise LedgerUnavailable."""
        if os.getpid() != self._pid:
            self._begin()
        slot = _Slot(note)
        with self._gate:
            self._waiting.append(slot)
        with self._pen:
            if not slot.done:
                self._write_all()
        if slot.entry is None:
            raise LedgerUnavailable("The ledger cannot be written.") from slot.error
        return slot.entry

    def _write_all(self) -> None:
        with self._gate:
            batch, self._waiting = self._waiting, []
        try:
            self._write(batch)
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody gets an answer
            self._tips.clear()
            for slot in batch:
                slot.error = error
        for slot in batch:
            slot.done = True

    def _write(self, batch: Sequence[_Slot]) -> None:
        at = self._now_ms()
        tips: dict[str, _Tip] = {}
        entries: list[Entry] = []
        details: dict[tuple[str, bytes], Detail] = {}
        for slot in batch:
            note = slot.note
            tip = tips[note.merchant_id] = self._tip(note.merchant_id, at)
            entry = chained(note, tip.writer, tip.seq + 1, at, tip.hash)
            tip.seq, tip.hash = entry.seq, entry.hash
            entries.append(entry)
            if note.detail and not self._knows(key := (note.merchant_id, note.detail.digest), at):
                details[key] = note.detail
        ends = [Chain(merchant, tip.writer, tip.seq, tip.hash) for merchant, tip in tips.items()]
        self._where.write(entries, details, ends)
        if details:
            self._remember(details, at)
        for slot, entry in zip(batch, entries, strict=True):
            slot.entry = entry

    def _tip(self, merchant: str, at: int) -> _Tip:
        """Return the end of this process's chain for a merchant; a first one is opened."""
        known = self._tips.get(merchant)
        if known is None:
            writer = new_id("w")
            first = self._where.open_chain(merchant, writer, at)
            known = self._tips[merchant] = _Tip(writer, first.seq, first.hash)
        return known

    def _knows(self, key: tuple[str, bytes], at: int) -> bool:
        return at - self._known.get(key, at - _KNOWN_FOR) < _KNOWN_FOR

    def _remember(self, details: dict[tuple[str, bytes], Detail], at: int) -> None:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known.update(dict.fromkeys(details, at))
