"""Reading the ledger as one who trusts nobody: names each row that is not what it was."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from storefront.disclosure.ledger.entry import OPENED, START, Entry, Shown, hash_of
from storefront.disclosure.ledger.receipt import Receipt
from storefront.disclosure.ledger.seal import Seal, is_signed


class Finding(Struct, frozen=True):
    """One row that does not hold: what is wrong with it, in words."""

    writer: str
    seq: int
    what: str


class Unreadable(Struct, frozen=True):
    """A row in which a value is not even of its kind; `seq` is 0 where that is its number."""

    seq: int


class End(Struct, frozen=True):
    """The marked end of a chain."""

    writer: str
    seq: int
    hash: bytes
    mark: bytes


class Head(Struct, frozen=True):
    """A signed and published place of a chain."""

    writer: str
    seq: int
    at: int
    hash: bytes
    public_key: bytes
    signature: bytes


class Reading(Struct, frozen=True):
    """A ledger to be read: `entries` gives a chain's rows in order, `details` the payloads.

    `at` gives one row by its place. `strays` are rows that cannot be told to be of any chain.
    `kept_since` says when what is kept of all payloads was shown the last time, at the earliest:
    retention lets go of the oldest first.
    """

    merchant_id: str
    writers: Sequence[str]
    entries: Callable[[str], Iterator[Entry | Unreadable]]
    at: Callable[[str, int], Entry | None]
    details: Callable[[Sequence[bytes]], Mapping[bytes, bytes | None]]
    kept_since: Callable[[], int | None]
    ends: Sequence[End]
    heads: Sequence[Head]
    strays: Sequence[Finding]


_shown = msgspec.json.Decoder(Shown)
_PLACE = re.compile(r"([^:\s]{1,80}):(\d{1,18}):([0-9a-f]{64})")
_CHUNK = 500
_MOST_NAMED = 10_000


def verify(reading: Reading, seal: Seal) -> Iterator[Finding]:
    """Yield every row that was altered, removed, moved or added, chain by chain."""
    ends = {end.writer: end for end in reading.ends}
    places = {(head.writer, head.seq): b"" for head in reading.heads}
    for writer in reading.writers:
        yield from _verify_chain(reading, seal, writer, ends.get(writer), places)
    for head in reading.heads:
        yield from _verify_head(reading.merchant_id, seal, head, places)
    yield from reading.strays


def _verify_chain(
    reading: Reading, seal: Seal, writer: str, end: End | None, places: dict[tuple[str, int], bytes]
) -> Iterator[Finding]:
    """Walk one chain; `places` takes the hashes of those that heads speak of."""
    way = _Way(reading.merchant_id, writer, end.seq if end else 0)
    chunk: list[Entry] = []
    for row in reading.entries(writer):
        entry = way.sound(row)
        yield from way.step(row, entry)
        if entry is None:
            continue
        if (writer, entry.seq) in places:
            places[writer, entry.seq] = entry.hash
        chunk.append(entry)
        if len(chunk) == _CHUNK:
            yield from _verify_details(reading, chunk)
            chunk = []
    yield from _verify_details(reading, chunk)
    yield from way.ended(seal, end)


class _Way:
    """Goes through one chain: knows which number comes next, and which hash it follows.

    A row that does not hold is believed where it stands only if that is up to the marked end.
    """

    def __init__(self, merchant_id: str, writer: str, reach: int) -> None:
        self._merchant_id = merchant_id
        self._writer = writer
        self._reach = reach
        self._next = 1
        self._prev = START

    def sound(self, row: Entry | Unreadable) -> Entry | None:
        """Return the row if it is what was written."""
        if isinstance(row, Unreadable) or row.seq < self._next:
            return None
        holds = row.merchant_id == self._merchant_id and hash_of(row) == row.hash
        return row if holds else None

    def step(self, row: Entry | Unreadable, entry: Entry | None) -> Iterator[Finding]:
        """Go on to a row; `entry` is the same where it holds."""
        if entry is None:
            yield self._finding(row.seq, "was altered")
            if row.seq != self._next and not self._next < row.seq <= self._reach:
                return
        yield from self._missing(row.seq - 1)
        if entry is not None and self._prev and entry.prev != self._prev:
            yield self._finding(row.seq, "does not follow the row before it")
        self._next, self._prev = row.seq + 1, entry.hash if entry else b""

    def _missing(self, last: int) -> Iterator[Finding]:
        """Name what is missing up to a number; one line is enough for what nobody would read."""
        if last < self._next:
            return
        if last - self._next >= _MOST_NAMED:
            yield self._finding(self._next, f"is missing, and all up to {last}")
        else:
            for seq in range(self._next, last + 1):
                yield self._finding(seq, "is missing")
        self._prev = b""

    def ended(self, seal: Seal, end: End | None) -> Iterator[Finding]:
        """Compare where the chain ended with its marked end."""
        last = self._next - 1
        if end is None:
            yield self._finding(last, "has no marked end behind it")
        elif not seal.is_mark(end.mark, self._merchant_id, self._writer, end.seq, end.hash):
            yield self._finding(end.seq, "is marked as the end by somebody else")
        elif end.seq > last:
            yield from self._missing(end.seq)
        elif end.seq < last:
            yield self._finding(end.seq + 1, "was added behind the end")
        elif self._prev and end.hash != self._prev:
            yield self._finding(last, "is not the row that was marked as the end")

    def _finding(self, seq: int, what: str) -> Finding:
        return Finding(self._writer, seq, what)


def _verify_details(reading: Reading, chunk: Sequence[Entry]) -> Iterator[Finding]:
    """Check what was shown; a payload whose time was up has left its digest."""
    digests = {entry.detail for entry in chunk if entry.detail}
    payloads = reading.details(sorted(digests))
    for entry in chunk:
        if entry.detail is None:
            continue
        if entry.detail not in payloads:
            yield Finding(entry.writer, entry.seq, "has lost what it showed")
            continue
        payload = payloads[entry.detail]
        if payload is None:
            yield from _verify_forgotten(reading, entry)
        elif sha256(payload).digest() != entry.detail:
            yield Finding(entry.writer, entry.seq, "shows something else than it showed")
        elif entry.decision == OPENED:
            yield from _verify_opening(reading, entry, payload)


def _verify_forgotten(reading: Reading, entry: Entry) -> Iterator[Finding]:
    """Name what was forgotten while something older is still kept."""
    since = reading.kept_since()
    if since is not None and entry.at > since:
        yield Finding(entry.writer, entry.seq, "has lost what it showed before its time was up")


def _verify_opening(reading: Reading, entry: Entry, payload: bytes) -> Iterator[Finding]:
    """Look for the chains that stood when this one was opened."""
    for text in _named(payload):
        place = _PLACE.fullmatch(text)
        if place is None:
            yield Finding(entry.writer, entry.seq, "names no chains that could be looked for")
            continue
        writer, seq, digest = place.groups()
        found = reading.at(writer, int(seq))
        if found is None or found.hash.hex() != digest:
            yield Finding(writer, int(seq), f"is not what chain {entry.writer} began after")


def _named(payload: bytes) -> Sequence[str]:
    """Return the ends that an opening names; what cannot be read names one that is nowhere."""
    try:
        return _shown.decode(payload).stores
    except msgspec.MsgspecError:
        return [""]


def _verify_head(
    merchant_id: str, seal: Seal, head: Head, places: Mapping[tuple[str, int], bytes]
) -> Iterator[Finding]:
    place = (merchant_id, head.writer, head.seq, head.hash)
    signed = is_signed(head.public_key, head.signature, *place, head.at)
    if not signed or not seal.is_own(head.public_key):
        yield Finding(head.writer, head.seq, "has a head that we did not sign")
    elif places[head.writer, head.seq] != head.hash:
        yield Finding(head.writer, head.seq, "is not what its signed head says")


def verify_receipt(
    reading: Reading, receipt: Receipt, terms_digest: str | None = None
) -> Entry | None:
    """Return the entry that a receipt speaks of, None when the ledger says otherwise.

    `terms_digest` is that of the version which the receipt names, None where there is none.
    """
    entry = reading.at(receipt.writer, receipt.seq)
    if entry is None or not entry.hash.hex() == receipt.hash == hash_of(entry).hex():
        return None
    said = (receipt.terms, receipt.terms_digest)
    return entry if (entry.terms, terms_digest) == said else None
