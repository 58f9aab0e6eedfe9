"""How a WooCommerce product reads in canonical form, and what keeps it from agents."""

import pytest

from connector.model.inventory import Availability
from connector.model.publication import Status, Visibility, Withheld
from connector.platforms.woocommerce.errors import BadFact
from connector.platforms.woocommerce.payload import Image, Meta, Sizes, Term
from tests.kit.shops.woo import IDENTITY, read, reasons, variation, woo


def test_a_name_is_unescaped_and_loses_its_tags() -> None:
    assert read(woo(name="Grillrooster <b>XL</b> &amp; tang")).title == "Grillrooster XL & tang"


def test_a_simple_product_has_exactly_one_variant_with_the_products_id() -> None:
    (variant,) = read(woo()).variants

    assert (variant.external_id, variant.title, variant.options) == ("107", "Braadpan", ())


def test_ids_depend_on_nothing_but_the_source() -> None:
    first, second = read(woo()), read(woo(name="Anders", regular_price="1.00"))

    assert (first.id, first.variants[0].id) == (second.id, second.variants[0].id)


@pytest.mark.parametrize(
    ("status", "life", "visibility", "reason"),
    [
        ("publish", Status.ACTIVE, Visibility.PUBLIC, ()),
        ("draft", Status.DRAFT, Visibility.PUBLIC, (Withheld.DRAFT,)),
        ("pending", Status.DRAFT, Visibility.PUBLIC, (Withheld.DRAFT,)),
        ("future", Status.SCHEDULED, Visibility.PUBLIC, (Withheld.SCHEDULED,)),
        ("private", Status.ACTIVE, Visibility.PRIVATE, (Withheld.PRIVATE,)),
        ("discontinued", Status.ACTIVE, Visibility.PRIVATE, (Withheld.PRIVATE,)),
    ],
)
def test_what_is_not_published_is_withheld(
    status: str, life: Status, visibility: Visibility, reason: tuple[Withheld, ...]
) -> None:
    found = read(woo(status=status))

    assert (found.status, found.visibility, reasons(found)) == (life, visibility, reason)


@pytest.mark.parametrize(
    ("shelf", "visibility"),
    [
        ("visible", Visibility.PUBLIC),
        ("catalog", Visibility.CATALOG_ONLY),
        ("search", Visibility.SEARCH_ONLY),
        ("hidden", Visibility.UNLISTED),
        ("members", Visibility.PRIVATE),
    ],
)
def test_the_shelf_decides_who_finds_it(shelf: str, visibility: Visibility) -> None:
    assert read(woo(catalog_visibility=shelf)).visibility is visibility


def test_a_password_withholds() -> None:
    assert reasons(read(woo(post_password="groenedeur"))) == (Withheld.PASSWORD,)


def test_a_product_that_cannot_be_bought_is_withheld() -> None:
    assert reasons(read(woo(purchasable=False))) == (Withheld.NOT_PURCHASABLE,)


def test_no_price_and_free_are_two_things() -> None:
    nothing = read(woo(regular_price="", purchasable=False))
    free = read(woo(regular_price="0"))

    assert reasons(nothing) == (Withheld.NO_PRICE,)
    assert (free.variants[0].offers[0].base_price.amount, reasons(free)) == (0, ())


def test_a_grouped_product_has_no_price_of_its_own() -> None:
    found = read(woo(type="grouped", regular_price="", price="18", purchasable=False))

    assert (len(found.variants), reasons(found)) == (1, (Withheld.NO_PRICE,))


def test_an_external_product_is_sold_elsewhere() -> None:
    url = "https://elders.example/wimpel"

    found = read(woo(type="external", external_url=url, purchasable=False))

    told = {each.key: each.values for each in found.attributes}
    assert (reasons(found), told) == ((Withheld.NOT_PURCHASABLE,), {"external_url": (url,)})


def test_categories_carry_their_path_and_the_slug_as_key() -> None:
    carried = (Term(3, "Woks", "woks"), Term(2, "Pannen &amp; potten", "pannen-potten"))

    found = read(woo(categories=carried)).categories

    assert [(each.key, each.path) for each in found] == [
        ("pannen-potten", ("Keuken", "Pannen & potten")),
        ("woks", ("Keuken", "Pannen & potten", "Woks")),
    ]


def test_a_category_newer_than_the_tree_stands_alone() -> None:
    (found,) = read(woo(categories=(Term(99, "Nieuw", "nieuw"),))).categories

    assert (found.key, found.path) == ("nieuw", ("Nieuw",))


def test_tags_come_in_one_order_whatever_the_shop_tells() -> None:
    told = [Term(1, "vegan"), Term(2, "b&amp;b"), Term(3, "vegan")]

    assert read(woo(tags=tuple(told))).tags == read(woo(tags=tuple(told[::-1]))).tags
    assert read(woo(tags=tuple(told))).tags == ("b&b", "vegan")


def test_the_first_of_several_brands_by_name_is_the_brand() -> None:
    assert read(woo(brands=(Term(2, "Zaans"), Term(1, "Elf")))).brand == "Elf"


def test_a_slug_in_another_script_is_readable() -> None:
    assert read(woo(slug="%d7%a1%d7%a4%d7%a8")).handle == "ספר"


def test_a_draft_without_a_slug_is_called_by_its_id() -> None:
    assert read(woo(slug="", status="draft")).handle == "107"


def test_a_title_in_another_script_is_not_in_the_shops_language() -> None:
    assert read(woo(name="ספר המטבח הירוק")).language is None
    assert read(woo(name="Crème brûlée")).language == "nl-NL"


def test_descriptions_are_made_safe() -> None:
    text = "<p>Zwaar &amp; <strong>goed</strong><script>alert(1)</script></p>"

    found = read(woo(description=text)).description

    assert found
    assert (found.plain, "script" in found.html, found.language) == ("Zwaar & goed", False, "nl-NL")


def test_a_future_date_is_no_date_of_change() -> None:
    far = {"date_modified_gmt": "2030-01-01T09:00:00", "date_created_gmt": "2030-01-01T09:00:00"}

    found = read(woo(status="future", **far))

    assert (found.source.as_of, found.updated_at, found.published_at) == (None, None, None)


def test_the_newest_date_of_product_and_variations_counts() -> None:
    found = read(woo(type="variable", variations=(108,)), variation())

    assert found.source.as_of
    assert found.source.as_of.isoformat() == "2026-11-20T09:00:00+00:00"


def test_dates_are_read_as_utc() -> None:
    found = read(woo()).created_at

    assert found
    assert found.isoformat() == "2026-11-01T08:00:00+00:00"


def test_a_date_that_is_none_is_told() -> None:
    with pytest.raises(BadFact):
        read(woo(date_modified_gmt="yesterday"))


def test_pictures_keep_their_order_and_one_without_address_is_none() -> None:
    images = (Image(2, "https://x/2.jpg", "b"), Image(1, "https://x/1.jpg"), Image(3))

    found = read(woo(images=images)).media

    assert [(each.external_id, each.alt) for each in found] == [("2", "b"), ("1", None)]


def test_weight_and_sizes_are_in_the_shops_units() -> None:
    (variant,) = read(woo(weight="5.4", dimensions=Sizes("32", "", "1.5"))).variants

    assert variant.weight
    assert variant.dimensions
    assert (variant.weight.grams, variant.dimensions.length_mm) == (5400.0, 320.0)
    assert (variant.dimensions.width_mm, variant.dimensions.height_mm) == (None, 15.0)


@pytest.mark.parametrize("field", ["weight", "dimensions"])
def test_a_measure_that_is_none_is_told(field: str) -> None:
    value = "zwaar" if field == "weight" else Sizes("lang")

    with pytest.raises(BadFact) as error:
        read(woo(**{field: value}))

    assert error.value.facts["field"] == field


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("8719999001074", "08719999001074", None),
        ("-123", None, "bad_length"),
        ("871999-900-X", None, "not_digits"),
        ("8719999001075", None, "bad_check_digit"),
        ("0000000000000", None, "all_zeros"),
    ],
)
def test_a_bad_gtin_is_flagged_and_never_served_as_one(
    raw: str, value: str | None, reason: str | None
) -> None:
    (variant,) = read(woo(global_unique_id=raw)).variants

    assert variant.gtin
    assert (variant.gtin.raw, variant.gtin.value, variant.gtin.reason) == (raw, value, reason)


@pytest.mark.parametrize("kind", ["virtual", "downloadable"])
def test_what_is_not_a_thing_needs_no_shipping(kind: str) -> None:
    (variant,) = read(woo(**{kind: True})).variants

    assert not variant.requires_shipping


def test_the_shipping_class_is_the_shipping_policy() -> None:
    assert read(woo(shipping_class="zwaar")).policies.shipping == "Zwaar"


def test_a_shop_of_drafts_promises_nothing_online() -> None:
    found = read(woo(manage_stock=True, stock_quantity=-2, stock_status="outofstock"))

    assert found.variants[0].inventory[0].availability_here() is Availability.OUT_OF_STOCK


def test_the_shops_word_on_agents_is_kept() -> None:
    no, odd, yes = (
        read(woo(meta_data=(Meta("_regie_optin", each),))) for each in ("no", "perhaps", "yes")
    )

    assert reasons(no) == (Withheld.AGENT_POLICY,)
    assert reasons(odd) == (Withheld.BAD_AGENT_POLICY,)
    assert reasons(yes) == ()


def test_the_source_names_shop_and_product() -> None:
    source = read(woo()).source

    assert (source.platform, source.shop, source.external_id) == ("woocommerce", IDENTITY, "107")
