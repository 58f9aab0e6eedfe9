"""How a Shopify product reads in canonical form, and what keeps it from agents."""

from itertools import permutations

import msgspec
import pytest

from connector.model.attribute import AttributeType, CategoryKind, MediaKind
from connector.model.document import compose
from connector.model.errors import RegieError
from connector.model.product import Product
from connector.model.publication import Status, Visibility, Withheld
from connector.platforms.shopify.faults import BadFact, UnreadableProduct
from connector.platforms.shopify.product.attributes import attribute
from tests.kit.shops.shopify_lines import (
    AFTER,
    NOON,
    OWN,
    collection_row,
    media_row,
    metafield_row,
    placed_row,
    product_row,
    read,
    variant_row,
)


def reasons(product: Product) -> set[Withheld]:
    return set(compose(product, {}, NOON).document.publication.reasons)


def with_policy(value: str) -> Product:
    return read(metafields=[metafield_row("regie.agent_policy", value, "json")])


def test_a_product_in_a_channel_is_publishable() -> None:
    assert compose(read(), {}, NOON).document.publication.publishable


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("DRAFT", Withheld.DRAFT),
        ("ARCHIVED", Withheld.ARCHIVED),
        ("UNLISTED", Withheld.UNLISTED),
        ("INVENTED_TOMORROW", Withheld.PRIVATE),
    ],
)
def test_only_an_active_product_is_exposed(status: str, reason: Withheld) -> None:
    assert reasons(read(product_row(status=status))) == {reason}


def test_an_unlisted_product_is_active_but_found_only_by_link() -> None:
    product = read(product_row(status="UNLISTED"))

    assert (product.status, product.visibility) == (Status.ACTIVE, Visibility.UNLISTED)


@pytest.mark.parametrize(
    "product",
    [
        read(product_row(publishedAt=None)),
        read(product_row(publishedAt=AFTER)),
        read(placements=[]),
        read(placements=[placed_row(isPublished=False)]),
        read(placements=[placed_row(publishDate=AFTER)]),
    ],
    ids=["never", "later", "no channel", "hidden", "later in the channel"],
)
def test_an_unpublished_product_is_never_exposed(product: Product) -> None:
    assert reasons(product) == {Withheld.NOT_ON_CHANNEL}


def test_one_channel_is_enough() -> None:
    placements = [placed_row(isPublished=False), placed_row()]

    assert not read(placements=placements).withheld


@pytest.mark.parametrize(
    "value",
    ["", "no", "[]", "null", "{}", '"false"', '{"expose": "false"}', '{"exposed": false}', "{"],
)
def test_a_malformed_agent_policy_is_never_exposed(value: str) -> None:
    assert reasons(with_policy(value)) == {Withheld.BAD_AGENT_POLICY}


@pytest.mark.parametrize(
    "value", ['{"expose": false}', '{"agents": false}', '{"expose": true, "agents": false}']
)
def test_a_policy_that_says_no_agents_is_obeyed(value: str) -> None:
    assert reasons(with_policy(value)) == {Withheld.AGENT_POLICY}


def test_a_policy_that_lets_agents_in_withholds_nothing() -> None:
    product = with_policy('{"expose": true, "price": "exact", "checkout": "redirect"}')

    assert not product.withheld


def test_a_policy_of_another_namespace_is_none_of_ours() -> None:
    product = read(metafields=[metafield_row("custom.agent_policy", "no", "json")])

    assert not product.withheld


def test_the_order_of_lines_does_not_show() -> None:
    metafields = [metafield_row(f"custom.{key}", key) for key in "abc"]
    media = [media_row(number) for number in (9, 10, 11)]
    groups = [collection_row(number) for number in (9, 10, 11)]
    variants = [variant_row(number, position=1) for number in (9, 10, 11)]

    found = {
        msgspec.json.encode(
            read(
                metafields=[metafields[i] for i in order],
                media=[media[i] for i in order],
                collections=[groups[i] for i in order],
                variants=[variants[i] for i in order],
            )
        )
        for order in permutations(range(3))
    }

    assert len(found) == 1


def test_the_featured_picture_comes_first() -> None:
    featured = {"id": "gid://shopify/MediaImage/12"}
    media = [media_row(number) for number in (2, 12, 10)]

    found = read(product_row(featuredMedia=featured), media=media).media

    assert [each.url[-6:-4].strip("/") for each in found] == ["12", "2", "10"]


def test_media_are_told_by_kind() -> None:
    films = [
        media_row(
            2,
            "VIDEO",
            sources=[
                {"url": "https://a/x.m3u8"},
                {"url": "https://a/x.mp4", "mimeType": "video/mp4"},
            ],
        ),
        media_row(3, "EXTERNAL_VIDEO", embedUrl="https://video.example/3"),
        media_row(4, "MODEL_3D"),
        media_row(5, image=None),
    ]

    found = read(media=films).media

    assert [(each.kind, each.url) for each in found] == [
        (MediaKind.VIDEO, "https://a/x.mp4"),
        (MediaKind.EXTERNAL_VIDEO, "https://video.example/3"),
    ]


def test_a_missing_alt_text_falls_back_to_the_file() -> None:
    picture = {"url": "https://cdn.example/1.jpg", "altText": "Ein Becher"}

    assert read(media=[media_row(1, alt="", image=picture)]).media[0].alt == "Ein Becher"


def test_the_taxonomy_comes_before_collections() -> None:
    category = {
        "id": "gid://shopify/TaxonomyCategory/hg-11-6",
        "name": "Mugs",
        "fullName": "Home & Garden > Kitchen > Mugs",
    }

    first, second = read(product_row(category=category), collections=[collection_row(7)]).categories

    assert (first.kind, first.key, first.path) == (
        CategoryKind.SHOPIFY_TAXONOMY,
        "hg-11-6",
        ("Home & Garden", "Kitchen", "Mugs"),
    )
    assert (second.kind, second.key, second.name) == (CategoryKind.COLLECTION, "7", "Sale")


def test_a_product_with_one_variant_has_nothing_to_choose() -> None:
    variant = variant_row(
        title="Default Title", selectedOptions=[{"name": "Title", "value": "Default Title"}]
    )

    product = read(product_row(hasOnlyDefaultVariant=True), variants=[variant])

    assert (product.options, product.variants[0].options) == ((), ())
    assert product.variants[0].title == "Becher"


def test_options_stand_in_the_shops_order() -> None:
    options = [
        {"name": "Farbe", "position": 2, "values": ["Rot", "Blau"]},
        {"name": "Größe", "position": 1, "values": ["L", "S"]},
    ]

    found = read(product_row(options=options)).options

    assert [(each.name, each.values) for each in found] == [
        ("Größe", ("L", "S")),
        ("Farbe", ("Rot", "Blau")),
    ]


def test_tags_are_sorted_and_scripts_are_gone() -> None:
    product = read(product_row(descriptionHtml="<p>Gut</p><script>alert(1)</script>"))

    assert product.tags == ("blau", "neu")
    assert product.description is not None
    assert product.description.html == "<p>Gut</p>"


def test_gift_cards_and_subscriptions_are_marked() -> None:
    product = read(product_row(isGiftCard=True, requiresSellingPlan=True))

    assert (product.gift_card, product.subscription_only) == (True, True)


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


def test_a_line_of_another_shape_is_a_typed_error_without_its_content() -> None:
    with pytest.raises(UnreadableProduct) as error:
        read(product_row(updatedAt="secret-text"))

    assert "secret-text" not in str(error.value)
    assert isinstance(error.value, RegieError)
