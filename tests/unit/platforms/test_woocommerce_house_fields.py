from typing import Any

import pytest

from connector.model.care import Contact, TemperatureClass
from connector.platforms.woocommerce import house_fields
from connector.platforms.woocommerce.errors import BadFact
from connector.platforms.woocommerce.payload import Meta


def fields(**values: Any) -> house_fields.Fields:
    return house_fields.fields(Meta(f"_regie_{key}", value) for key, value in values.items())


def test_only_known_fields_are_read() -> None:
    told = (Meta("_regie_optin", "yes"), Meta("_elementor_data", "[]"), Meta("_regie_expert", " "))

    assert house_fields.fields(told) == {"_regie_optin": "yes"}


def test_a_manufacturer_has_a_name_and_addresses() -> None:
    found = house_fields.safety(
        fields(gpsr_manufacturer="Polderglas VOF, Glashof 8, NL", gpsr_contact="a@b.example")
    )

    assert found
    assert found.manufacturer == Contact("Polderglas VOF", "Glashof 8, NL", "a@b.example")


def test_a_product_without_safety_facts_has_no_safety_block() -> None:
    assert house_fields.safety(fields(optin="yes")) is None


def test_allergens_and_warnings_are_lists() -> None:
    found = house_fields.safety(
        fields(allergens="melk, noten", safety_warnings="Heet.\nScherp, pas op.")
    )

    assert found
    assert (found.allergens, found.warnings) == (("melk", "noten"), ("Heet.", "Scherp, pas op."))


@pytest.mark.parametrize(("value", "age"), [("18", 18), (16, 16)])
def test_a_minimum_age_is_whole_years(value: object, age: int) -> None:
    found = house_fields.age_restriction(fields(minimum_age=value), "1")

    assert found
    assert found.minimum_age == age


@pytest.mark.parametrize("value", ["achttien", "0", "-1", "17.5", "\uff11\uff18"])
def test_an_age_that_is_none_is_never_no_limit(value: str) -> None:
    with pytest.raises(BadFact):
        house_fields.age_restriction(fields(minimum_age=value), "1")


@pytest.mark.parametrize(
    ("text", "shipping", "told"),
    [
        ("CHILLED", "", TemperatureClass.CHILLED),
        ("frozen", "", TemperatureClass.FROZEN),
        ("Bewaren bij 4\u20137 °C", "", TemperatureClass.CHILLED),
        ("max. 7 °C", "", TemperatureClass.CHILLED),
        ("Bewaren bij -18 °C", "", TemperatureClass.FROZEN),
        ("Bewaren bij \u221218 °C tot \u221220 °C", "", TemperatureClass.FROZEN),
        ("15 tot 25 °C", "", TemperatureClass.AMBIENT),
        ("Droog bewaren", "Gekoeld", None),
        ("", "Gekoeld", TemperatureClass.CHILLED),
        ("", "Breekbaar", None),
    ],
)
def test_how_cold_goods_travel(text: str, shipping: str, told: TemperatureClass | None) -> None:
    assert house_fields.temperature_class(fields(storage=text), shipping) is told


def test_a_template_says_nothing_to_a_search_engine() -> None:
    told = (Meta("_yoast_wpseo_title", "%%title%% %%sep%%"), Meta("rank_math_title", "Wok kopen"))

    assert house_fields.seo(house_fields.fields(told)).title == "Wok kopen"


def test_what_only_the_shop_can_say_is_kept() -> None:
    found = house_fields.human_value(fields(repair_service="Wij slijpen gratis."))

    assert found
    assert found.repair_service == "Wij slijpen gratis."


@pytest.mark.parametrize(("text", "code"), [("fr", "FR"), ("Frankrijk", None), ("", None)])
def test_an_origin_is_a_country_only_by_its_code(text: str, code: str | None) -> None:
    assert house_fields.country_of_origin(fields(origin=text)) == code


def test_facts_without_a_place_of_their_own_are_attributes() -> None:
    found = house_fields.attributes(fields(alcohol_percentage="38", origin="Bourgogne"))

    assert [(each.key, each.values, each.unit) for each in found] == [
        ("regie.alcohol_percentage", ("38",), "%"),
        ("regie.origin", ("Bourgogne",), None),
    ]
