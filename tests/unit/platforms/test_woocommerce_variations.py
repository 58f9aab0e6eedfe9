"""How attributes, options and variations of a WooCommerce product read in canonical form."""

from connector.model.attribute import SelectedOption
from connector.model.publication import Withheld
from connector.platforms.woocommerce.payload import Choice, Image, ProductAttribute
from tests.kit.shops.woo import read, reasons, variation, woo

SIZE = ProductAttribute(0, "Maat", "maat", 1, True, True, ("S", "M &amp; L"))
COLOR = ProductAttribute(7, "Kleur", "pa_kleur", 0, True, True, ("Rood", "Groen"))


def test_an_attribute_that_a_variation_leaves_open_fits_any_value() -> None:
    product = woo(type="variable", attributes=(SIZE, COLOR), regular_price="")
    open_one = variation(attributes=(Choice(0, "Maat", "maat", "M &amp; L"), Choice(7, "Kleur")))

    (variant,) = read(product, open_one).variants

    assert variant.options == (SelectedOption("Kleur", None), SelectedOption("Maat", "M & L"))


def test_options_keep_the_shops_order() -> None:
    found = read(woo(type="variable", attributes=(SIZE, COLOR), regular_price=""))

    assert [(each.name, each.values) for each in found.options] == [
        ("Kleur", ("Rood", "Groen")),
        ("Maat", ("S", "M & L")),
    ]


def test_variations_keep_the_order_the_shop_gave_them() -> None:
    product = woo(type="variable", regular_price="")
    told = (variation(id=3, menu_order=1), variation(id=2, menu_order=1), variation(id=9))

    found = read(product, *told).variants

    assert [(each.external_id, each.position) for each in found] == [("9", 1), ("2", 2), ("3", 3)]


def test_the_order_in_which_facts_are_told_does_not_matter() -> None:
    product = woo(type="variable", attributes=(SIZE, COLOR), regular_price="")
    turned = woo(type="variable", attributes=(COLOR, SIZE), regular_price="")
    one, two = variation(id=2), variation(id=3)

    assert read(product, one, two) == read(turned, two, one)


def test_a_private_variation_is_switched_off() -> None:
    (variant,) = read(woo(type="variable", regular_price=""), variation(status="private")).variants

    assert not variant.enabled


def test_a_variable_product_without_variations_has_nothing_to_sell() -> None:
    assert reasons(read(woo(type="variable", regular_price=""))) == (Withheld.NO_VARIANT,)


def test_a_shown_attribute_is_a_fact_and_a_hidden_one_is_not() -> None:
    shown = ProductAttribute(7, "Kleur", "pa_kleur", 0, True, False, ("Rood",))
    own = ProductAttribute(0, "Afwerking", "Afwerking", 1, True, False, ("olie", "was"))
    hidden = ProductAttribute(0, "Intern", "intern", 2, False, False, ("x",))

    found = read(woo(attributes=(own, hidden, shown))).attributes

    assert [(each.key, each.name, each.values, each.raw_type) for each in found] == [
        ("afwerking", "Afwerking", ("olie", "was"), "local"),
        ("pa_kleur", "Kleur", ("Rood",), "select"),
    ]


def test_a_variation_shows_its_own_picture_and_its_gallery() -> None:
    product = woo(type="variable", images=(Image(5, "https://x/5.jpg"),), regular_price="")
    own = variation(image=Image(8, "https://x/8.jpg"), gallery_image_ids=(5, 6))

    (variant,) = read(product, own).variants

    assert [each.external_id for each in variant.media] == ["8", "5"]
