"""What may be promised to anybody who asks: where, from when, in which slots, and at what price."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.location import Address, Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.errors.place import BadHours, BadPostcode, UnknownPlace
from storefront.fulfillment.errors.zone import MinimumOrder, ZoneOutside
from storefront.fulfillment.order.order import FulfillmentOrder, Method, SlotWindow
from storefront.fulfillment.place.hours import Hours, Service, Weekday, hours_of
from storefront.fulfillment.place.locate import locate
from storefront.fulfillment.place.nearest import Near, nearest
from storefront.fulfillment.place.opening import closes_at
from storefront.fulfillment.place.point import Position, distance_m
from storefront.fulfillment.place.postcode import normalise
from storefront.fulfillment.place.store import SafetyStock, Store, StoreStatus
from storefront.fulfillment.place.wall import MINUTE_MS, local_date, local_minute
from storefront.fulfillment.route.travel import Haversine, delivery_time
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.promise import Counter, Promise, Refusal, Want, promise
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import places, quotes, slots, stock
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.goods import Good
from storefront.fulfillment.store.stock import Wanted, load_of
from storefront.fulfillment.zone.charge import courier_pay, customer_fee
from storefront.fulfillment.zone.decide import Certainty, Decision, Dropoff, decide
from storefront.fulfillment.zone.fee import Fee, FeeFacts, FeeList
from storefront.fulfillment.zone.quote import Quote, expiry, input_hash

_SHOWN_DAYS = 14


def near(connection: Connection, merchant_id: str, point: Geo | None, first: int) -> Sequence[Near]:
    """Return the open stores nearest to a point, or all of them by code where none is given."""
    found = [
        store
        for store in places.all_of(connection, merchant_id)
        if store.status is StoreStatus.ACTIVE
    ]
    if point is None:
        return [Near(store, 0.0) for store in found[:first]]
    return nearest(found, point, first)


def pickup(
    connection: Connection,
    store: Store,
    goods: Mapping[str, Good],
    wanted: Sequence[Wanted],
    now: int,
) -> Promise | Refusal:
    """Return from when a basket can be collected in a store, or why it cannot."""
    counter = _counter(connection, store, goods, now)
    wants = [Want(it.variant_id, it.quantity) for it in wanted]
    return promise(counter, wants, now, load_of(goods, wanted))


def _counter(connection: Connection, store: Store, goods: Mapping[str, Good], now: int) -> Counter:
    """Put together what the rule goes by; safety stock is taken off the free pieces already."""
    known = places.hours(connection, store.merchant_id, store.id)
    free = stock.free(connection, store.merchant_id, store, goods, now)
    by_place: dict[str, dict[str, int]] = {}
    for variant_id, there in free.items():
        for place, pieces in there.items():
            by_place.setdefault(place, {})[variant_id] = pieces
    offered = slots.coming(connection, store, Service.PICKUP, now, _SHOWN_DAYS)
    has_slots = bool(offered) or slots.has_slots(connection, store, Service.PICKUP)
    return Counter(
        store=structs.replace(store, safety_stock=SafetyStock()),
        store_hours=_hours(Service.STORE, known, store),
        pickup_hours=_hours(Service.PICKUP, known, store),
        stock=by_place,
        slots=offered if has_slots else None,
    )


def _hours(service: Service, known: Sequence[Hours], store: Store) -> Hours:
    """Return the hours of a service; a store that set none is closed."""
    try:
        return hours_of(service, known)
    except BadHours:
        return Hours(store.id, service)


def window(here: Floor, store: Store, order: FulfillmentOrder) -> SlotWindow | None:
    """Return when an order without a slot can be ready, until the store closes that day."""
    service = Service.PICKUP if order.method is Method.PICKUP else Service.DELIVERY
    known = places.hours(here.connection, here.merchant_id, store.id)
    hours = _hours(service, known, store)
    counter = Counter(
        store=structs.replace(
            store, pickup=structs.replace(store.pickup, enabled=True), stock_sources=()
        ),
        store_hours=_hours(Service.STORE, known, store),
        pickup_hours=hours,
        stock={},
    )
    found = promise(counter, (), here.now, Load())
    if isinstance(found, Refusal):
        return None
    end = closes_at(hours, store.timezone, found.ready_at) or found.ready_at
    return SlotWindow(found.ready_at, max(end, found.ready_at + 1), store.timezone)


def offered(
    connection: Connection, store: Store, service: Service, now: int, days: int = _SHOWN_DAYS
) -> Sequence[Slot]:
    """Return the slots that somebody may still choose from, full ones included."""
    return slots.coming(connection, store, service, now, min(days, _SHOWN_DAYS))


class Ask(Struct, frozen=True):
    """What a delivery would be of: where to, what is in it, in which slot."""

    country: str
    postcode: str
    pin: Geo | None = None
    subtotal: int = 0
    load: Load = Load()
    weight_g: int = 0
    slot: Slot | None = None
    cod: bool = False
    vehicle: VehicleType = VehicleType.BIKE


def whereabouts(
    connection: Connection, merchant_id: str, country: str, postcode: str, pin: Geo | None
) -> Dropoff:
    """Return where an address lies, as far as anybody knows; raises BadPostcode, UnknownPlace."""
    code = normalise(postcode, country)
    centroid = places.postcode(connection, merchant_id, country, code)
    position = locate(None, pin, centroid) if pin or centroid else None
    return Dropoff(position, code, country)


def zone_of(connection: Connection, store: Store, drop: Dropoff) -> Decision:
    """Return whether a store delivers there."""
    if store.geo is None:
        raise UnknownPlace("The store has no place on the map.", store=store.id)
    known = places.zones(connection, store.merchant_id, store.id)
    return decide(known, drop, store.geo.point)


def starts_from(
    connection: Connection, store: Store, address: Address | None, pin: Geo | None, now: int
) -> int:
    """Return from when on a slot may begin that brings to an address: its zone asks for a lead.

    Where nobody knows the place, or the store lies nowhere, there is no lead to keep.
    """
    if address is None or address.country is None or address.postcode is None:
        return now
    try:
        drop = whereabouts(connection, store.merchant_id, address.country, address.postcode, pin)
        zone = zone_of(connection, store, drop).zone
    except (BadPostcode, UnknownPlace):
        return now
    return now + (zone.lead_min if zone else 0) * MINUTE_MS


class Price(Struct, frozen=True):
    """What a delivery costs and pays, how far it is, and how long it takes (seconds).

    `starts_from` is from when on (ms) a slot for it may begin.
    """

    fee: Fee
    pay: Fee
    distance_m: int
    eta_p50: int
    eta_p90: int
    eta_source: str
    decision: Decision
    starts_from: int


def price(connection: Connection, store: Store, ask: Ask, now: int) -> Price:
    """Work out a delivery, or raise why there is none.

    Raises ZoneOutside, MinimumOrder, UnknownPlace or BadPostcode. An address that is perhaps
    within a zone gets a price, and the store decides by hand.
    """
    drop = whereabouts(connection, store.merchant_id, ask.country, ask.postcode, ask.pin)
    decision = zone_of(connection, store, drop)
    if decision.certainty is Certainty.OUTSIDE or decision.zone is None:
        raise ZoneOutside("The store does not deliver there.", store=store.id)
    if ask.subtotal < store.delivery.min_order:
        raise MinimumOrder("The basket is too small.", least=store.delivery.min_order)
    away = _away(store, drop.position)
    facts = _facts(store, ask, decision, away, now)
    fees = places.fees(connection, store.merchant_id, store.id)
    pays = places.fees(connection, store.merchant_id, store.id, pay=True)
    currency = fees.currency if fees else "EUR"
    none = FeeList(store.id, currency)
    ride = _ride(store, drop.position, ask.vehicle)
    return Price(
        customer_fee(fees or none, facts),
        courier_pay(pays or none, facts),
        away,
        *ride,
        decision,
        now + decision.zone.lead_min * MINUTE_MS,
    )


def earned(connection: Connection, store: Store, drop: Dropoff, ask: Ask, now: int) -> Fee:
    """Return what a courier gets for a delivery that is certain already, by the store's rules."""
    decision = zone_of(connection, store, drop)
    facts = _facts(store, ask, decision, _away(store, drop.position), now)
    pays = places.fees(connection, store.merchant_id, store.id, pay=True)
    return courier_pay(pays or FeeList(store.id, "EUR"), facts)


def _away(store: Store, position: Position | None) -> int:
    if position is None or store.geo is None:
        return 0
    return round(distance_m(store.geo.point, position.point))


def _ride(store: Store, position: Position | None, vehicle: VehicleType) -> tuple[int, int, str]:
    if position is None or store.geo is None:
        return 0, 0, "unknown"
    found = delivery_time(Haversine(), store.geo.point, position.point, vehicle)
    return found.p50_s, found.p90_s, found.source


def _facts(store: Store, ask: Ask, decision: Decision, away: int, now: int) -> FeeFacts:
    start = ask.slot.start_at if ask.slot else now
    return FeeFacts(
        zone_id=decision.zone.id if decision.zone else None,
        subtotal=ask.subtotal,
        distance_m=away,
        weight_g=ask.weight_g,
        volume_ml=ask.load.volume_ml,
        slot_lead=max(0, (start - now) // 60_000),
        slot_price=ask.slot.price_delta if ask.slot else 0,
        weekday=Weekday.of(local_date(start, store.timezone)),
        peak=17 * 60 <= local_minute(start, store.timezone) < 20 * 60,
        vehicle=ask.vehicle.value,
        cod=ask.cod,
    )


def quote(here: Floor, store: Store, ask: Ask, quote_id: str) -> Quote:
    """Promise a price and a time for a quarter of an hour; raises as `price` does."""
    found = price(here.connection, store, ask, here.now)
    fresh = Quote(
        id=quote_id,
        store_id=store.id,
        input_hash=input_hash({"store": store.id, "ask": structs.asdict(ask)}),
        fee=found.fee,
        pay=found.pay,
        eta_p50=found.eta_p50,
        eta_p90=found.eta_p90,
        eta_source=found.eta_source,
        zone_id=found.decision.zone.id if found.decision.zone else None,
        slot_key=ask.slot.key if ask.slot else None,
        distance_m=found.distance_m,
        created_at=here.now,
        expires_at=expiry(here.now),
    )
    quotes.insert(here, fresh)
    return fresh
