"""Read single products anew: every page of every list, so that it equals what an export gives."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec
from msgspec import Struct

from connector.model.errors import InvalidInput
from connector.model.product import Product
from connector.model.publication import Life
from connector.platforms import Fetched
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.lists import Listing, OwnerGone
from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.life import life, own_fields
from connector.platforms.shopify.product.normalise import normalise
from connector.platforms.shopify.product.payload import (
    Bundle,
    CollectionLine,
    LevelLine,
    MediaLine,
    MetafieldLine,
    PlacementLine,
    ProductLine,
    VariantLine,
)
from connector.platforms.shopify.terms import Terms

POINTS = 900
"""What one question may cost at most, with some air below Shopify's 1,000."""
MOST_LEVELS = 50
PRODUCT = "gid://shopify/Product/"


class _Variant(VariantLine, kw_only=True):
    metafields: Nodes[MetafieldLine]


class _Product(ProductLine, kw_only=True):
    media: Nodes[MediaLine]
    metafields: Nodes[MetafieldLine]
    collections: Nodes[CollectionLine]
    placements: Nodes[PlacementLine] = msgspec.field(name="resourcePublicationsV2")
    variants: Nodes[_Variant]


class _ProductAnswer(Struct):
    product: _Product | None


class _Item(Struct, rename="camel"):
    id: str
    inventory_levels: Nodes[LevelLine]


class _StockAnswer(Struct):
    nodes: list[_Item | None]


_VARIANTS = Listing("product_variants", "variants", _Variant)
_MEDIA = Listing("product_media", "media", MediaLine)
_OWN_METAFIELDS = Listing("product_metafields", "metafields", MetafieldLine)
_VARIANT_METAFIELDS = Listing("variant_metafields", "metafields", MetafieldLine)
_COLLECTIONS = Listing("product_collections", "collections", CollectionLine)
_PLACEMENTS = Listing("product_publications", "resourcePublicationsV2", PlacementLine)
_LEVELS = Listing("stock_levels", "inventoryLevels", LevelLine)


class FetchedRecord(Struct, frozen=True):
    """One product as it was just read.

    Its digest is not that of an export, for there the same facts stand in other text: the first
    export after it is decoded once, and then found to be the same.
    """

    external_id: str
    digest: bytes
    bundle: Bundle
    terms: Terms
    read_at: datetime

    def product(self) -> Product:
        """Read the canonical product, or raise a RegieError that names the field."""
        return normalise(self.bundle, self.terms, self.read_at)

    def life(self) -> Life:
        """Read only what says whether it may be shown."""
        found = self.bundle
        own = (each for each in found.metafields if each.parent == self.external_id)
        return life(found.product, found.placements, own_fields(own), self.read_at)


class Fetcher:
    """Reads products of one shop; `places` is how many locations its stock may lie at."""

    def __init__(
        self, client: ShopifyClient, terms: Terms, now: Callable[[], datetime], places: int
    ) -> None:
        self._client = client
        self._terms = terms
        self._now = now
        self._levels = min(max(places, 1), MOST_LEVELS)

    def fetch(self, external_ids: Sequence[str]) -> Fetched:
        """Read each product, then the stock of all of them together."""
        read_at = self._now()
        bundles: list[Bundle] = []
        missing: list[str] = []
        for gid in dict.fromkeys(product_gid(each) for each in external_ids):
            bundle = self._bundle(gid)
            if bundle is None:
                missing.append(gid)
            else:
                bundles.append(bundle)
        self._read_stock(bundles)
        records = [self._record(bundle, read_at) for bundle in bundles]
        return Fetched(records, read_at, missing)

    def _record(self, bundle: Bundle, read_at: datetime) -> FetchedRecord:
        digest = blake2b(_facts(bundle), digest_size=16, key=self._terms.digest).digest()
        return FetchedRecord(bundle.product.id, digest, bundle, self._terms, read_at)

    def _bundle(self, gid: str) -> Bundle | None:
        product = self._client.execute("product_read", {"id": gid}, type=_ProductAnswer).product
        if product is None:
            return None
        try:
            return self._complete(product)
        except OwnerGone:
            return None

    def _complete(self, product: _Product) -> Bundle:
        client, gid = self._client, product.id
        variants = _VARIANTS.rest(client, gid, product.variants)
        own = _OWN_METAFIELDS.rest(client, gid, product.metafields)
        return Bundle(
            product,
            [*variants],
            _MEDIA.rest(client, gid, product.media),
            [*_owned(own, gid), *(line for each in variants for line in self._of_variant(each))],
            _COLLECTIONS.rest(client, gid, product.collections),
            _PLACEMENTS.rest(client, gid, product.placements),
            [],
        )

    def _of_variant(self, variant: _Variant) -> Iterable[MetafieldLine]:
        lines = _VARIANT_METAFIELDS.rest(self._client, variant.id, variant.metafields)
        return _owned(lines, variant.id)

    def _read_stock(self, bundles: Iterable[Bundle]) -> None:
        """Put the stock levels to their products, many items in one question."""
        owners = {line.inventory_item.id: each for each in bundles for line in each.variants}
        ids, at_once = list(owners), max(1, min(250, POINTS // (2 + 5 * self._levels)))
        for start in range(0, len(ids), at_once):
            asked = {"ids": ids[start : start + at_once], "levels": self._levels}
            for item in self._client.execute("stock_read", asked, type=_StockAnswer).nodes:
                if item is not None:
                    owners[item.id].levels += self._levels_of(item)

    def _levels_of(self, item: _Item) -> list[LevelLine]:
        try:
            return _LEVELS.rest(self._client, item.id, item.inventory_levels)
        except OwnerGone:
            return []


def product_gid(external_id: str) -> str:
    """Return Shopify's id for a number or an id."""
    if external_id.isascii() and external_id.isdigit():
        return f"{PRODUCT}{external_id}"
    if not external_id.startswith(PRODUCT):
        raise InvalidInput(f"{external_id!r} is no Shopify product.", external_id=external_id)
    return external_id


def _owned(lines: Iterable[MetafieldLine], gid: str) -> list[MetafieldLine]:
    """Say of each metafield whose it is, as an export does."""
    return [msgspec.structs.replace(line, parent=gid) for line in lines]


def _facts(bundle: Bundle) -> bytes:
    """Write down everything told, in one order."""
    encode = msgspec.json.encode
    own = encode([getattr(bundle.product, name) for name in ProductLine.__struct_fields__])
    parts = (*bundle.variants, *bundle.media, *bundle.metafields)
    rest = (*bundle.collections, *bundle.placements, *bundle.levels)
    return b"\n".join([own, *sorted({encode(part) for part in (*parts, *rest)})])
