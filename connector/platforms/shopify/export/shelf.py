"""Products ready to be read, one after another, from exports that stay as they came."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct

from connector.model.product import Product
from connector.model.publication import Life
from connector.platforms.quiet import quiet
from connector.platforms.shopify.export.bundle import bundle_of, life_of
from connector.platforms.shopify.export.index import Entry, Index
from connector.platforms.shopify.export.shuffle import FILES, SUM, WITHIN_FILE, Shuffle
from connector.platforms.shopify.export.spelling import (
    COLLECTION,
    MEDIA,
    METAFIELD,
    PLACED,
    PRODUCT,
    PUBLICATION,
    VARIANT,
)
from connector.platforms.shopify.export.spread import PLACE, SPLIT_NOTE
from connector.platforms.shopify.faults import ExportIncomplete
from connector.platforms.shopify.product.normalise import normalise
from connector.platforms.shopify.terms import Terms

DIGEST = 16
FORM = 3
"""Counts up whenever a shelf is written otherwise: what another form left is made anew."""
GID = "gid://shopify/Product/"
_PRODUCT, _PLACED = PRODUCT[0], PLACED[0]
_OF_PRODUCT = frozenset(VARIANT + MEDIA + METAFIELD)
_OF_PLACED = frozenset(COLLECTION + PUBLICATION)


class Manifest(Struct, frozen=True):
    """The export files and how many products each part holds; there only when all is complete."""

    files: Mapping[str, str | None]
    counts: list[int]
    form: int

    @property
    def total(self) -> int:
        """Return how many products there are."""
        return sum(self.counts)


class Files:
    """The open export files; they stay readable until the last record is forgotten."""

    def __init__(self, paths: Sequence[Path | None]) -> None:
        self._open: list[int] = []
        self._open.extend(-1 if path is None else os.open(path, os.O_RDONLY) for path in paths)

    def lines(self, places: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield tags and lines; neighbours with the same tag come in one piece."""
        told = PLACE.iter_unpack(places)
        in_order = iter(sorted([(at, size, tag) for tag, at, size in told if tag != PLACED]))
        start, size, tag = next(in_order)
        end = start + size
        for at, size, another in in_order:
            if at != end + 1 or another != tag:
                yield tag, self._piece(start, end)
                start, tag = at, another
            end = at + size
        yield tag, self._piece(start, end)

    def _piece(self, start: int, end: int) -> bytes:
        return os.pread(self._open[start >> 56], end - start, start & WITHIN_FILE)

    def __del__(self) -> None:
        for descriptor in self._open:
            if descriptor >= 0:
                os.close(descriptor)


class ShelfRecord(Struct, frozen=True):
    """One product as exported; its lines are read only when somebody asks for the product."""

    external_id: str
    digest: bytes
    places: bytes
    size: int
    files: Files
    terms: Terms
    read_at: datetime

    def product(self) -> Product:
        """Read the canonical product, or raise a RegieError that names the field."""
        return normalise(bundle_of(self.files.lines(self.places)), self.terms, self.read_at)

    def life(self) -> Life:
        """Read only the lines that say whether it may be shown."""
        return life_of(self.files.lines(self.places), self.read_at)


class Shelf:
    """The products of one full read, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest | None:
        """Return what is on the shelf; None until it is complete, and for another form."""
        try:
            found = msgspec.json.decode((self.folder / "manifest.json").read_bytes(), type=Manifest)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return found if found.form == FORM else None

    def fill(self, shuffle: Shuffle, files: Mapping[str, Path | None]) -> Iterator[None]:
        """Index every product; raises ExportIncomplete on a lost parent."""
        counts, index = [], Index(self.folder, shuffle.parts)
        for part in range(shuffle.parts):
            with quiet():
                entries = _sorted_out(shuffle.products.take(part))
                index.write(part, entries)
            counts.append(len(entries))
            yield
        names = {kind: path.name if path else None for kind, path in files.items()}
        finished = self.folder / "manifest.part"
        finished.write_bytes(msgspec.json.encode(Manifest(names, counts, FORM)))
        finished.replace(self.folder / "manifest.json")

    def records(
        self, manifest: Manifest, done: int, terms: Terms, read_at: datetime
    ) -> Iterator[ShelfRecord]:
        """Yield the products behind the first `done`, by number; raises ExportIncomplete.

        What is missing here would look as if it had vanished from the shop.
        """
        names = [manifest.files[kind] for kind in FILES]
        files = Files([self.folder / name if name else None for name in names])
        entries = Index(self.folder, len(manifest.counts)).entries()
        for entry in islice(entries, done, None):
            done += 1
            digest = blake2b(entry.digest, digest_size=DIGEST, key=terms.digest).digest()
            external_id = f"{GID}{entry.number}"
            yield ShelfRecord(external_id, digest, entry.places, entry.size, files, terms, read_at)
        if done < manifest.total:
            raise ExportIncomplete("products", f"lists {done} of {manifest.total} products")

    def cleared(self) -> Path:
        """Return the folder without what an earlier attempt noted in it; the exports stay."""
        for path in self.folder.iterdir():
            if path.suffix != ".jsonl":
                path.unlink()
        return self.folder


def _sorted_out(notes: bytes) -> list[Entry]:
    """Put the notes of a part to their products, by number."""
    groups: dict[int, tuple[list[bytes], list[bytes]]] = {}
    get = groups.get
    for owner, place, measure in SPLIT_NOTE.iter_unpack(notes):
        told = get(owner)
        if told is None:
            groups[owner] = [place], [measure]
        else:
            told[0].append(place)
            told[1].append(measure)
    entries = [_entry(owner, *groups[owner]) for owner in sorted(groups)]
    return [entry for entry in entries if _is_product(entry.places[:: PLACE.size])]


def _entry(owner: int, places: list[bytes], measures: list[bytes]) -> Entry:
    """Add up lengths and sums at once: each measure is one number of both."""
    total = sum(map(int.from_bytes, measures))
    return Entry(owner, (total & SUM).to_bytes(16), b"".join(places), total >> 128)


@lru_cache(maxsize=256)
def _is_product(tags: bytes) -> bool:
    """Tell whether the lines are a product's, and raise where a child has lost its parent.

    Without a product stand those that came into the shop after the products were exported.
    """
    found = set(tags)
    if _PRODUCT not in found and not found.isdisjoint(_OF_PRODUCT):
        raise ExportIncomplete("products", "holds a child without its product")
    if _PLACED not in found and not found.isdisjoint(_OF_PLACED):
        raise ExportIncomplete("placement", "holds a child without its product")
    return _PRODUCT in found
