"""Turn a product's raw lines into typed parts, each kind in one go."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from connector.platforms.response import shape_only
from connector.platforms.shopify.faults import UnreadableProduct
from connector.platforms.shopify.payload import (
    Bundle,
    CollectionLine,
    LevelLine,
    MediaLine,
    MetafieldLine,
    PlacementLine,
    ProductLine,
    VariantLine,
)
from connector.platforms.shopify.shuffle import (
    COLLECTION,
    LEVEL,
    MEDIA,
    METAFIELD,
    PRODUCT,
    PUBLICATION,
    VARIANT,
)

_products = msgspec.json.Decoder(list[ProductLine]).decode
_variants = msgspec.json.Decoder(list[VariantLine]).decode
_media = msgspec.json.Decoder(list[MediaLine]).decode
_metafields = msgspec.json.Decoder(list[MetafieldLine]).decode
_collections = msgspec.json.Decoder(list[CollectionLine]).decode
_placements = msgspec.json.Decoder(list[PlacementLine]).decode
_levels = msgspec.json.Decoder(list[LevelLine]).decode


def bundle_of(lines: Iterable[tuple[bytes, bytes]]) -> Bundle:
    """Read lines with their tags (see shuffle), or raise UnreadableProduct."""
    groups: dict[bytes, list[bytes]] = {}
    for tag, line in lines:
        known = groups.get(tag)
        if known is None:
            groups[tag] = [line]
        else:
            known.append(line)
    return Bundle(
        _read(_products, groups, PRODUCT)[-1],
        _read(_variants, groups, VARIANT),
        _read(_media, groups, MEDIA),
        _read(_metafields, groups, METAFIELD),
        _read(_collections, groups, COLLECTION),
        _read(_placements, groups, PUBLICATION),
        _read(_levels, groups, LEVEL),
    )


_NAMES = {
    PRODUCT: "Product",
    VARIANT: "ProductVariant",
    MEDIA: "Media",
    METAFIELD: "Metafield",
    COLLECTION: "Collection",
    PUBLICATION: "ResourcePublicationV2",
    LEVEL: "InventoryLevel",
}


def _read(decode: Callable[[bytes], Any], groups: dict[bytes, list[bytes]], tag: bytes) -> Any:
    lines = groups.get(tag)
    if not lines:
        return []
    try:
        return decode(b"[" + b",".join(lines) + b"]")
    except (msgspec.DecodeError, UnicodeError) as error:
        reason = shape_only(str(error))
    raise UnreadableProduct(_NAMES[tag], reason)
