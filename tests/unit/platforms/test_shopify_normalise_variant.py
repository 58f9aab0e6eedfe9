"""Prices, stock, barcodes and weights of Shopify's variants."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from connector.model.document import compose
from connector.model.inventory import Availability, StockPolicy
from connector.model.location import Location
from connector.model.money import Money
from connector.model.offer import Offer
from connector.model.product import Variant
from connector.platforms.shopify.faults import BadFact
from connector.platforms.shopify.terms import location_id
from tests.kit import samples
from tests.kit.shops.shopify_lines import (
    BEFORE,
    GID,
    NOON,
    item_row,
    level_row,
    metafield_row,
    read,
    terms,
    variant_row,
)

SHOP = "hafen.myshopify.com"


def variant(currency: str = "EUR", **changes: Any) -> Variant:
    return read(variants=[variant_row(**changes)], with_terms=terms(currency)).variants[0]


def offer(currency: str = "EUR", **changes: Any) -> Offer:
    return variant(currency, **changes).offers[0]


def place(*, active: bool = True, fulfills_online: bool = True) -> dict[str, Location]:
    own = location_id(SHOP, f"{GID}Location/1")
    found = samples.place(active=active, fulfills_online=fulfills_online)
    return {own: structs.replace(found, id=own)}


def online(level: dict[str, Any], places: dict[str, Location]) -> Availability:
    document = compose(read(levels=[level]), places, NOON).document
    return document.variants[0].availability


@pytest.mark.parametrize(
    ("currency", "text", "amount"),
    [
        ("EUR", "12.50", 1250),
        ("JPY", "1200", 1200),
        ("JPY", "1200.0", 1200),
        ("KWD", "1.250", 1250),
        ("KWD", "1.2", 1200),
    ],
)
def test_money_keeps_the_decimals_of_its_currency(currency: str, text: str, amount: int) -> None:
    assert offer(currency, price=text).base_price == Money(amount, currency)


@pytest.mark.parametrize("text", ["", "12,50", "-1", "1e3", "12.505", "NaN"])
def test_a_bad_price_names_field_and_variant(text: str) -> None:
    with pytest.raises(BadFact) as error:
        offer(price=text)

    assert error.value.details()["field"] == "price"
    assert error.value.details()["owner"] == f"{GID}ProductVariant/11"


@pytest.mark.parametrize(("before", "kept"), [("15.00", 1500), ("12.50", None), ("9.00", None)])
def test_a_strike_price_is_kept_only_above_the_price(before: str, kept: int | None) -> None:
    found = offer(compareAtPrice=before).stated_compare_at

    assert (found.amount if found else None) == kept


def test_the_offer_says_whether_tax_is_included() -> None:
    net = read(with_terms=terms(tax_included=False)).variants[0].offers[0]
    unknown = read(with_terms=terms(tax_included=None)).variants[0].offers[0]

    assert (offer().tax_included, net.tax_included, unknown.tax_included) == (True, False, None)


UNIT = {"quantityUnit": "G", "quantityValue": 250.0, "referenceUnit": "KG", "referenceValue": 1}


def test_a_shown_unit_price_is_kept_with_its_measure() -> None:
    stated = {"amount": "31.6", "currencyCode": "EUR"}

    found = offer(showUnitPrice=True, unitPrice=stated, unitPriceMeasurement=UNIT)

    assert found.stated_unit_price == Money(3160, "EUR")
    assert found.unit_measure is not None
    assert (found.unit_measure.quantity, found.unit_measure.unit) == (250.0, "g")
    assert (found.unit_measure.reference_quantity, found.unit_measure.reference_unit) == (1, "kg")


@pytest.mark.parametrize(
    "changes",
    [
        {"showUnitPrice": False, "unitPriceMeasurement": UNIT},
        {"showUnitPrice": True, "unitPriceMeasurement": UNIT},
        {"showUnitPrice": True, "unitPriceMeasurement": UNIT | {"quantityValue": 0.0}},
        {"showUnitPrice": True, "unitPriceMeasurement": UNIT | {"quantityUnit": None}},
        {"showUnitPrice": True, "unitPriceMeasurement": None},
    ],
)
def test_a_unit_price_that_says_nothing_is_left_out(changes: dict[str, Any]) -> None:
    found = offer(**changes)

    assert (found.unit_measure, found.stated_unit_price) == (None, None)


@pytest.mark.parametrize(
    ("barcode", "value", "reason"),
    [
        ("4006381333931", "04006381333931", None),
        ("4006381333932", None, "bad_check_digit"),
        ("036000291452", "00036000291452", None),
        ("REGAL-7", None, "not_digits"),
        ("2000000000008", None, "restricted_circulation"),
    ],
)
def test_barcodes_are_judged_by_their_check_digit(
    barcode: str, value: str | None, reason: str | None
) -> None:
    found = variant(barcode=barcode).gtin

    assert found is not None
    assert (found.raw, found.value, found.reason) == (barcode, value, reason)


@pytest.mark.parametrize("barcode", [None, "", "  "])
def test_no_barcode_is_no_gtin(barcode: str | None) -> None:
    assert variant(barcode=barcode).gtin is None


@pytest.mark.parametrize(
    ("unit", "value", "grams"),
    [
        ("GRAMS", 250.0, 250.0),
        ("KILOGRAMS", 1.2, 1200.0),
        ("OUNCES", 1.0, 28.35),
        ("GRAMS", 0.0, None),
    ],
)
def test_weight_is_in_grams_and_zero_is_unknown(
    unit: str, value: float, grams: float | None
) -> None:
    measured = {"weight": {"unit": unit, "value": value}}

    found = variant(inventoryItem=item_row(measurement=measured)).weight

    assert (found.grams if found else None) == grams


def test_a_bad_weight_names_its_field() -> None:
    measured = {"weight": {"unit": "STONES", "value": 1.0}}

    with pytest.raises(BadFact) as error:
        variant(inventoryItem=item_row(measurement=measured))

    assert error.value.details()["field"] == "inventoryItem.measurement.weight"


def test_origin_and_customs_code_come_from_the_item() -> None:
    found = variant(inventoryItem=item_row(countryCodeOfOrigin="PT", harmonizedSystemCode="6109"))

    assert (found.country_of_origin, found.customs_code) == ("PT", "6109")


def test_a_missing_count_is_unknown_and_not_zero() -> None:
    quantities = [{"name": "on_hand", "quantity": 0, "updatedAt": None}]

    (found,) = read(levels=[level_row(quantities=quantities)]).variants[0].inventory

    assert (found.on_hand, found.available, found.reserved) == (0, None, None)
    assert found.availability_here() is Availability.UNKNOWN


def test_a_level_is_as_new_as_its_newest_count() -> None:
    later = "2026-10-09T08:00:00Z"
    quantities = [{"name": "available", "quantity": 1, "updatedAt": later}]

    (found,) = read(levels=[level_row(quantities=quantities)]).variants[0].inventory

    assert found.as_of == datetime(2026, 10, 9, 8, tzinfo=UTC)


def test_levels_stand_by_the_number_of_their_place() -> None:
    found = read(levels=[level_row(place=10), level_row(place=9)]).variants[0].inventory

    assert [each.location_id for each in found] == [
        location_id(SHOP, f"{GID}Location/{number}") for number in (9, 10)
    ]


@pytest.mark.parametrize(
    ("policy", "canonical"), [("DENY", StockPolicy.DENY), ("CONTINUE", StockPolicy.CONTINUE)]
)
def test_the_policy_comes_from_the_variant(policy: str, canonical: StockPolicy) -> None:
    assert variant(inventoryPolicy=policy).inventory[0].policy is canonical


def test_an_unknown_policy_is_an_error() -> None:
    with pytest.raises(BadFact):
        variant(inventoryPolicy="MAYBE")


def test_an_untracked_item_is_always_there() -> None:
    found = variant(inventoryItem=item_row(tracked=False)).inventory[0]

    assert found.availability_here() is Availability.IN_STOCK


def test_stock_is_promised_online_only_where_it_may_be() -> None:
    inactive = level_row() | {"isActive": False}

    assert online(level_row(), place()) is Availability.IN_STOCK
    assert online(inactive, place()) is Availability.OUT_OF_STOCK
    assert online(level_row(), place(active=False)) is Availability.OUT_OF_STOCK
    assert online(level_row(), place(fulfills_online=False)) is Availability.OUT_OF_STOCK
    assert online(level_row(), {}) is Availability.OUT_OF_STOCK


def test_metafields_of_a_variant_are_its_own() -> None:
    field = metafield_row("custom.fabric", "Wolle", __parentId=f"{GID}ProductVariant/11")

    product = read(metafields=[field])

    assert product.attributes == ()
    assert [each.values for each in product.variants[0].attributes] == [("Wolle",)]


def test_a_repeated_variant_and_level_count_once() -> None:
    twice = [variant_row(), variant_row()]

    product = read(variants=twice, levels=[level_row(), level_row()])

    assert [len(each.inventory) for each in product.variants] == [1]
    assert product.variants[0].as_of == datetime.fromisoformat(BEFORE)
