"""Which products changed lately, and which product a variant or a counted item belongs to."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from msgspec import Struct

from connector.platforms import Hint, HintKind, Page
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.lists import changed_since
from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.fetch import Fetcher
from connector.platforms.shopify.product.payload import Ref


class Cursor(Struct):
    """Where a delta stands."""

    after: str | None = None
    done: int = 0


class _Products(Struct):
    products: Nodes[Ref]


class _Variant(Struct):
    product: Ref


class _Item(Struct):
    variants: Nodes[_Variant] | None


class _ItemAnswer(Struct, rename="camel"):
    inventory_item: _Item | None


class _VariantAnswer(Struct, rename="camel"):
    product_variant: _Variant | None


def changed(
    client: ShopifyClient,
    fetcher: Fetcher,
    now: Callable[[], datetime],
    since: datetime,
    cursor: str | None,
) -> Iterator[Page]:
    """Yield the products that Shopify dates at or after `since`, oldest first.

    Where to begin the next time is for the caller's clock to say: a product that is dated in the
    future is read again each time until then, and moves nothing.
    """
    query = changed_since(since)
    at = _position(cursor)
    while True:
        read_at = now()
        asked = {"query": query, "after": at.after}
        page = client.execute("products_changed", asked, type=_Products).products
        fetched = fetcher.fetch([each.id for each in page.nodes])
        more = page.page_info.after
        at = Cursor(more or at.after, at.done + len(page.nodes))
        text = msgspec.json.encode(at).decode()
        yield Page(fetched.records, read_at, text, "changed", at.done, None)
        if more is None:
            return


def product_of(client: ShopifyClient, hint: Hint) -> str | None:
    """Return the product that a hint is about; None where Shopify knows none."""
    asked = {"id": hint.external_id}
    match hint.kind:
        case HintKind.PRODUCT:
            return hint.external_id
        case HintKind.VARIANT:
            found = client.execute("product_of_variant", asked, type=_VariantAnswer)
            return found.product_variant.product.id if found.product_variant else None
        case HintKind.STOCK_ITEM:
            item = client.execute("product_of_item", asked, type=_ItemAnswer).inventory_item
            variants = item.variants.nodes if item and item.variants else []
            return variants[0].product.id if variants else None
    return None


def _position(cursor: str | None) -> Cursor:
    try:
        return msgspec.json.decode(cursor or "{}", type=Cursor)
    except msgspec.DecodeError:
        return Cursor()
