"""Find out which lines of three exports belong to which product, in whatever order they come."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct, field

from connector.platforms.quiet import quiet
from connector.platforms.shopify.export.spread import (
    ALIAS,
    ALIAS_TEXT,
    KEY,
    KEYED_NOTE,
    NOTE,
    Spread,
    blocks,
)
from connector.platforms.shopify.faults import ExportIncomplete

PRODUCT, VARIANT, MEDIA, METAFIELD = b"P", b"V", b"M", b"F"
PLACED, COLLECTION, PUBLICATION = b"R", b"C", b"U"
LEVEL, OTHER = b"L", b"X"
TAGS: Mapping[str, bytes] = {
    "Product": PRODUCT,
    "ProductVariant": VARIANT,
    "MediaImage": MEDIA,
    "Video": MEDIA,
    "ExternalVideo": MEDIA,
    "Model3d": MEDIA,
    "Metafield": METAFIELD,
}
DIGEST = 16
PREFIX = len("gid://shopify/")
GATHERED = 150_000
"""So many notes are held in memory."""
PART_BYTES = 64 * 1024 * 1024
FILES = ("products", "placement", "inventory")
_VARIANT_START = rb'{"id":"gid:\/\/shopify\/ProductVariant' + b"\\/"
_MEDIA_START = rb'{"id":"gid:\/\/shopify\/MediaImage' + b"\\/"
_ITEM_START = rb'{"id":"gid:\/\/shopify\/InventoryItem' + b"\\/"
_ITEM_OF_VARIANT = rb'"inventoryItem":{"id":"gid:\/\/shopify\/InventoryItem' + b"\\/"
_PRODUCT_PARENT = rb'"__parentId":"gid:\/\/shopify\/Product' + b"\\/"
_ITEM_PARENT = rb'"__parentId":"gid:\/\/shopify\/InventoryItem' + b"\\/"
"""How almost every line begins and ends; a quote within a text would have a backslash before it.
What is spelled otherwise is read as JSON."""
_FILE_SHIFT = 56
WITHIN_FILE = (1 << _FILE_SHIFT) - 1


class Counted(Struct, frozen=True):
    """A downloaded export and how many objects Shopify says it holds; None is an empty one."""

    path: Path | None
    objects: int
    roots: int


class _Ref(Struct, gc=False):
    id: str


class _Head(Struct, gc=False):
    """All that is read of a line on its way: who it is, whose it is, what it counts."""

    id: str = ""
    parent: str = field(default="", name="__parentId")
    item: _Ref | None = field(default=None, name="inventoryItem")


_head = msgspec.json.Decoder(_Head).decode
_note = NOTE.pack
_alias = ALIAS.pack
_key = KEY.pack


class Shuffle:
    """One shuffle in one folder: route every file, then join what names no product itself.

    The lines stay where they are; what moves is a note of 37 bytes for each, so that memory stays
    small and the disk is read once. Both methods yield now and then, to show that they live.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.parts = _parts(size)
        self.products = Spread(folder, "product", self.parts)
        self._aliases = Spread(folder, "alias", self.parts)
        self._items = Spread(folder, "item", self.parts)
        self._waiting = Spread(folder, "waiting", self.parts)

    def route(self, kind: str, export: Counted) -> Iterator[None]:
        """Note one export's lines; raises ExportIncomplete unless all of them are there."""
        route, at = _ROUTES[kind], FILES.index(kind) << _FILE_SHIFT
        lines = roots = gathered = 0
        for block in blocks(export.path) if export.path else ():
            try:
                with quiet():
                    at, found = route(self, block, at)
            except (msgspec.DecodeError, ValueError):
                raise ExportIncomplete(kind, "holds a line that cannot be read") from None
            lines, roots, gathered = lines + len(block), roots + found, gathered + len(block)
            if gathered > GATHERED:
                gathered = 0
                self._flush()
                yield
        self._flush()
        if lines < export.objects or roots < export.roots:
            raise ExportIncomplete(kind, f"holds {lines} of {export.objects} objects")

    def join(self) -> Iterator[None]:
        """Give to their products the lines that name only a variant or an inventory item."""
        for part in range(self.parts):
            with quiet():
                self._join(part)
            self.products.flush()
            yield

    def _flush(self) -> None:
        for spread in (self.products, self._aliases, self._items, self._waiting):
            spread.flush()

    def _products(self, block: list[bytes], at: int) -> tuple[int, int]:
        out, waiting, aliases = self.products.lists, self._waiting.lists, self._aliases.lists
        parts, roots = self.parts, 0
        for line in block:
            size, digest = len(line), sha256(line).digest()
            above, owner, tag, keys = _child(line) or _product_line(line)
            if above == "Product":
                for key in keys:
                    aliases[key % parts].append(_alias(key, owner))
            elif above:
                owner = _variant_key(owner)
                waiting[owner % parts].append(_note(owner, digest, tag, at, size))
                at += size + 1
                continue
            else:
                roots += 1
            out[owner % parts].append(_note(owner, digest, tag, at, size))
            at += size + 1
        return at, roots

    def _placement(self, block: list[bytes], at: int) -> tuple[int, int]:
        out, parts, roots = self.products.lists, self.parts, 0
        for line in block:
            head, size = _head(line), len(line)
            if head.parent:
                tag = COLLECTION if head.id else PUBLICATION
                owner = int(head.parent.rpartition("/")[2])
            else:
                tag = PLACED
                owner = int(head.id.rpartition("/")[2])
                roots += 1
            out[owner % parts].append(_note(owner, sha256(line).digest(), tag, at, size))
            at += size + 1
        return at, roots

    def _inventory(self, block: list[bytes], at: int) -> tuple[int, int]:
        """Note levels; of an item it only matters that it is there, its facts are the variant's."""
        waiting, items, parts, roots = self._waiting.lists, self._items.lists, self.parts, 0
        key, ending, add = 0, b"\n", waiting[0].append
        for line in block:
            size = len(line)
            if not line.endswith(ending):
                item, number = _level_or_item(line)
                if item:
                    items[number % parts].append(_key(number))
                    roots += 1
                    at += size + 1
                    continue
                key, add = number, waiting[number % parts].append
                ending = b'%b%d"}' % (_ITEM_PARENT, key // 2)
            add(_note(key, sha256(line).digest(), LEVEL, at, size))
            at += size + 1
        return at, roots

    def _join(self, part: int) -> None:
        """Join one part; an item without a variant came into the shop after the products."""
        owners = dict(ALIAS_TEXT.iter_unpack(self._aliases.take(part)))
        out, parts = self.products.lists, self.parts
        lonely: set[bytes] = set()
        last, owner, add = b"", None, out[0].append
        for key, rest in KEYED_NOTE.iter_unpack(self._waiting.take(part)):
            if key != last:
                last, owner = key, owners.get(key)
                lonely.add(key)
                if owner is not None:
                    add = out[int.from_bytes(owner, "big") % parts].append
            if owner is not None:
                add(owner + rest)
        _refuse_orphans(lonely.difference(_keys_in(self._items.take(part))), owners)


def _parts(size: int) -> int:
    """Return how many parts; numbers that go up by twos or tens still fall into all of them."""
    parts = size // PART_BYTES | 1
    return parts + 2 if parts % 5 == 0 else parts


def _child(line: bytes) -> tuple[str, int, bytes, tuple[int, ...]] | None:
    """Read a variant or picture of a product from how it begins and ends, if it does as usual."""
    slash = line.rfind(b"/") + 1
    if not (line.endswith(_PRODUCT_PARENT, 0, slash) and line.endswith(b'"}')):
        return None
    owner = int(line[slash:-2])
    if line.startswith(_MEDIA_START):
        return "Product", owner, MEDIA, ()
    item = line.find(_ITEM_OF_VARIANT)
    if item < 0 or not line.startswith(_VARIANT_START):
        return None
    own = _number_at(line, len(_VARIANT_START))
    keys = (_variant_key(own), _number_at(line, item + len(_ITEM_OF_VARIANT)) * 2)
    return "Product", owner, VARIANT, keys


def _stands_alone(line: bytes) -> bool:
    """Tell that a line of one flat object, and so a whole one, names no parent."""
    return line.count(b"{") == 1 and b'"__parentId"' not in line


def _number_at(line: bytes, start: int) -> int:
    return int(line[start : line.find(b'"', start)])


def _product_line(line: bytes) -> tuple[str, int, bytes, tuple[int, ...]]:
    """Read any line of the products: the kind above it, the number there, its tag and keys."""
    head = _head(line)
    kind, _, number = head.id[PREFIX:].rpartition("/")
    tag = TAGS.get(kind, OTHER)
    above, _, parent = head.parent[PREFIX:].rpartition("/")
    if above == "Product" and tag == VARIANT:
        return above, int(parent), tag, _keys(number, head.item)
    return above, int(parent or number), tag, ()


def _level_or_item(line: bytes) -> tuple[bool, int]:
    """Return whether the line is an item, and the key of the item that it is or belongs to."""
    if line.startswith(_ITEM_START) and line.endswith(b"}") and _stands_alone(line):
        return True, _number_at(line, len(_ITEM_START)) * 2
    slash = line.rfind(b"/") + 1
    if line.endswith(_ITEM_PARENT, 0, slash) and line.endswith(b'"}'):
        return False, int(line[slash:-2]) * 2
    head = _head(line)
    return not head.parent, int((head.parent or head.id).rpartition("/")[2]) * 2


def _variant_key(number: int) -> int:
    """Return how a variant is called among the keys; inventory items have the even numbers."""
    return number * 2 + 1


def _keys(number: str, item: _Ref | None) -> tuple[int, ...]:
    """Return the keys by which other lines call a variant."""
    own = _variant_key(int(number))
    return (own,) if item is None else (own, int(item.id.rpartition("/")[2]) * 2)


def _keys_in(keys: bytes) -> Iterator[bytes]:
    return (keys[start : start + KEY.size] for start in range(0, len(keys), KEY.size))


def _refuse_orphans(lonely: set[bytes], owners: Mapping[bytes, bytes]) -> None:
    """Raise for children whose parent their own export does not hold."""
    for key in lonely:
        if key[-1] % 2 == 0:
            raise ExportIncomplete("inventory", "holds a level without its item")
        if key not in owners:
            raise ExportIncomplete("products", "holds a metafield without its variant")


_ROUTES = {
    "products": Shuffle._products,  # noqa: SLF001 - its own table
    "placement": Shuffle._placement,  # noqa: SLF001
    "inventory": Shuffle._inventory,  # noqa: SLF001
}
