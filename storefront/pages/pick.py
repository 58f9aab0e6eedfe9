"""The pick list: up to six orders at once, shelf by shelf, what must stay cold at the end."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request
from msgspec import Struct
from sqlalchemy import Connection

from storefront.fulfillment.errors.order import OrderChanged
from storefront.fulfillment.order.order import (
    BadOrder,
    FulfillmentOrder,
    Line,
    Method,
    OrderState,
    Temp,
)
from storefront.fulfillment.place.store import PartialPolicy
from storefront.fulfillment.store import goods as shelves
from storefront.fulfillment.store import orders, places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.goods import Good, GoodNotFound
from storefront.fulfillment.work import preparing
from storefront.pages import given
from storefront.pages.shell import Rooms
from storefront.pages.staffed import Deed, Outcome, Visit, screen
from storefront.pages.who import first_names

MOST_ORDERS = 6
_AT_WORK = (OrderState.PICKING, OrderState.AWAITING_CUSTOMER, OrderState.PARTLY_COLLECTED)


class Row(Struct, frozen=True):
    """One line to pick, of which order it is, and what the shop knows of the thing."""

    order: FulfillmentOrder
    line: Line
    good: Good | None
    mark: str


class Shelf(Struct, frozen=True):
    """What lies together: a category of the shop, or all that is equally cold."""

    title: str
    temp: Temp
    rows: Sequence[Row]


class Bag(Struct, frozen=True):
    """An order on the list: whether it can be closed, in full or in part."""

    order: FulfillmentOrder
    mark: str
    name: str
    left: int
    surplus: Sequence[Line]
    partial: bool


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the pick list."""
    blueprint = Blueprint("pages_pick", __name__)
    screen(rooms, blueprint, "/pick", draw, DEEDS)
    return blueprint


def draw(visit: Visit) -> Response:
    """Draw the list of the chosen orders, or of those that may be chosen."""
    with visit.floor.database.read() as connection:
        wanted = [visit.order(connection, one) for one in _ids()]
        chosen = [order for order in wanted if order.state in _AT_WORK]
        names = first_names(visit, connection, wanted)
        known = _goods(connection, visit.merchant_id, chosen)
        asked = request.args.get("line", "")
        choices = _choices(connection, chosen, asked, visit.floor.now())
        bags = [_bag(connection, it, n, names[it.id]) for n, it in enumerate(chosen)]
        waiting = () if chosen else _waiting(visit, connection)
        more = first_names(visit, connection, waiting)
    return visit.draw(
        "pick.html",
        shelves=_shelves(chosen, known),
        bags=bags,
        chosen=chosen,
        asked=asked,
        choices=choices,
        query=request.args.get("query", ""),
        path=_path(),
        waiting=waiting,
        names=more,
        most=MOST_ORDERS,
    )


def _ids() -> tuple[str, ...]:
    return tuple(dict.fromkeys(request.args.getlist("order")))[:MOST_ORDERS]


def _path(**more: str) -> str:
    """Return this list's address."""
    parts = [f"order={one}" for one in _ids()] + [f"{name}={it}" for name, it in more.items()]
    return "/pick?" + "&".join(parts) if parts else "/pick"


def _waiting(visit: Visit, connection: Connection) -> Sequence[FulfillmentOrder]:
    """Return what could be picked now, the most urgent first."""
    stores = [store.id for store in visit.stores(connection)]
    found = orders.open_of(connection, visit.merchant_id, stores)
    states = {OrderState.PLACED, OrderState.ACCEPTED, *_AT_WORK}
    return [order for order in found if order.state in states and not order.flags]


def _goods(
    connection: Connection, merchant_id: str, chosen: Sequence[FulfillmentOrder]
) -> Mapping[str, Good]:
    ids = [line.variant_id for order in chosen for line in order.lines if line.variant_id]
    return shelves.goods(connection, merchant_id, ids) if ids else {}


def _shelves(chosen: Sequence[FulfillmentOrder], known: Mapping[str, Good]) -> Sequence[Shelf]:
    """Return the lines by shelf: not chilled first, then chilled, then frozen."""
    rows = [
        Row(order, line, known.get(line.variant_id or ""), mark(place))
        for place, order in enumerate(chosen)
        for line in order.lines
        if line.quantity - line.refunded > 0
    ]
    by: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        by.setdefault((list(Temp).index(row.line.temp), _category(row.good)), []).append(row)
    return [
        Shelf(title, list(Temp)[cold], sorted(lines, key=lambda row: (row.line.title, row.mark)))
        for (cold, title), lines in sorted(by.items(), key=lambda it: it[0])
    ]


def _category(good: Good | None) -> str:
    """Return the last part of what the shop calls its class of goods."""
    return (good.category or "").rpartition("/")[2].strip() if good else ""


def mark(place: int) -> str:
    """Return the letter by which an order is told from the others on the list."""
    return "ABCDEF"[place]


def _bag(connection: Connection, order: FulfillmentOrder, place: int, name: str) -> Bag:
    policy = places.get(connection, order.merchant_id, order.store_id).pickup.partial_policy
    left = sum(line.open for line in order.lines)
    surplus = [line for line in order.lines if line.surplus]
    able = order.state is OrderState.PICKING and left > 0 and order.due > 0 and not surplus
    waits = policy is PartialPolicy.WAIT_ALL or order.method is Method.DELIVERY
    return Bag(order, mark(place), name, left, surplus, able and not waits)


def _choices(
    connection: Connection, chosen: Sequence[FulfillmentOrder], asked: str, now: int
) -> Sequence[preparing.Choice]:
    """Return what may be given instead of the line that is asked for."""
    order = next((it for it in chosen if any(line.id == asked for line in it.lines)), None)
    if order is None:
        return ()
    query = request.args.get("query", "")[:100]
    return preparing.substitutes(connection, order, asked, now, query)


def _line(visit: Visit, here: Floor) -> tuple[FulfillmentOrder, Line]:
    order = visit.order(here.connection, given.text("order"))
    return order, order.line(given.text("line"))


def _set(visit: Visit, here: Floor) -> Outcome:
    """Let so many pieces lie in the bag: said twice, it is the same."""
    order, line = _line(visit, here)
    more = given.whole("picked", BadOrder) - line.picked
    if more:
        preparing.pick(here, order.id, line.id, more, visit.actor)
    return Outcome(_path())


def _scan(visit: Visit, here: Floor) -> Outcome:
    """Put one piece of what was scanned into the first bag that still needs it."""
    code = given.text("code")
    open_now = [visit.order(here.connection, one) for one in _ids()]
    known = _goods(here.connection, here.merchant_id, open_now)
    for order in open_now:
        for line in order.lines:
            if line.free > 0 and code in _codes(line, known.get(line.variant_id or "")):
                preparing.pick(here, order.id, line.id, 1, visit.actor)
                return Outcome(_path())
    raise GoodNotOnList("Nothing on this list has that code, or all of it is picked.")


class GoodNotOnList(GoodNotFound):
    """A scanned thing that no bag needs (any more)."""

    code = "good_not_on_list"


def _codes(line: Line, good: Good | None) -> frozenset[str]:
    barcode = good.barcode if good else None
    plain = {line.sku, barcode or "", (barcode or "").lstrip("0")}
    return frozenset(plain - {""})


def _take_off(visit: Visit, here: Floor) -> Outcome:
    """Take off all that is still open of a line."""
    order, line = _line(visit, here)
    preparing.take_off(here, order.id, line.id, line.free, visit.actor)
    return Outcome(_path(done="noted"))


def _put_back(visit: Visit, here: Floor) -> Outcome:
    order, line = _line(visit, here)
    preparing.put_back(here, order.id, line.id, line.surplus, visit.actor)
    return Outcome(_path())


def _exchange(visit: Visit, here: Floor) -> Outcome:
    """Give something else for what is missing; the line must be as it was when it was shown."""
    order, line = _line(visit, here)
    if given.whole("open", BadOrder) != line.free:
        raise OrderChanged("The line was changed meanwhile.", line=line.id)
    preparing.exchange(here, order.id, line.id, given.text("variant"), line.free, visit.actor)
    asks = order.line(line.id).substitution.value == "ASK"
    return Outcome(_path(done="asked" if asks else "noted"))


def _start(visit: Visit, here: Floor) -> Outcome:
    """Begin with all orders that were ticked."""
    for one in given.several("chosen")[:MOST_ORDERS]:
        order = visit.order(here.connection, one)
        if order.state not in _AT_WORK:
            preparing.start(here, order.id, visit.actor)
    parts = [f"order={one}" for one in given.several("chosen")[:MOST_ORDERS]]
    return Outcome("/pick?" + "&".join(parts))


def _pack(visit: Visit, here: Floor) -> Outcome:
    order = visit.order(here.connection, given.text("order"))
    bags = given.whole("bags", BadOrder)
    partial = given.text("partial") == "1"
    packed = preparing.pack(visit.floor, here, order.id, visit.actor, bags=bags, partial=partial)
    if packed.method is Method.DELIVERY or len(_ids()) < 2:
        return Outcome(f"/orders/{order.id}?done=packed")
    return Outcome(_path(done="packed"))


DEEDS: Mapping[str, Deed] = {
    "set": _set,
    "scan": _scan,
    "take_off": _take_off,
    "put_back": _put_back,
    "exchange": _exchange,
    "start": _start,
    "pack": _pack,
}
"""By the value of the button."""
