"""A store that delivers needs somewhere to deliver to."""

from msgspec import structs

from storefront.fulfillment.place.store import DeliveryTerms, StoreStatus
from storefront.fulfillment.zone.reach import reaches_nobody
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.floor.world import plain_store

ZONE = Zone("zon_1", "sto_1", {"en": "Near"}, ZoneKind.RADIUS, radius_m=4000)


def test_a_store_that_delivers_without_an_area_reaches_nobody() -> None:
    assert reaches_nobody(plain_store(), [])


def test_an_area_that_is_not_in_use_is_none() -> None:
    assert reaches_nobody(plain_store(), [structs.replace(ZONE, active=False)])


def test_one_area_in_use_is_enough() -> None:
    assert not reaches_nobody(plain_store(), [structs.replace(ZONE, active=False), ZONE])


def test_a_store_that_only_hands_over_needs_none() -> None:
    assert not reaches_nobody(structs.replace(plain_store(), delivery=DeliveryTerms()), [])


def test_a_store_that_is_closed_for_good_is_not_asked() -> None:
    assert not reaches_nobody(structs.replace(plain_store(), status=StoreStatus.ARCHIVED), [])
