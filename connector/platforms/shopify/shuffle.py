"""Find out which lines of three exports belong to which product, in whatever order they come."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct, field

from connector.platforms.quiet import quiet
from connector.platforms.shopify.faults import ExportIncomplete
from connector.platforms.shopify.spread import ALIAS, NOTE, Spread, blocks

PRODUCT, VARIANT, MEDIA, METAFIELD = b"P", b"V", b"M", b"F"
PLACED, COLLECTION, PUBLICATION = b"R", b"C", b"U"
ITEM, LEVEL, OTHER = b"I", b"L", b"X"
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
_ITEM_PARENT = rb'"__parentId":"gid:\/\/shopify\/InventoryItem' + b"\\"
_BEFORE = len(_ITEM_PARENT)
"""How almost every line of the largest file ends; what ends otherwise is read as JSON."""
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


class Shuffle:
    """One shuffle in one folder: route every file, then join what names no product itself.

    The lines stay where they are; what moves is a note of 37 bytes for each, so that memory stays
    small and the disk is read once. Both methods yield now and then, to show that they live.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.parts = size // PART_BYTES | 1  # odd: Shopify's numbers are multiples of 2**15
        self.products = Spread(folder, "product", self.parts)
        self._aliases = Spread(folder, "alias", self.parts)
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
        for spread in (self.products, self._aliases, self._waiting):
            spread.flush()

    def _products(self, block: list[bytes], at: int) -> tuple[int, int]:
        out, waiting, aliases = self.products.lists, self._waiting.lists, self._aliases.lists
        parts, roots = self.parts, 0
        for line in block:
            head, size = _head(line), len(line)
            digest = blake2b(line, digest_size=DIGEST).digest()
            kind, _, number = head.id[PREFIX:].rpartition("/")
            tag = TAGS.get(kind, OTHER)
            if head.parent:
                above, _, parent = head.parent[PREFIX:].rpartition("/")
                owner = int(parent)
                if above != "Product":
                    owner = _variant_key(owner)
                    waiting[owner % parts].append(_note(owner, digest, tag, at, size))
                    at += size + 1
                    continue
                if tag == VARIANT:
                    for key in _keys(number, head.item):
                        aliases[key % parts].append(_alias(key, owner))
            else:
                owner = int(number)
                roots += 1
            out[owner % parts].append(_note(owner, digest, tag, at, size))
            at += size + 1
        return at, roots

    def _placement(self, block: list[bytes], at: int) -> tuple[int, int]:
        out, parts, roots = self.products.lists, self.parts, 0
        for line in block:
            head, size = _head(line), len(line)
            digest = blake2b(line, digest_size=DIGEST).digest()
            if head.parent:
                tag = COLLECTION if head.id else PUBLICATION
                owner = int(head.parent.rpartition("/")[2])
            else:
                tag = PLACED
                owner = int(head.id.rpartition("/")[2])
                roots += 1
            out[owner % parts].append(_note(owner, digest, tag, at, size))
            at += size + 1
        return at, roots

    def _inventory(self, block: list[bytes], at: int) -> tuple[int, int]:
        waiting, parts, roots = self._waiting.lists, self.parts, 0
        for line in block:
            size = len(line)
            digest = blake2b(line, digest_size=DIGEST).digest()
            slash = line.rfind(b"/")
            if line[slash - _BEFORE : slash] == _ITEM_PARENT and line[-2:] == b'"}':
                key = int(line[slash + 1 : -2]) * 2
                waiting[key % parts].append(_note(key, digest, LEVEL, at, size))
                at += size + 1
                continue
            head = _head(line)
            if head.parent:
                key = int(head.parent.rpartition("/")[2]) * 2
                waiting[key % parts].append(_note(key, digest, LEVEL, at, size))
            else:
                key = int(head.id.rpartition("/")[2]) * 2
                waiting[key % parts].append(_note(key, digest, ITEM, at, size))
                roots += 1
            at += size + 1
        return at, roots

    def _join(self, part: int) -> None:
        """Join one part; an item without a variant came into the shop after the products."""
        owners = dict(ALIAS.iter_unpack(self._aliases.take(part)))
        out, parts = self.products.lists, self.parts
        items: set[int] = set()
        lonely: set[int] = set()
        notes = self._waiting.take(part)
        for key, digest, tag, at, size in NOTE.iter_unpack(notes):
            (items if tag == ITEM else lonely).add(key)
            owner = owners.get(key)
            if owner is not None:
                out[owner % parts].append(_note(owner, digest, tag, at, size))
        _refuse_orphans(lonely - items, owners)


def _variant_key(number: int) -> int:
    """Return how a variant is called among the keys; inventory items have the even numbers."""
    return number * 2 + 1


def _keys(number: str, item: _Ref | None) -> list[int]:
    """Return the keys by which other lines call a variant."""
    own = _variant_key(int(number))
    return [own] if item is None else [own, int(item.id.rpartition("/")[2]) * 2]


def _refuse_orphans(lonely: set[int], owners: Mapping[int, int]) -> None:
    """Raise for children whose parent their own export does not hold."""
    for key in lonely:
        if key % 2 == 0:
            raise ExportIncomplete("inventory", "holds a level without its item")
        if key not in owners:
            raise ExportIncomplete("products", "holds a metafield without its variant")


_ROUTES = {
    "products": Shuffle._products,  # noqa: SLF001 - its own table
    "placement": Shuffle._placement,  # noqa: SLF001
    "inventory": Shuffle._inventory,  # noqa: SLF001
}
