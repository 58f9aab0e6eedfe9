"""What a line of an export is and whose it is, as far as possible by how it begins and ends."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct, field

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
NEVER = b"\n\n"
"""No line begins or ends like this."""
_PREFIX = len("gid://shopify/")
_ID = rb'{"id":"gid:\/\/shopify' + b"\\/"
_VARIANT_START = _ID + rb"ProductVariant" + b"\\/"
_ITEM_START = _ID + rb"InventoryItem" + b"\\/"
_PRODUCT_START = _ID + rb"Product" + b"\\/"
_ITEM_OF_VARIANT = rb'"inventoryItem":{"id":"gid:\/\/shopify\/InventoryItem' + b"\\/"
_PRODUCT_PARENT = rb'"__parentId":"gid:\/\/shopify\/Product' + b"\\/"
_ITEM_PARENT = rb'"__parentId":"gid:\/\/shopify\/InventoryItem' + b"\\/"
"""How almost every line begins and ends; a quote within a text would have a backslash before it.
What is spelled otherwise is read as JSON."""
_VARIANT_AT, _ITEM_AT, _PRODUCT_AT = len(_VARIANT_START), len(_ITEM_START), len(_PRODUCT_START)
_ITEM_OF_VARIANT_LENGTH = len(_ITEM_OF_VARIANT)
_CHILDREN = (
    (_VARIANT_START, VARIANT),
    (_ID + rb"Metafield" + b"\\/", METAFIELD),
    (_ID + rb"MediaImage" + b"\\/", MEDIA),
)
_PLACEMENTS = ((b'{"isPublished":', PUBLICATION), (_ID + rb"Collection" + b"\\/", COLLECTION))

Told = tuple[str, int, bytes, bytes, bytes]
"""The kind of object above a line and the number there (of a line without any its own), its tag,
and how neighbours begin and end that have all of these in common."""


class _Ref(Struct, gc=False):
    id: str


class _Head(Struct, gc=False):
    """All that is read of a line on its way: who it is, whose it is, what it counts."""

    id: str = ""
    parent: str = field(default="", name="__parentId")
    item: _Ref | None = field(default=None, name="inventoryItem")


_head = msgspec.json.Decoder(_Head).decode


def product_line(line: bytes) -> Told:
    """Read any line of the products; those of products themselves stand above all others."""
    if line.startswith(_PRODUCT_START) and line.endswith(b"}\n"):
        own = line[_PRODUCT_AT : line.find(b'"', _PRODUCT_AT)]
        return "", int(own), PRODUCT, NEVER, NEVER
    return _child(line, _CHILDREN) or _product_line(line)


def placement_line(line: bytes) -> Told:
    """Read any line of the placement."""
    if line.startswith(_PRODUCT_START) and line.endswith(b'"}\n'):
        own = line[_PRODUCT_AT:-3]
        if own.isdigit():
            return "", int(own), PLACED, NEVER, NEVER
    return _child(line, _PLACEMENTS) or _placement_line(line)


def inventory_line(line: bytes) -> tuple[bool, int, bytes]:
    """Return whether it is an item, the key of the item it is or belongs to, and how levels end.

    An item that is one flat object, and so a whole one, names no parent.
    """
    if line.startswith(_ITEM_START) and line.endswith(b"}\n"):
        if line.find(b"{", 1) < 0 and b'"__parentId"' not in line:
            return True, int(line[_ITEM_AT : line.find(b'"', _ITEM_AT)]) * 2, NEVER
    else:
        slash = line.rfind(b"/") + 1
        if line.endswith(_ITEM_PARENT, 0, slash) and line.endswith(b'"}\n'):
            return False, int(line[slash:-3]) * 2, line[slash - len(_ITEM_PARENT) :]
    head = _head(line)
    return not head.parent, _number(head.parent or head.id) * 2, NEVER


def variant_keys(line: bytes) -> tuple[int, ...]:
    """Return the keys by which other lines call a variant: its own, and that of its item."""
    at = line.rfind(_ITEM_OF_VARIANT)
    if at >= 0 and line.startswith(_VARIANT_START):
        at += _ITEM_OF_VARIANT_LENGTH
        own = line[_VARIANT_AT : line.find(b'"', _VARIANT_AT)]
        return int(own) * 2 + 1, int(line[at : line.find(b'"', at)]) * 2
    head = _head(line)
    own_key = variant_key(_number(head.id))
    return (own_key, _number(head.item.id) * 2) if head.item else (own_key,)


def variant_key(number: int) -> int:
    """Return how a variant is called among the keys; inventory items have the even numbers."""
    return number * 2 + 1


def _child(line: bytes, beginnings: tuple[tuple[bytes, bytes], ...]) -> Told | None:
    """Read a child of a product, if it is spelled as usual."""
    slash = line.rfind(b"/") + 1
    if line.endswith(_PRODUCT_PARENT, 0, slash) and line.endswith(b'"}\n'):
        for begin, tag in beginnings:
            if line.startswith(begin):
                ending = line[slash - len(_PRODUCT_PARENT) :]
                return "Product", int(line[slash:-3]), tag, begin, ending
    return None


def _product_line(line: bytes) -> Told:
    head = _head(line)
    kind, _, number = head.id[_PREFIX:].rpartition("/")
    above, _, parent = head.parent[_PREFIX:].rpartition("/")
    return above, int(parent or number), TAGS.get(kind, OTHER), NEVER, NEVER


def _placement_line(line: bytes) -> Told:
    head = _head(line)
    if head.parent:
        tag = COLLECTION if head.id else PUBLICATION
        return "Product", _number(head.parent), tag, NEVER, NEVER
    return "", _number(head.id), PLACED, NEVER, NEVER


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2])
