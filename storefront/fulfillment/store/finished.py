"""The orders that are behind the stores: found by day or by number, the last to end first."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from storefront.fulfillment.errors.order import BadSearch
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.order.past import SHORTEST_END, from_end
from storefront.fulfillment.store import orders
from storefront.fulfillment.store.tables import order

_order = order.fulfillment_order
_LAST_SIGN = "\U0010ffff"
_MOST_MS = 2**53


class After(Struct, frozen=True, order=True):
    """The last order of a page; its id parts those that ended at the same moment."""

    ended_at: int
    order_id: str

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.ended_at}.{self.order_id}"


class Span(Struct, frozen=True):
    """One store, and between which instants its orders ended; None is no bound."""

    store_id: str
    since: int | None = None
    before: int | None = None


def after_of(text: str) -> After:
    """Read where a page ended, or raise BadSearch."""
    at, _, order_id = text.partition(".")
    known = at.isascii() and at.isdecimal() and len(at) < 17 and int(at) < _MOST_MS
    if not (known and order_id.isascii() and order_id.isprintable() and 0 < len(order_id) <= 64):
        raise BadSearch("No page ended there.", field="after")
    return After(int(at), order_id)


def ended(
    connection: Connection,
    merchant_id: str,
    spans: Sequence[Span],
    first: int,
    number: str = "",
    after: After | None = None,
) -> Sequence[FulfillmentOrder]:
    """Return orders that ended, the last first: `first` of each store's index are looked at.

    `number` is a whole number, or the end of one where it has three signs or more.
    """
    found = [
        key for span in spans for key in _keys(connection, merchant_id, span, number, after, first)
    ]
    newest = sorted(found, reverse=True)[:first]
    return _in_order(connection, merchant_id, [key.order_id for key in newest])


def still_open(
    connection: Connection, merchant_id: str, store_ids: Sequence[str], number: str, limit: int
) -> Sequence[FulfillmentOrder]:
    """Return orders of that number, or with that end of one, that have not ended."""
    query = (
        select(_order.c.id)
        .where(
            _order.c.merchant_id == merchant_id,
            _order.c.store_id.in_(list(store_ids)),
            *_named(number),
            _order.c.ended_at.is_(None),
        )
        .limit(limit)
    )
    return _in_order(connection, merchant_id, connection.execute(query).scalars().all())


def _keys(
    connection: Connection,
    merchant_id: str,
    span: Span,
    number: str,
    after: After | None,
    first: int,
) -> list[After]:
    """Return the ends of one store's orders, from one index or the other.

    A number is sought by numbers: the end in a disguise keeps a database from reading through all
    ends instead.
    """
    at = func.coalesce(_order.c.ended_at, 0) if number else _order.c.ended_at
    where = [_order.c.merchant_id == merchant_id, _order.c.store_id == span.store_id]
    where += [*_named(number), at > 0] if number else [at.is_not(None)]
    query = select(at, _order.c.id).where(*where, *_between(at, span, after))
    ordered = query.order_by(at.desc(), _order.c.id.desc()).limit(first)
    return [After(*row) for row in connection.execute(ordered)]


def _between(
    at: ColumnElement[Any], span: Span, after: After | None
) -> Iterator[ColumnElement[bool]]:
    if span.since is not None:
        yield at >= span.since
    if span.before is not None:
        yield at < span.before
    if after is not None:
        yield tuple_(at, _order.c.id) < tuple_(after.ended_at, after.order_id)


def _named(number: str) -> list[ColumnElement[bool]]:
    """Return what picks a number; as an end it is a stretch of the index on both databases."""
    signs, column = from_end(number), _order.c.number_from_end
    if len(signs) < SHORTEST_END:
        return [column == signs]
    return [column >= signs, column < signs + _LAST_SIGN]


def _in_order(
    connection: Connection, merchant_id: str, order_ids: Sequence[str]
) -> Sequence[FulfillmentOrder]:
    by_id = {it.id: it for it in orders.several(connection, merchant_id, order_ids)}
    return [by_id[order_id] for order_id in order_ids]
