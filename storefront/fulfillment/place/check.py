"""What must hold of a store before it is saved; the first thing that does not is named."""

import re
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

from connector.model.location import Address
from storefront.fulfillment.errors.place import BadStore, StoreNotOnMap, UnknownPlace
from storefront.fulfillment.place.point import Position, checked_point
from storefront.fulfillment.place.store import (
    Contact,
    DeliveryTerms,
    PickupMode,
    PickupTerms,
    SafetyStock,
    SourcePolicy,
    StockSource,
    Store,
)
from storefront.fulfillment.place.wall import zone_of

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEEK_MIN = 7 * 1440
_MOST_MONEY = 10**9
_MOST_PIECES = 1_000_000
_MOST_SPOTS = 10_000
_LONGEST_LINE, _LONGEST_TEXT = 200, 2_000


def checked_store(store: Store) -> Store:
    """Return the store, or raise BadStore with the `field` that cannot stand."""
    _require(bool(_CODE.fullmatch(store.code)), "code")
    _require(any(text.strip() for text in store.name.values()), "name")
    zone_of(store.timezone)
    _require(bool(store.locales) and all(map(_is_locale, store.locales)), "locales")
    _require_address(store.address)
    _require_position(store.geo)
    _require_contact(store.contact)
    _require(store.gln is None or is_gln(store.gln), "gln")
    _require(0 <= (store.auto_accept_min or 0) <= _WEEK_MIN, "autoAcceptMin")
    _require_pickup(store.pickup)
    _require_delivery(store)
    _require_sources(store.stock_sources)
    _require_safety(store.safety_stock)
    pace = store.throughput.cap if store.throughput else 1
    _require(1 <= pace <= _MOST_PIECES, "throughput.cap")
    _require_short(store.name, _LONGEST_LINE, "name")
    _require_short(store.pickup.instructions, _LONGEST_TEXT, "pickup.instructions")
    return store


def is_gln(text: str) -> bool:
    """Tell whether it is a GS1 global location number: 13 digits, the last of them a check."""
    if not (len(text) == 13 and text.isascii() and text.isdigit()):
        return False
    weighed = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(text))
    return weighed % 10 == 0


def _require(holds: bool, name: str) -> None:  # noqa: FBT001
    if not holds:
        raise BadStore(f"{name} cannot stand.", field=name)


def _is_locale(tag: str) -> bool:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _require_short(texts: Mapping[str, str], longest: int, name: str) -> None:
    _require(all(len(text) <= longest for text in texts.values()), name)


def _require_address(address: Address) -> None:
    lines = [getattr(address, name) or "" for name in address.__struct_fields__]
    _require(all(len(line) <= _LONGEST_LINE for line in lines), "address")
    _require(bool(address.line1.strip()), "address.line1")
    _require(bool(_COUNTRY.fullmatch(address.country or "")), "address.country")


def _require_position(position: Position | None) -> None:
    if position is None:
        return
    _require(position.accuracy_m >= 0, "geo.accuracyM")
    try:
        checked_point(position.point)
    except UnknownPlace:
        raise BadStore("The point is not on the earth.", field="geo") from None


def _require_contact(contact: Contact) -> None:
    _require(contact.phone is None or bool(_PHONE.fullmatch(contact.phone)), "contact.phone")
    _require(contact.email is None or bool(_EMAIL.fullmatch(contact.email)), "contact.email")


def _require_pickup(terms: PickupTerms) -> None:
    _require(bool(terms.modes) and len(set(terms.modes)) == len(terms.modes), "pickup.modes")
    _require(0 <= terms.prep_minutes <= _WEEK_MIN, "pickup.prepMinutes")
    _require(1 <= terms.hold_days <= 90, "pickup.holdDays")
    hours = terms.remind_after_hours
    _require(all(0 < one <= terms.hold_days * 24 for one in hours), "pickup.remindAfterHours")
    _require(list(hours) == sorted(set(hours)), "pickup.remindAfterHours")
    by_car = PickupMode.CURBSIDE in terms.modes
    _require(by_car == (terms.curbside is not None), "pickup.curbside")
    spots = terms.curbside.spots if terms.curbside else 1
    _require(1 <= spots <= _MOST_SPOTS, "pickup.curbside.spots")


def _require_delivery(store: Store) -> None:
    terms: DeliveryTerms = store.delivery
    if terms.enabled and store.geo is None:
        raise StoreNotOnMap("Nobody said where the store lies.", field="geo")
    _require(0 <= terms.prep_minutes <= _WEEK_MIN, "delivery.prepMinutes")
    _require(0 <= terms.min_order <= _MOST_MONEY, "delivery.minOrder")


def _require_sources(sources: tuple[StockSource, ...]) -> None:
    _require(len({one.location_ref for one in sources}) == len(sources), "stockSources")
    for place, one in enumerate(sources):
        name = f"stockSources[{place}]"
        _require(bool(one.location_ref), f"{name}.locationRef")
        local = one.policy is SourcePolicy.LOCAL
        _require(one.lead_hours == 0 if local else 0 <= one.lead_hours <= 2160, f"{name}.leadHours")


def _require_safety(safety: SafetyStock) -> None:
    _require(0 <= safety.default <= _MOST_PIECES, "safetyStock.default")
    counts = safety.by_sku.values()
    _require(all(0 <= count <= _MOST_PIECES for count in counts), "safetyStock.bySku")
