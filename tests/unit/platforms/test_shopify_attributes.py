"""How the metafields of a Shopify product read: as attributes, as our own fields, or as a fault."""

import msgspec
import pytest

from connector.model.attribute import AttributeType
from connector.platforms.shopify.faults import BadFact
from connector.platforms.shopify.product.attributes import attribute
from tests.kit.shops.shopify_lines import OWN, metafield_row, read


@pytest.mark.parametrize(
    ("kind", "value", "type_", "values", "unit"),
    [
        ("single_line_text_field", "Kork", AttributeType.TEXT, ("Kork",), None),
        ("number_integer", "4", AttributeType.NUMBER, ("4",), None),
        ("number_decimal", "4.50", AttributeType.NUMBER, ("4.50",), None),
        ("boolean", "true", AttributeType.BOOLEAN, ("true",), None),
        ("date", "2026-11-21", AttributeType.DATE, ("2026-11-21",), None),
        (
            "date_time",
            "2026-11-21T12:00:00+00:00",
            AttributeType.DATE,
            ("2026-11-21T12:00:00+00:00",),
            None,
        ),
        (
            "dimension",
            '{"value": 2.0, "unit": "CENTIMETERS"}',
            AttributeType.MEASURE,
            ("2",),
            "centimeters",
        ),
        ("weight", '{"value": 2.5, "unit": "kg"}', AttributeType.MEASURE, ("2.5",), "kg"),
        ("volume", '{"value": 1, "unit": "l"}', AttributeType.MEASURE, ("1",), "l"),
        ("url", "https://a.example", AttributeType.URL, ("https://a.example",), None),
        (
            "link",
            '{"text": "a", "url": "https://a.example"}',
            AttributeType.URL,
            ("https://a.example",),
            None,
        ),
        ("color", "#fff123", AttributeType.COLOR, ("#fff123",), None),
        (
            "money",
            '{"amount": "0.15", "currency_code": "EUR"}',
            AttributeType.MONEY,
            ("0.15 EUR",),
            None,
        ),
        (
            "rating",
            '{"value": "4.5", "scale_min": "1.0", "scale_max": "5.0"}',
            AttributeType.RATING,
            ("4.5/5.0",),
            None,
        ),
        ("product_reference", OWN, AttributeType.REFERENCE, (OWN,), None),
        ("json", '{"a":1}', AttributeType.JSON, ('{"a":1}',), None),
        ("list.single_line_text_field", '["a","b"]', AttributeType.LIST, ("a", "b"), None),
        ("list.number_integer", "[1,2]", AttributeType.LIST, ("1", "2"), None),
        (
            "list.weight",
            '[{"value": 2.0, "unit": "KILOGRAMS"}]',
            AttributeType.LIST,
            ("2 kilograms",),
            None,
        ),
        ("list.product_reference", f'["{OWN}"]', AttributeType.LIST, (OWN,), None),
        ("list.single_line_text_field", "[]", AttributeType.LIST, (), None),
        ("invented_tomorrow", "x", AttributeType.TEXT, ("x",), None),
        ("money", "fifteen cents", AttributeType.TEXT, ("fifteen cents",), None),
        ("list.number_integer", "7", AttributeType.TEXT, ("7",), None),
        ("rating", "[]", AttributeType.TEXT, ("[]",), None),
    ],
)
def test_a_metafield_keeps_its_type(
    kind: str, value: str, type_: AttributeType, values: tuple[str, ...], unit: str | None
) -> None:
    found = attribute("custom", "roast_level", kind, value)

    assert (found.type, found.values, found.unit) == (type_, values, unit)
    assert (found.key, found.name, found.raw_type) == ("custom.roast_level", "Roast level", kind)


def test_rich_text_reads_as_its_words() -> None:
    def text(*words: str) -> list[dict[str, str]]:
        return [{"type": "text", "value": word} for word in words]

    bullets = [{"type": "list-item", "children": text(word)} for word in "ab"]
    blocks = [
        {"type": "paragraph", "children": text("Fällt ", "weit aus.")},
        {"type": "list", "children": bullets},
    ]
    value = msgspec.json.encode({"type": "root", "children": blocks}).decode()

    assert attribute("c", "k", "rich_text_field", value).values == ("Fällt weit aus.\na\nb",)


def test_metafields_of_regie_are_no_attributes() -> None:
    product = read(metafields=[metafield_row("regie.expert", "Ute"), metafield_row("a.b", "c")])

    assert [each.key for each in product.attributes] == ["a.b"]
    assert product.human_value is not None
    assert product.human_value.expert == "Ute"


def test_the_safety_block_is_read() -> None:
    product = read(
        metafields=[
            metafield_row(
                "regie.safety_manufacturer",
                '{"name": "Emalia", "postal_address": "Ulica 1"}',
                "json",
            ),
            metafield_row("regie.safety_responsible_person", "Hafen GmbH"),
            metafield_row("regie.safety_warnings", '["Heiß"]', "list.single_line_text_field"),
            metafield_row("regie.allergens", "Milch\nNuss", "multi_line_text_field"),
        ]
    )

    assert product.safety is not None
    assert product.safety.manufacturer is not None
    assert product.safety.manufacturer.postal_address == "Ulica 1"
    assert product.safety.responsible_person is not None
    assert product.safety.responsible_person.name == "Hafen GmbH"
    assert (product.safety.warnings, product.safety.allergens) == (("Heiß",), ("Milch", "Nuss"))


def test_a_product_without_such_fields_has_no_block() -> None:
    product = read()

    assert (product.safety, product.human_value, product.age_restriction) == (None, None, None)


def test_an_age_limit_is_read() -> None:
    product = read(metafields=[metafield_row("regie.minimum_age", "18", "number_integer")])

    assert product.age_restriction is not None
    assert product.age_restriction.minimum_age == 18


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("minimum_age", "eighteen"),
        ("minimum_age", "-1"),
        ("temperature_class", "WARM"),
        ("safety_manufacturer", '{"nom": "x"}'),
    ],
)
def test_a_bad_field_of_regie_is_named(key: str, value: str) -> None:
    with pytest.raises(BadFact) as error:
        read(metafields=[metafield_row(f"regie.{key}", value)])

    assert error.value.details()["field"] == f"metafield regie.{key}"


def test_delivery_restrictions_stand_among_the_policies() -> None:
    value = '["pickup_only", "lithium_battery"]'
    field = metafield_row("regie.delivery_restrictions", value, "list.single_line_text_field")

    assert read(metafields=[field]).policies.shipping == "pickup_only, lithium_battery"
