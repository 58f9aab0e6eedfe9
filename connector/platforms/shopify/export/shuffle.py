"""Find out which lines of three exports belong to which product, in whatever order they come."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import compress, count, islice
from pathlib import Path

import msgspec
from msgspec import Struct

from connector.platforms.quiet import quiet
from connector.platforms.shopify.export.spelling import (
    LEVEL,
    NEVER,
    PLACED,
    VARIANT,
    inventory_line,
    placement_line,
    product_line,
    variant_key,
    variant_keys,
)
from connector.platforms.shopify.export.spread import (
    KEY,
    KEYED_NOTE,
    NOTE,
    Spread,
    ended,
    numbers_text,
)
from connector.platforms.shopify.faults import ExportIncomplete

GATHERED = 150_000
"""So many lines are noted before the notes are written out."""
PART_BYTES = 64 * 1024 * 1024
FILES = ("products", "placement", "inventory")
_FILE_SHIFT = 56
WITHIN_FILE = (1 << _FILE_SHIFT) - 1
SUM = (1 << 128) - 1

_Passed = tuple[int, int]
"""Where the next line starts, and how many roots there were."""

_pack = NOTE.pack
_number = int.from_bytes


class Counted(Struct, frozen=True):
    """A downloaded export and how many objects Shopify says it holds; None is an empty one."""

    path: Path | None
    objects: int
    roots: int


class Shuffle:
    """One shuffle in one folder: route every file, then join what names no product itself.

    The lines stay where they are; what moves is a note for each run of neighbours that are of one
    kind and one owner, so that memory stays small and the disk is read once. A note adds up the
    digests of its lines, modulo 2**128, and so does a product: the sum is the same in whatever
    order and runs the lines come. Who could write lines at will might make two sums equal, but
    lines come from the merchant's own shop, and nobody gains from hiding a change of it from it.
    The methods yield now and then, to show that they live.
    """

    def __init__(self, folder: Path, size: int, gathered: int = GATHERED) -> None:
        self.parts = _parts(size)
        self.products = Spread[bytes](folder, "product", self.parts, b"".join)
        self._aliases = Spread[int](folder, "alias", self.parts, numbers_text)
        self._items = Spread[int](folder, "item", self.parts, numbers_text)
        self._waiting = Spread[bytes](folder, "waiting", self.parts, b"".join)
        self._gathered = gathered

    def route(self, kind: str, export: Counted) -> Iterator[None]:
        """Note one export's lines; raises ExportIncomplete unless all of them are there."""
        lines = roots = 0
        if export.path:
            for some, of_roots in self._passed(kind, export.path):
                lines, roots = lines + some, roots + of_roots
                yield
        if lines < export.objects or roots < export.roots:
            raise ExportIncomplete(kind, f"holds {lines} of {export.objects} objects")

    def _passed(self, kind: str, path: Path) -> Iterator[tuple[int, int]]:
        """Note many lines at once until there are no more; yield how many, and how many roots."""
        route, at, lines = _ROUTES[kind], FILES.index(kind) << _FILE_SHIFT, 1
        with ended(path) as file:
            while lines:
                counter = count(1)
                some = compress(islice(file, self._gathered), counter)
                try:
                    with quiet():
                        at, roots = route(self, some, at)
                except (msgspec.DecodeError, ValueError):
                    raise ExportIncomplete(kind, "holds a line that cannot be read") from None
                lines = next(counter) - 1
                self._flush()
                yield lines, roots

    def join(self) -> Iterator[None]:
        """Give to their products the lines that name only a variant or an inventory item."""
        for part in range(self.parts):
            with quiet():
                self._join(part)
            self.products.flush()
            yield

    def _flush(self) -> None:
        self.products.flush()
        self._aliases.flush()
        self._items.flush()
        self._waiting.flush()

    def _products(self, lines: Iterable[bytes], at: int) -> _Passed:
        aliases, parts, roots = self._aliases.lists, self.parts, 0
        start, total, owner, tag, begin, ending = at, 0, 0, b"", NEVER, NEVER
        add = self.products.lists[0].append
        for line in lines:
            if not (line.endswith(ending) and line.startswith(begin)):
                if total:
                    add(_note(owner, tag, start, at, total))
                above, owner, tag, begin, ending = product_line(line)
                start, total, lists = at, 0, self.products.lists
                if above == "":
                    roots += 1
                elif above != "Product":
                    owner, lists = variant_key(owner), self._waiting.lists
                add = lists[owner % parts].append
            if tag == VARIANT:
                for key in variant_keys(line):
                    aliases[key % parts] += key, owner
            total += _number(sha256(line).digest())
            at += len(line)
        if total:
            add(_note(owner, tag, start, at, total))
        return at, roots

    def _placement(self, lines: Iterable[bytes], at: int) -> _Passed:
        out, parts, roots = self.products.lists, self.parts, 0
        start, total, owner, tag, begin, ending = at, 0, 0, b"", NEVER, NEVER
        for line in lines:
            if not (line.endswith(ending) and line.startswith(begin)):
                if total:
                    out[owner % parts].append(_note(owner, tag, start, at, total))
                _, owner, tag, begin, ending = placement_line(line)
                roots += tag == PLACED
                start, total = at, 0
            total += _number(sha256(line).digest())
            at += len(line)
        if total:
            out[owner % parts].append(_note(owner, tag, start, at, total))
        return at, roots

    def _inventory(self, lines: Iterable[bytes], at: int) -> _Passed:
        """Note levels; of an item it only matters that it is there, its facts are the variant's."""
        waiting, items, parts, roots = self._waiting.lists, self._items.lists, self.parts, 0
        start, total, key, ending = at, 0, 0, NEVER
        for line in lines:
            if not line.endswith(ending):
                if total:
                    waiting[key % parts].append(_note(key, LEVEL, start, at, total))
                is_item, key, ending = inventory_line(line)
                start, total = at, 0
                if is_item:
                    items[key % parts].append(key)
                    roots += 1
                    at += len(line)
                    continue
            total += _number(sha256(line).digest())
            at += len(line)
        if total:
            waiting[key % parts].append(_note(key, LEVEL, start, at, total))
        return at, roots

    def _join(self, part: int) -> None:
        """Join one part; an item without a variant came into the shop after the products."""
        told = array("Q", self._aliases.take(part))
        owners = dict(zip(told[::2], told[1::2], strict=True))
        out, parts = self.products.lists, self.parts
        lonely: set[int] = set()
        for key, rest in KEYED_NOTE.iter_unpack(self._waiting.take(part)):
            lonely.add(key)
            if key in owners:
                owner = owners[key]
                out[owner % parts].append(KEY.pack(owner) + rest)
        lonely.difference_update(array("Q", self._items.take(part)))
        _refuse_orphans(lonely, owners)


def _note(owner: int, tag: bytes, start: int, at: int, total: int) -> bytes:
    """Write the note of a run that ends before `at`."""
    size = at - start - 1
    return _pack(owner, tag, start, size, size, (total & SUM).to_bytes(16))


def _parts(size: int) -> int:
    """Return how many parts; numbers that go up by twos or tens still fall into all of them."""
    parts = size // PART_BYTES | 1
    return parts + 2 if parts % 5 == 0 else parts


def _refuse_orphans(lonely: Iterable[int], owners: Mapping[int, int]) -> None:
    """Raise for children whose parent their own export does not hold."""
    for key in lonely:
        if key % 2 == 0:
            raise ExportIncomplete("inventory", "holds a level without its item")
        if key not in owners:
            raise ExportIncomplete("products", "holds a metafield without its variant")


_Route = Callable[[Shuffle, Iterable[bytes], int], _Passed]
_ROUTES: Mapping[str, _Route] = {
    "products": Shuffle._products,  # noqa: SLF001 - its own table
    "placement": Shuffle._placement,  # noqa: SLF001
    "inventory": Shuffle._inventory,  # noqa: SLF001
}
