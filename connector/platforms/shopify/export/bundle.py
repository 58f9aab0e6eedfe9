"""Turn a product's raw lines into typed parts, each kind in one go."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from connector.platforms.response import shape_only
from connector.platforms.shopify.export.shuffle import (
    COLLECTION,
    LEVEL,
    MEDIA,
    METAFIELD,
    PRODUCT,
    PUBLICATION,
    VARIANT,
)
from connector.platforms.shopify.faults import UnreadableProduct
from connector.platforms.shopify.product.payload import (
    Bundle,
    CollectionLine,
    LevelLine,
    Line,
    MediaLine,
    MetafieldLine,
    PlacementLine,
    ProductLine,
    VariantLine,
)

_KINDS: Mapping[bytes, tuple[str, type[Line]]] = {
    PRODUCT: ("Product", ProductLine),
    VARIANT: ("ProductVariant", VariantLine),
    MEDIA: ("Media", MediaLine),
    METAFIELD: ("Metafield", MetafieldLine),
    COLLECTION: ("Collection", CollectionLine),
    PUBLICATION: ("ResourcePublicationV2", PlacementLine),
    LEVEL: ("InventoryLevel", LevelLine),
}
_DECODERS: Mapping[bytes, Callable[[bytes], list[Any]]] = {
    tag: msgspec.json.Decoder(line).decode_lines for tag, (_, line) in _KINDS.items()
}


def bundle_of(lines: Iterable[tuple[bytes, bytes]]) -> Bundle:
    """Read lines with their tags (see shuffle), or raise UnreadableProduct."""
    groups: dict[bytes, list[Any]] = {}
    for tag, text in lines:
        if tag in _DECODERS:
            read = _read(tag, text)
            groups[tag] = groups[tag] + read if tag in groups else read
    get = groups.get
    return Bundle(
        groups[PRODUCT][-1],
        get(VARIANT, []),
        get(MEDIA, []),
        get(METAFIELD, []),
        get(COLLECTION, []),
        get(PUBLICATION, []),
        get(LEVEL, []),
    )


def _read(tag: bytes, text: bytes) -> list[Any]:
    try:
        return _DECODERS[tag](text)
    except (msgspec.DecodeError, UnicodeError) as error:
        reason = shape_only(str(error))
    raise UnreadableProduct(_KINDS[tag][0], reason)
