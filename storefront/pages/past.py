"""The orders that are over: sought by number, day and store, the last to end first."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from msgspec import Struct
from sqlalchemy import Connection

from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.order.past import SHORTEST_END, ended_at
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import finished
from storefront.fulfillment.work import recalling
from storefront.fulfillment.work.recalling import day_of
from storefront.pages.shell import Rooms
from storefront.pages.staffed import Visit, screen
from storefront.pages.who import first_names

_AT_ONCE = 25
_MOST_OPEN = 5
_FIELDS = ("number", "day", "store")


class Row(Struct, frozen=True):
    """One order of the list; `ended_at` is None for one that goes on."""

    order: FulfillmentOrder
    store: Store
    name: str
    ended_at: int | None


def routes(rooms: Rooms) -> Blueprint:
    """Return the route of the list."""
    blueprint = Blueprint("pages_past", __name__)
    screen(rooms, blueprint, "/orders", draw)
    return blueprint


def draw(visit: Visit) -> Response:
    """Draw one page of what is over in the stores of the person."""
    asked = {name: request.args.get(name, "").strip() for name in _FIELDS}
    place = request.args.get("after", "")
    after = finished.after_of(place) if place else None
    with visit.floor.database.read() as connection:
        mine = visit.stores(connection, archived=True)
        shown = [store for store in mine if asked["store"] in {"", store.id}]
        page = recalling.page(
            connection,
            visit.merchant_id,
            shown,
            _AT_ONCE,
            number=asked["number"],
            day=day_of(asked["day"]),
            after=after,
        )
        rows = _rows(visit, connection, shown, page.orders)
        going_on = [] if after else _open(visit, connection, shown, asked["number"])
    return visit.draw(
        "past.html",
        asked=asked,
        rows=rows,
        going_on=going_on,
        stores=mine,
        shortest=SHORTEST_END,
        before=_address(asked, after=page.after.text) if page.after else "",
        newest=_address(asked) if after else "",
    )


def _open(
    visit: Visit, connection: Connection, stores: Sequence[Store], number: str
) -> Sequence[Row]:
    """Return orders of the number that are not over: who seeks one need not know."""
    if not number:
        return ()
    ids = [store.id for store in stores]
    found = finished.still_open(connection, visit.merchant_id, ids, number, _MOST_OPEN)
    return _rows(visit, connection, stores, found)


def _rows(
    visit: Visit,
    connection: Connection,
    stores: Sequence[Store],
    found: Sequence[FulfillmentOrder],
) -> Sequence[Row]:
    by_id = {store.id: store for store in stores}
    names = first_names(visit, connection, found)
    return [Row(it, by_id[it.store_id], names[it.id], ended_at(it)) for it in found]


def _address(asked: Mapping[str, str], **more: str) -> str:
    given = {name: value for name, value in {**asked, **more}.items() if value}
    return f"/orders?{urlencode(given)}" if given else "/orders"
