"""Stores: their life, what they must have, and where they lie."""

from functools import partial

import msgspec
import pytest

from connector.model.location import Address, Geo
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.place import BadStore, StoreBusy, StorePaused
from storefront.fulfillment.place.check import checked_store, is_gln
from storefront.fulfillment.place.point import (
    PlaceSource,
    Position,
)
from storefront.fulfillment.place.store import (
    LIFE,
    Contact,
    Curbside,
    DeliveryTerms,
    PickupMode,
    PickupTerms,
    SafetyStock,
    SourcePolicy,
    StockSource,
    Store,
    StoreStatus,
    Throughput,
    activate,
    archive,
    pause,
    require_active,
    resume,
)
from tests.kit.floor.oracles_samples import DAM, store
from tests.kit.floor.order_rules import NOON


def test_a_store_lives_from_draft_to_archive() -> None:
    drafted = store(status=StoreStatus.DRAFT)

    lived = [drafted]
    paused = partial(pause, by="stf_1", now=NOON)
    for step in (activate, paused, resume, paused):
        lived.append(step(lived[-1]))
    lived.append(archive(lived[-1], 0, 0))

    told = [one.status.value for one in lived]
    assert told == ["DRAFT", "ACTIVE", "PAUSED", "ACTIVE", "PAUSED", "ARCHIVED"]
    assert LIFE.ends() == {StoreStatus.ARCHIVED}


def test_who_paused_a_store_and_when_is_known_until_it_takes_orders_again() -> None:
    paused = pause(store(), "stf_1", NOON)

    again = resume(paused)

    assert (paused.paused_by, paused.paused_at) == ("stf_1", NOON)
    assert (again.paused_by, again.paused_at) == (None, None)


@pytest.mark.parametrize(
    ("who", "later", "may"), [("stf_1", 599_999, True), ("stf_1", 600_000, False), ("x", 0, False)]
)
def test_whoever_paused_a_store_may_take_that_back_for_ten_minutes(
    who: str, later: int, *, may: bool
) -> None:
    assert pause(store(), "stf_1", NOON).paused_lately_by(who, NOON + later) is may


def test_an_active_store_is_not_archived_before_it_is_paused() -> None:
    with pytest.raises(IllegalTransition) as refused:
        archive(store(), 0, 0)

    assert refused.value.facts["allowed"] == ["pause"]


@pytest.mark.parametrize(("orders", "jobs"), [(1, 0), (0, 1)])
def test_a_store_with_open_work_is_not_archived(orders: int, jobs: int) -> None:
    with pytest.raises(StoreBusy) as busy:
        archive(store(status=StoreStatus.PAUSED), orders, jobs)

    assert busy.value.facts == {"orders": orders, "jobs": jobs}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"pickup": PickupTerms()}, "pickup.enabled"), ({"stock_sources": ()}, "stockSources")],
)
def test_a_store_opens_only_with_something_to_offer(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadStore) as bad:
        activate(store(status=StoreStatus.DRAFT, **changes))

    assert bad.value.facts["field"] == field


@pytest.mark.parametrize("status", [StoreStatus.DRAFT, StoreStatus.PAUSED, StoreStatus.ARCHIVED])
def test_only_an_active_store_takes_orders(status: StoreStatus) -> None:
    require_active(store())

    with pytest.raises(StorePaused):
        require_active(store(status=status))


def test_a_store_in_order_passes_and_survives_being_stored() -> None:
    complete = store(
        gln="4006381333931",
        contact=Contact("+31201234567", "dam@shop.example"),
        delivery=DeliveryTerms(enabled=True),
        stock_sources=(StockSource("a"), StockSource("b", SourcePolicy.TRANSFER, 24)),
        throughput=Throughput(20),
    )

    assert checked_store(complete) == complete
    assert msgspec.json.decode(msgspec.json.encode(complete), type=Store) == complete


BAD = {
    "code": {"code": "no spaces"},
    "name": {"name": {"nl": "  "}},
    "timezone": {"timezone": "Europe/Nowhere"},
    "locales": {"locales": ("nl", "no-such-tongue-at-all")},
    "address.line1": {"address": Address(" ", None, None, None, None, "NL")},
    "address.country": {"address": Address("Dam 1", None, None, None, None, "Netherlands")},
    "geo": {"geo": Position(Geo(91, 0), 5, PlaceSource.PIN)},
    "geo.accuracyM": {"geo": Position(DAM, -1, PlaceSource.PIN)},
    "contact.phone": {"contact": Contact(phone="020-1234567")},
    "contact.email": {"contact": Contact(email="nobody")},
    "gln": {"gln": "4006381333932"},
    "pickup.modes": {"pickup": PickupTerms(modes=())},
    "pickup.prepMinutes": {"pickup": PickupTerms(prep_minutes=-1)},
    "pickup.holdDays": {"pickup": PickupTerms(hold_days=0)},
    "pickup.remindAfterHours": {"pickup": PickupTerms(hold_days=2, remind_after_hours=(24, 72))},
    "pickup.curbside": {"pickup": PickupTerms(modes=(PickupMode.CURBSIDE,))},
    "pickup.curbside.spots": {
        "pickup": PickupTerms(modes=(PickupMode.CURBSIDE,), curbside=Curbside(0))
    },
    "delivery.minOrder": {"delivery": DeliveryTerms(min_order=-1)},
    "stockSources": {"stock_sources": (StockSource("a"), StockSource("a"))},
    "stockSources[0].leadHours": {"stock_sources": (StockSource("a", lead_hours=3),)},
    "stockSources[0].locationRef": {"stock_sources": (StockSource(""),)},
    "safetyStock.default": {"safety_stock": SafetyStock(-1)},
    "safetyStock.bySku": {"safety_stock": SafetyStock(0, {"a": -1})},
    "throughput.cap": {"throughput": Throughput(0)},
}


@pytest.mark.parametrize("field", BAD)
def test_what_is_wrong_with_a_store_is_named(field: str) -> None:
    with pytest.raises(BadStore) as bad:
        checked_store(store(**BAD[field]))

    assert bad.value.facts["field"] == field


def test_a_store_that_delivers_knows_where_it_lies() -> None:
    with pytest.raises(BadStore) as bad:
        checked_store(store(geo=None, delivery=DeliveryTerms(enabled=True)))

    assert bad.value.facts["field"] == "geo"


@pytest.mark.parametrize("text", ["", "40063813339", "400638133393x", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_a_text_of_other_form_is_no_gln(text: str) -> None:
    assert not is_gln(text)


def test_safety_stock_is_kept_back_per_sku() -> None:
    safety = SafetyStock(2, {"rare": 0})

    assert [safety.promisable(sku, 3) for sku in ("plain", "rare")] == [1, 3]
    assert safety.promisable("plain", 1) == 0
