"""Orders in: a paid order of a platform becomes one order per place, once, however often told."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct, structs

from connector.model.ids import new_id
from connector.model.order import Bought, HandingOver, OrderPart, PaymentState, PlacedOrder
from storefront.fulfillment.errors.order import PartToldTwice
from storefront.fulfillment.order import change, placing
from storefront.fulfillment.order.event import PLATFORM
from storefront.fulfillment.order.order import (
    Channel,
    ChannelKind,
    ExternalRef,
    Flag,
    FulfillmentOrder,
    Item,
    Line,
    Method,
    Temp,
)
from storefront.fulfillment.order.past import PAST
from storefront.fulfillment.order.picture import Picture, PictureLine
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import goods as shelves
from storefront.fulfillment.store import orders, paybacks, people, troubles
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.goods import Good
from storefront.fulfillment.store.orders import Known, Source
from storefront.fulfillment.work import charging, claims, codes, contacts, moving, outward, owing
from storefront.fulfillment.work.keeping import keep
from storefront.fulfillment.work.timing import order_timer

_METHODS = {HandingOver.PICKUP: Method.PICKUP, HandingOver.DELIVERY: Method.DELIVERY}
_TEMPS = {"AMBIENT": Temp.AMBIENT, "CHILLED": Temp.CHILL, "FROZEN": Temp.FROZEN}


class Shop(Struct, frozen=True):
    """The connected shop that an order comes from."""

    merchant_id: str
    connection_id: str
    platform: str


def take(floor: ShopFloor, shop: Shop, placed: PlacedOrder) -> Sequence[str]:
    """Follow a platform's order: make what is new, change what is known; return our order ids.

    Parts that are shipped by others are none of ours, nor are those of a place that is no store
    here. Raises NoStoreForOrder where nobody knows which store owes a part, NoDeliveryForOrder and
    NoPickupForOrder where the store does not offer it, and PartToldTwice where a part is told in
    two ways; nothing of the order is stored then, and it may be told again.
    """
    placed = _each_once(placed)
    with floor.write(shop.merchant_id) as here:
        troubles.clear(here, troubles.INTAKE, subject_of(shop, placed.external_id))
        known = {
            it.part_id: it
            for it in orders.of_source(
                here.connection, shop.merchant_id, shop.connection_id, placed.external_id
            )
        }
        digest = _digest(floor, here, placed)
        for part in placed.parts:
            _take_part(floor, here, shop, placed, part, known.get(part.external_id), digest)
        _drop_missing(here, placed, known, digest)
        now = orders.of_source(
            here.connection, shop.merchant_id, shop.connection_id, placed.external_id
        )
        news = any(it.digest != digest for it in known.values()) or not known
        charging.settle(here, placed, now, news=news)
        return [it.order.id for it in now]


def subject_of(shop: Shop, external_id: str) -> str:
    """Return how the list of what does not go on names an order of a shop."""
    return f"{shop.connection_id}/{external_id}"


def refuse(floor: ShopFloor, shop: Shop, placed: PlacedOrder, reason: str) -> None:
    """Remember, for people to see, that an order of a shop could not be taken in.

    A number that no database can store, or no page can show, is left out.
    """
    number = placed.number if placed.number.isprintable() else None
    subject = subject_of(shop, placed.external_id)
    with floor.write(shop.merchant_id) as here:
        troubles.note(here, troubles.INTAKE, subject, reason, number)


def _each_once(placed: PlacedOrder) -> PlacedOrder:
    """Leave out a part that is only repeated; raise PartToldTwice for two that differ."""
    parts: dict[str, OrderPart] = {}
    for part in placed.parts:
        if parts.setdefault(part.external_id, part) != part:
            raise PartToldTwice("One part is told in two ways.", order=placed.external_id)
    return structs.replace(placed, parts=tuple(parts.values()))


def gone(floor: ShopFloor, shop: Shop, external_id: str) -> None:
    """Cancel what we have of an order that the platform no longer knows."""
    with floor.write(shop.merchant_id) as here:
        troubles.clear(here, troubles.INTAKE, subject_of(shop, external_id))
        known = orders.of_source(here.connection, shop.merchant_id, shop.connection_id, external_id)
        for it in known:
            moving.end(here, it, here.now)


def _take_part(
    floor: ShopFloor,
    here: Floor,
    shop: Shop,
    placed: PlacedOrder,
    part: OrderPart,
    known: Known | None,
    digest: bytes,
) -> None:
    if known is not None and known.digest == digest:
        return
    if known is not None and owing.has_moved(here, shop.connection_id, part, known):
        moving.leave(here, known, _ms(placed))
        known = None
    if known is not None:
        _follow(floor, here, shop, placed, part, known, digest)
    elif part.handing_over in _METHODS and placed.owed and not (part.cancelled or part.closed):
        _place(floor, here, shop, placed, part, digest)


def _digest(floor: ShopFloor, here: Floor, placed: PlacedOrder) -> bytes:
    """Return what tells two pictures of an order apart; keyed, because it covers the buyer."""
    plain = msgspec.json.encode(structs.replace(placed, updated_at=placed.placed_at)).decode()
    return people.sealer(floor, here).mark("order", plain)


def _place(
    floor: ShopFloor,
    here: Floor,
    shop: Shop,
    placed: PlacedOrder,
    part: OrderPart,
    digest: bytes,
) -> None:
    """Begin an order with everything that it needs: claim, contact, codes, links."""
    bought = [it for it in part.lines if it.quantity > 0]
    if not bought:
        return
    ids = [it.variant_id for it in bought if it.variant_id]
    goods = shelves.by_external(here.connection, here.merchant_id, shop.connection_id, ids)
    store = owing.store_for(here, shop.connection_id, placed, part)
    if store is None:
        return
    draft = _draft(shop, store, placed, part, [_line(it, goods) for it in bought], here.now)
    claimed = claims.for_order(here, store, draft, placed, part, list(goods.values()))
    told = placing.place(claimed, PLATFORM, here.now, held=True)
    source = Source(shop.connection_id, placed.external_id, part.external_id, digest)
    orders.insert(here, *told, source, order_timer(told[0], store))
    contacts.keep(floor, here, told[0].id, placed.buyer)
    codes.for_order(floor, here, told[0])
    outward.announce(here, told[0], "order.placed")


def _draft(
    shop: Shop,
    store: Store,
    placed: PlacedOrder,
    part: OrderPart,
    lines: Sequence[Line],
    now: int,
) -> FulfillmentOrder:
    agent = placed.reference("regie_agent")
    draft = FulfillmentOrder(
        id=new_id("ful", lambda: now),
        merchant_id=shop.merchant_id,
        store_id=store.id,
        number=placed.number,
        method=_METHODS[part.handing_over],
        lines=tuple(lines),
        slot=None,
        payment=charging.payment(placed),
        channel=Channel(ChannelKind.AGENT, agent) if agent else Channel(),
        external_ref=ExternalRef(shop.platform, placed.external_id),
        total=charging.total(placed),
        partly_repaid=placed.payment is PaymentState.PARTLY_REFUNDED,
        picture_at=_ms(placed),
    )
    return draft.flagged(Flag.NEEDS_ATTENTION, "test_order") if placed.test else draft


def _line(bought: Bought, goods: Mapping[str, Good]) -> Line:
    good = goods.get(bought.variant_id or "")
    item = _item(bought, good)
    return Line(
        id=new_id("lin"),
        external_id=bought.external_id,
        quantity=bought.quantity,
        **structs.asdict(item),
    )


def _item(bought: Bought, good: Good | None) -> Item:
    """Return what the floor must know of a thing; one that the catalogue lost keeps its name."""
    if good is None:
        return Item(None, bought.sku or "", bought.title, unit_price=bought.unit_price)
    return Item(
        variant_id=good.variant_id,
        sku=good.sku or bought.sku or "",
        title=bought.title,
        age_min=good.minimum_age,
        temp=_TEMPS[good.temperature.value],
        weight_g=good.weight_g,
        volume_ml=good.volume_ml,
        prep_points=good.prep_points,
        unit_price=bought.unit_price or good.price,
    )


def _follow(
    floor: ShopFloor,
    here: Floor,
    shop: Shop,
    placed: PlacedOrder,
    part: OrderPart,
    known: Known,
    digest: bytes,
) -> None:
    """Bring a known part to the platform's newer picture; what was picked is not forgotten."""
    before = known.order
    cancelled = placed.cancelled or part.cancelled or not placed.owed
    picture = _picture(here, shop, placed, part.lines, cancelled=cancelled)
    applied = change.follow(before, picture, _fresh_ids(picture), here.now)
    keep(here, before, (applied.order, applied.events))
    if not cancelled and before.state not in PAST:
        contacts.follow(floor, here, before.id, placed.buyer)
    if cancelled or _refunded(placed, part):
        paybacks.settle(here, before.id)
    elif picture.partly_repaid or any(it.refunded for it in part.lines):
        paybacks.some_back(here, before.id)
    orders.note_digest(here, before.id, digest)


def _refunded(placed: PlacedOrder, part: OrderPart) -> bool:
    """Tell whether the platform gave back the money: of the order, or of all lines of a part."""
    nothing_owed = not any(it.quantity for it in part.lines)
    lines_back = nothing_owed and any(it.refunded for it in part.lines)
    return placed.payment is PaymentState.REFUNDED or lines_back


def _drop_missing(
    here: Floor, placed: PlacedOrder, known: Mapping[str, Known], digest: bytes
) -> None:
    """Cancel parts that the platform no longer has: moved to another place, merged, taken off."""
    present = {part.external_id for part in placed.parts}
    for part_id, it in known.items():
        if part_id in present:
            continue
        moving.end(here, it, _ms(placed))
        orders.note_digest(here, it.order.id, digest)


def _picture(
    here: Floor, shop: Shop, placed: PlacedOrder, lines: Iterable[Bought], *, cancelled: bool
) -> Picture:
    bought = list(lines)
    ids = [it.variant_id for it in bought if it.variant_id]
    goods = shelves.by_external(here.connection, here.merchant_id, shop.connection_id, ids)
    return Picture(
        as_of=_ms(placed),
        lines=tuple(
            PictureLine(
                external_id=it.external_id,
                quantity=it.quantity + it.refunded,
                item=_item(it, goods.get(it.variant_id or "")),
                refunded=it.refunded,
            )
            for it in bought
        ),
        cancelled=cancelled,
        payment=None if cancelled else charging.payment(placed),
        total=charging.total(placed),
        partly_repaid=placed.payment is PaymentState.PARTLY_REFUNDED,
    )


def _fresh_ids(picture: Picture) -> Mapping[str, str]:
    return {line.external_id: new_id("lin") for line in picture.lines}


def _ms(placed: PlacedOrder) -> int:
    return round(placed.updated_at.timestamp() * 1000)
