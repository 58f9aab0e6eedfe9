"""Joins the catalogue that an asker may see with what the shop floor can promise of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from msgspec import structs

from connector.model.errors import InvalidInput
from connector.model.location import Geo
from gateway.catalogue.asking import Asking
from storefront.disclosure.mask import NOWHERE, Mask, Stores, in_all, withheld
from storefront.disclosure.visible import FieldNotShared
from storefront.fulfillment.errors.place import StoreNotFound
from storefront.fulfillment.errors.zone import ZoneOutside
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.nearest import Near
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.slot.promise import Promise
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import goods, places
from storefront.fulfillment.store.goods import Good, GoodNotFound
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import promising
from storefront.fulfillment.work.promising import Ask
from storefront.fulfillment.zone.decide import Certainty

MOST_LINES, MOST_PIECES, MOST_STORES, MOST_DAYS = 50, 1000, 20, 14
_ALL = 500
OF_A_BASKET = frozenset(
    f"PickupPromise.{name}" for name in ("readyAt", "day", "date", "time", "slot", "reason")
)
"""Fields that tell of the products in a basket."""


class BadBasket(InvalidInput):
    """A basket that nobody can carry."""

    code = "bad_basket"
    remedy = "Send 1 to 50 lines of 1 to 1,000 pieces each."


def pickup(
    asking: Asking, lines: Sequence[Mapping[str, Any]], near: Mapping[str, float] | None, first: int
) -> list[dict[str, Any]]:
    """Return where and from when a basket can be collected, nearest store first."""
    _require_stores(asking)
    wanted = _wanted(lines)
    if not 1 <= first <= MOST_STORES:
        raise BadBasket(f"Ask for 1 to {MOST_STORES} stores.", field="first")
    point = Geo(near["latitude"], near["longitude"]) if near else None
    asking.rests_on_floor = True
    with asking.view.reading() as connection:
        found = goods.goods(connection, asking.view.merchant_id, list(wanted))
        told = _places(asking, wanted, found)
        basket = [Wanted(key, pieces) for key, pieces in wanted.items()]
        near_by = promising.near(connection, asking.view.merchant_id, point, _ALL)
        stores, now = list(_telling(asking, near_by, told))[:first], asking.now()
        asking.placed_by("PickupPromise", [_place_of(it.store) for it in stores])
        return [
            _promised(asking, it, point, promising.pickup(connection, it.store, found, basket, now))
            for it in stores
        ]


def _wanted(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    if not 1 <= len(lines) <= MOST_LINES:
        raise BadBasket("A basket has 1 to 50 lines.", field="lines")
    found: dict[str, int] = {}
    for line in lines:
        if not 1 <= line["quantity"] <= MOST_PIECES:
            raise BadBasket("A line has 1 to 1,000 pieces.", field="lines.quantity")
        found[line["variant_id"]] = found.get(line["variant_id"], 0) + line["quantity"]
    return found


def _places(asking: Asking, wanted: Mapping[str, int], found: Mapping[str, Good]) -> Stores:
    """Return the places whose stock is told of all that is wanted, or raise GoodNotFound.

    A product that the asker may not see is as if it were not there.
    """
    seen = asking.view.products(sorted({good.product_id for good in found.values()}))
    missing = [key for key in wanted if key not in found or found[key].product_id not in seen]
    if missing:
        raise GoodNotFound("There is no such variant.", variants=missing)
    asking.promised_by(OF_A_BASKET, seen)
    masks = [(seen[found[key].product_id].mask, pieces) for key, pieces in wanted.items()]
    return in_all(_telling_of(mask, pieces) for mask, pieces in masks)


def _telling_of(mask: Mask, pieces: int) -> Stores:
    """Return the places whose stock tells of so many pieces: a word tells whether one is there."""
    if "Variant.inventory" in withheld(mask):
        raise FieldNotShared("Stock is not shared with you.", field="pickup")
    if pieces == 1:
        return mask.levels
    if mask.counts == NOWHERE:
        raise FieldNotShared(
            "Stock is told to you in words: ask for one piece of each.", field="lines.quantity"
        )
    return mask.counts


def _require_stores(asking: Asking) -> None:
    if not asking.view.sight.shows_stores:
        raise FieldNotShared("Stores are not shared with you.", field="stores")


def _telling(asking: Asking, found: Sequence[Near], told: Stores) -> Iterator[Near]:
    """Yield the stores that may promise, each with those of its sources whose stock is told."""
    for it in found:
        place, sources = it.store.location_id, it.store.stock_sources
        if told is None and _is_seen(asking, it.store):
            yield it
        elif told is not None and place in told and _is_seen(asking, it.store):
            open_to = tuple(source for source in sources if source.location_ref in told)
            if open_to or not sources:
                yield structs.replace(it, store=structs.replace(it.store, stock_sources=open_to))


def _place_of(store: Store) -> str:
    """Return under which id a store goes on record: that of its place, where it has one."""
    return store.location_id or store.id


def _is_seen(asking: Asking, store: Store) -> bool:
    everywhere = asking.view.sight.sees_all
    return everywhere or (store.location_id is not None and store.location_id in asking.stores)


def _promised(asking: Asking, it: Near, point: Geo | None, found: Any) -> dict[str, Any]:
    store = it.store
    said: dict[str, Any] = {
        "storeId": store.id,
        "place": asking.stores.get(store.location_id or ""),
        "name": name_of(store),
        "distanceM": None if point is None else round(it.distance_m),
    }
    if not isinstance(found, Promise):
        return {**said, "reason": found.reason.name}
    hours, minutes = divmod(found.from_min, 60)
    return {
        **said,
        "readyAt": _instant(found.ready_at),
        "day": found.day.name,
        "date": found.date.isoformat(),
        "time": f"{hours:02d}:{minutes:02d}",
        "slot": found.slot_key,
    }


def name_of(store: Store) -> str:
    """Return a store's name in English, or in whatever language it has one."""
    return store.name.get("en") or next(iter(store.name.values()))


def slots(asking: Asking, store_id: str, service: str | Enum, days: int) -> list[dict[str, Any]]:
    """Return the coming slots of a store, each with how much room it has.

    A service that was asked for comes as a member of the schema's enum, the usual one as its name.
    """
    wanted = Service(service.value if isinstance(service, Enum) else service)
    _require_stores(asking)
    if not 1 <= days <= MOST_DAYS:
        raise BadBasket(f"Ask for 1 to {MOST_DAYS} days.", field="days")
    now = asking.now()
    asking.rests_on_floor = True
    with asking.view.reading() as connection:
        store = _store(asking, places.all_of(connection, asking.view.merchant_id), store_id)
        fees = places.fees(connection, asking.view.merchant_id, store.id)
        found = promising.offered(connection, store, wanted, now, days)
        asking.placed_by("SlotOffer", [_place_of(store)] if found else [])
    currency = fees.currency if fees else None
    return [_slot(slot, now, currency) for slot in found]


def _store(asking: Asking, known: Sequence[Store], store_id: str) -> Store:
    """Return an open store; one that the asker may not see is as if it were not there."""
    for store in known:
        if store.id == store_id and store.status is StoreStatus.ACTIVE and _is_seen(asking, store):
            return store
    raise StoreNotFound("There is no such store.", store=store_id)


def _slot(slot: Slot, now: int, currency: str | None) -> dict[str, Any]:
    delta = None
    if slot.price_delta and currency:
        delta = {"amount": slot.price_delta, "currency": currency}
    return {
        "id": slot.key,
        "startAt": _instant(slot.start_at),
        "endAt": _instant(slot.end_at),
        "cutoffAt": _instant(slot.cutoff_at),
        "room": slot.bucket(now).name,
        "priceDelta": delta,
    }


def delivery(
    asking: Asking, store_id: str, country: str, postcode: str, subtotal: int
) -> dict[str, Any]:
    """Return what bringing a basket to a postcode would cost; outside is an answer, too."""
    _require_stores(asking)
    asking.rests_on_floor = True
    with asking.view.reading() as connection:
        store = _store(asking, places.all_of(connection, asking.view.merchant_id), store_id)
        asking.placed_by("DeliveryEstimate", [_place_of(store)])
        ask = Ask(country=country, postcode=postcode, subtotal=subtotal)
        try:
            found = promising.price(connection, store, ask, asking.now())
        except ZoneOutside:
            return {"certainty": Certainty.OUTSIDE.name}
    currency = found.fee.currency
    return {
        "certainty": found.decision.certainty.name,
        "fee": {"amount": found.fee.amount, "currency": currency},
        "parts": [
            {
                "component": part.component.name,
                "amount": {"amount": part.amount, "currency": currency},
            }
            for part in found.fee.explain
        ],
        "minutesUsual": -(-found.eta_p50 // 60) or None,
        "minutesMost": -(-found.eta_p90 // 60) or None,
        "source": found.eta_source,
        "startsFrom": _instant(found.starts_from),
    }


def _instant(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
