"""What a product or variation costs and how much of it there is, from stored facts alone."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from connector.model.inventory import Availability, InventoryLevel, StockPolicy
from connector.model.money import BadMoney, Money, parse_money
from connector.model.offer import Offer, Sale
from connector.platforms.woocommerce.errors import BadFact
from connector.platforms.woocommerce.moment import moment
from connector.platforms.woocommerce.payload import Sellable
from connector.platforms.woocommerce.terms import STANDARD, Terms, online_id

CHANNEL = "online"
MARKET = "default"
PARENT = "parent"
STATED: Mapping[str, Availability] = {
    "instock": Availability.IN_STOCK,
    "outofstock": Availability.OUT_OF_STOCK,
    "onbackorder": Availability.BACKORDER,
}
_LAST_SECOND = timedelta(seconds=1)


def offers(
    item: Sellable, tax_class: str, terms: Terms, as_of: datetime | None
) -> tuple[Offer, ...]:
    """Return the one offer; none where there is no price, which is not the same as free."""
    regular = money("regular_price", item.regular_price, item, terms)
    if regular is None:
        return ()
    sale = _sale(item, regular, terms)
    _cross_check(item, terms)
    offer = Offer(
        CHANNEL,
        MARKET,
        regular,
        None,
        sale,
        terms.tax_included,
        _tax_rate(item, tax_class, terms),
        None,
        None,
        item.purchasable,
        as_of,
    )
    return (offer,)


def money(field: str, text: str | None, item: Sellable, terms: Terms) -> Money | None:
    """Read an amount; a comma or any other odd form makes the product a problem, not a price."""
    if not text:
        return None
    try:
        return parse_money(text, terms.currency)
    except BadMoney as error:
        reason = error.message
    raise BadFact(field, str(item.id), reason)


def _sale(item: Sellable, regular: Money, terms: Terms) -> Sale | None:
    """Return the sale with its window: the shop's own flag flips late, with its queue.

    The shop counts the last second as part of the sale; our window ends before its end.
    """
    price = money("sale_price", item.sale_price, item, terms)
    if price is None or price.amount >= regular.amount:
        return None
    last = moment(item.date_on_sale_to_gmt)
    return Sale(price, moment(item.date_on_sale_from_gmt), last and last + _LAST_SECOND)


def _cross_check(item: Sellable, terms: Terms) -> None:
    """Refuse a product whose current price is neither its regular nor its sale price."""
    current = money("price", item.price, item, terms)
    known = {
        money("regular_price", item.regular_price, item, terms),
        money("sale_price", item.sale_price, item, terms),
    }
    if current is not None and current not in known:
        raise BadFact("price", str(item.id), "is neither the regular price nor the sale price")


def _tax_rate(item: Sellable, tax_class: str, terms: Terms) -> str | None:
    """Return the percent at the shop's address; goods outside the tax carry none."""
    if not terms.rates:
        return None
    return terms.rates.get(tax_class or STANDARD) if item.tax_status == "taxable" else "0"


def inventory(
    item: Sellable, pool: str, terms: Terms, as_of: datetime | None
) -> tuple[InventoryLevel, ...]:
    """Return the shop's one count; `pool` names the heap that variations share."""
    tracked = item.manage_stock is True or item.manage_stock == PARENT
    count = _count(item.stock_quantity) if tracked else None
    level = InventoryLevel(
        location_id=online_id(terms.shop),
        tracked=tracked,
        active=True,
        on_hand=count,
        available=_available(count, item.stock_status),
        committed=None,
        reserved=None,
        incoming=None,
        policy=StockPolicy.DENY if item.backorders == "no" else StockPolicy.CONTINUE,
        stated=STATED.get(item.stock_status, Availability.UNKNOWN) if count is None else None,
        pool=pool if item.manage_stock == PARENT else None,
        as_of=as_of,
    )
    return (level,)


def _count(quantity: float | None) -> int | None:
    return None if quantity is None else math.floor(quantity)


def _available(count: int | None, status: str) -> int | None:
    """Return what the shop still sells: nothing from below its own out-of-stock threshold."""
    if count is None or status == "instock":
        return count
    return min(count, 0)
