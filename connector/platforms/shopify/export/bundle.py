"""Turn a product's raw lines into typed parts, each kind in one go."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec

from connector.model.publication import Life
from connector.platforms.response import shape_only
from connector.platforms.shopify.export.spelling import (
    COLLECTION,
    LEVEL,
    MEDIA,
    METAFIELD,
    PRODUCT,
    PUBLICATION,
    VARIANT,
)
from connector.platforms.shopify.faults import UnreadableProduct
from connector.platforms.shopify.product.life import (
    POLICY,
    LifeLine,
    WordLine,
    life,
    own_fields,
)
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


_NAMES: Mapping[bytes, Callable[[Any], object]] = {
    PRODUCT: attrgetter("id"),
    VARIANT: attrgetter("id"),
    MEDIA: attrgetter("id"),
    METAFIELD: attrgetter("parent", "namespace", "key"),
    COLLECTION: attrgetter("id"),
    PUBLICATION: attrgetter("is_published", "publish_date"),
    LEVEL: attrgetter("item.id", "location.id"),
}
"""What two lines have in common if they are the same; only then their texts are compared."""

_LIVES = msgspec.json.Decoder(LifeLine).decode_lines
_WORD = msgspec.json.Decoder(WordLine).decode
_POLICY = POLICY.encode()


def bundle_of(lines: Iterable[tuple[bytes, bytes]]) -> Bundle:
    """Read lines with their tags (see spelling), or raise UnreadableProduct.

    Shopify may repeat a line; of equal lines the last one is told.
    """
    texts: dict[bytes, list[bytes]] = {}
    for tag, text in lines:
        if tag in _DECODERS:
            texts.setdefault(tag, []).append(text)
    groups = {tag: _told_once(tag, b"\n".join(pieces)) for tag, pieces in texts.items()}
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


def life_of(lines: Iterable[tuple[bytes, bytes]], read_at: datetime) -> Life:
    """Read only what says whether a product may be shown; a spoiled line elsewhere is no matter."""
    texts: dict[bytes, list[bytes]] = {}
    for tag, text in lines:
        texts.setdefault(tag, []).append(text)
    product = _LIVES(b"\n".join(texts[PRODUCT]))[-1]
    placements = _DECODERS[PUBLICATION](b"\n".join(texts.get(PUBLICATION, ())))
    words = [line for text in texts.get(METAFIELD, ()) for line in text.split(b"\n")]
    return life(product, placements, own_fields(_policies(words)), read_at)


def _policies(lines: Iterable[bytes]) -> list[MetafieldLine]:
    """Return the product's word on agents, as far as there is one."""
    told = [_WORD(line) for line in lines if _POLICY in line]
    return [each.as_metafield() for each in told if each.is_policy]


def _told_once(tag: bytes, text: bytes) -> list[Any]:
    read = _read(tag, text)
    if len(read) == 1 or len(set(map(_NAMES[tag], read))) == len(read):
        return read
    once = dict.fromkeys(line.strip() for line in reversed(text.split(b"\n")))
    return read if len(once) == len(read) else _read(tag, b"\n".join(reversed(once)))


def _read(tag: bytes, text: bytes) -> list[Any]:
    try:
        return _DECODERS[tag](text)
    except (msgspec.DecodeError, UnicodeError) as error:
        reason = shape_only(str(error))
    raise UnreadableProduct(_KINDS[tag][0], reason)
