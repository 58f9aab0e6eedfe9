"""Looking for an order that is over: by its number, by the day, in the stores that one may see."""

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection

from storefront.fulfillment.errors.order import BadSearch
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.order.past import ended_at
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.place.wall import instant
from storefront.fulfillment.store import finished
from storefront.fulfillment.store.finished import After, Span

_DAY_MIN = 1440
_YEARS = range(2000, 2200)


class Page(Struct, frozen=True):
    """Orders that ended, the last first; `after` leads to those before them, None: none are."""

    orders: Sequence[FulfillmentOrder]
    after: After | None


def page(
    connection: Connection,
    merchant_id: str,
    stores: Sequence[Store],
    first: int,
    *,
    number: str = "",
    day: dt.date | None = None,
    after: After | None = None,
) -> Page:
    """Return one page of what ended; `day` is the day on the wall of each store."""
    spans = [_span(store, day) for store in stores]
    found = finished.ended(connection, merchant_id, spans, first + 1, number, after)
    shown = found[:first]
    more = len(found) > first
    return Page(shown, _place(shown[-1]) if more else None)


def day_of(text: str) -> dt.date | None:
    """Read a day such as 2026-11-21, None where nothing is given; or raise BadSearch."""
    if not text:
        return None
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        raise BadSearch("This is no day.", field="day") from None
    if found.year not in _YEARS:
        raise BadSearch("Nothing ended in that year.", field="day")
    return found


def _span(store: Store, day: dt.date | None) -> Span:
    if day is None:
        return Span(store.id)
    begins, ends = instant(day, 0, store.timezone), instant(day, _DAY_MIN, store.timezone)
    return Span(store.id, begins, ends)


def _place(order: FulfillmentOrder) -> After:
    return After(ended_at(order) or 0, order.id)
