"""Reading the ledger as one who trusts nobody: names each row that is not what it was."""

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

    `at` gives one row by its place.
    """

    merchant_id: str
    writers: Sequence[str]
    entries: Callable[[str], Iterator[Entry]]
    at: Callable[[str, int], Entry | None]
    details: Callable[[Sequence[bytes]], Mapping[bytes, bytes | None]]
    ends: Sequence[End]
    heads: Sequence[Head]


_shown = msgspec.json.Decoder(Shown)
_CHUNK = 500


def verify(reading: Reading, seal: Seal) -> Iterator[Finding]:
    """Yield every row that was altered, removed, moved or added, chain by chain."""
    ends = {end.writer: end for end in reading.ends}
    places: dict[str, dict[int, bytes]] = {}
    wanted = _wanted_places(reading)
    for writer in reading.writers:
        kept = places.setdefault(writer, {})
        yield from _verify_chain(reading, seal, writer, ends.get(writer), wanted, kept)
    for head in reading.heads:
        yield from _verify_head(reading.merchant_id, seal, head, places)


def _wanted_places(reading: Reading) -> set[tuple[str, int]]:
    return {(head.writer, head.seq) for head in reading.heads}


def _verify_chain(
    reading: Reading,
    seal: Seal,
    writer: str,
    end: End | None,
    wanted: set[tuple[str, int]],
    kept: dict[int, bytes],
) -> Iterator[Finding]:
    """Walk one chain; `kept` collects the hashes that heads speak of."""
    expected, prev = 1, START
    chunk: list[Entry] = []
    for entry in reading.entries(writer):
        while expected < entry.seq:
            yield Finding(writer, expected, "is missing")
            expected, prev = expected + 1, b""
        yield from _verify_entry(reading.merchant_id, entry, prev)
        expected, prev = entry.seq + 1, entry.hash
        if (writer, entry.seq) in wanted:
            kept[entry.seq] = entry.hash
        chunk.append(entry)
        if len(chunk) == _CHUNK:
            yield from _verify_details(reading, chunk)
            chunk = []
    yield from _verify_details(reading, chunk)
    yield from _verify_end(reading.merchant_id, seal, writer, end, expected - 1, prev)


def _verify_entry(merchant_id: str, entry: Entry, prev: bytes) -> Iterator[Finding]:
    if entry.merchant_id != merchant_id or hash_of(entry) != entry.hash:
        yield Finding(entry.writer, entry.seq, "was altered")
    elif prev and entry.prev != prev:
        yield Finding(entry.writer, entry.seq, "does not follow the row before it")


def _verify_details(reading: Reading, chunk: Sequence[Entry]) -> Iterator[Finding]:
    """Check what was shown; a payload whose time was up has left its digest."""
    digests = {entry.detail for entry in chunk if entry.detail}
    payloads = reading.details(sorted(digests))
    for entry in chunk:
        if entry.detail is None:
            continue
        if entry.detail not in payloads:
            yield Finding(entry.writer, entry.seq, "has lost what it showed")
        elif not _is_intact(payloads[entry.detail], entry.detail):
            yield Finding(entry.writer, entry.seq, "shows something else than it showed")
        elif entry.decision == OPENED:
            yield from _verify_opening(reading, entry, payloads[entry.detail])


def _is_intact(payload: bytes | None, digest: bytes) -> bool:
    return payload is None or sha256(payload).digest() == digest


def _verify_opening(reading: Reading, entry: Entry, payload: bytes | None) -> Iterator[Finding]:
    """Look for the chains that stood when this one was opened."""
    named = _shown.decode(payload).stores if payload else ()
    for text in named:
        writer, seq, digest = text.split(":")
        found = reading.at(writer, int(seq))
        if found is None or found.hash.hex() != digest:
            yield Finding(writer, int(seq), f"is not what chain {entry.writer} began after")


def _verify_end(
    merchant_id: str, seal: Seal, writer: str, end: End | None, seq: int, prev: bytes
) -> Iterator[Finding]:
    if end is None:
        yield Finding(writer, seq, "has no marked end behind it")
    elif not seal.is_mark(end.mark, merchant_id, writer, end.seq, end.hash):
        yield Finding(writer, end.seq, "is marked as the end by somebody else")
    elif end.seq > seq:
        yield Finding(writer, seq + 1, "is missing")
    elif end.seq < seq:
        yield Finding(writer, end.seq + 1, "was added behind the end")
    elif prev and end.hash != prev:
        yield Finding(writer, seq, "is not the row that was marked as the end")


def _verify_head(
    merchant_id: str, seal: Seal, head: Head, places: Mapping[str, Mapping[int, bytes]]
) -> Iterator[Finding]:
    signed = is_signed(
        head.public_key, head.signature, merchant_id, head.writer, head.seq, head.hash
    )
    if not signed or not seal.is_own(head.public_key):
        yield Finding(head.writer, head.seq, "has a head that we did not sign")
    elif places.get(head.writer, {}).get(head.seq) != head.hash:
        yield Finding(head.writer, head.seq, "is not what its signed head says")


def verify_receipt(reading: Reading, receipt: Receipt) -> Entry | None:
    """Return the entry that a receipt speaks of, None when the ledger says otherwise."""
    entry = reading.at(receipt.writer, receipt.seq)
    if entry is None or not entry.hash.hex() == receipt.hash == hash_of(entry).hex():
        return None
    return entry if entry.terms == receipt.terms else None
