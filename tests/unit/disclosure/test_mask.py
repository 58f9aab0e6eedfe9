"""What a mask conceals of a document."""

from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connector.model.document import ProductDocument, VariantDocument, compose, encode
from storefront.disclosure.field import COUNTS, NEEDS, Group
from storefront.disclosure.grant import Grant, Price, ProductSet, Stock
from storefront.disclosure.mask import CLEAR, NOWHERE, Mask, conceal, rounded, union, withheld
from tests.conftest import NOON
from tests.kit.samples import place, rich_place, rich_product

STORES = (place(), rich_place())
grants = st.builds(
    Grant,
    st.just("grt_1"),
    st.just("agt_1"),
    st.frozensets(st.sampled_from(Group)),
    st.just(ProductSet(all=True)),
    price=st.sampled_from(Price),
    stock=st.sampled_from(Stock),
    stores=st.none() | st.lists(st.sampled_from([it.id for it in STORES])).map(tuple),
)
masks = grants.map(Grant.mask)


def document() -> dict[str, Any]:
    composed = compose(rich_product(), {it.id: it for it in STORES}, NOON)
    found: dict[str, Any] = msgspec.json.decode(encode(composed.document))
    return found


def names_of(struct: type) -> set[str]:
    return {field.encode_name for field in structs.fields(struct)}


@pytest.mark.parametrize(
    ("kind", "struct"), [("Product", ProductDocument), ("Variant", VariantDocument)]
)
def test_every_guarded_field_exists(kind: str, struct: type) -> None:
    assert set(NEEDS[kind]) <= names_of(struct)


def test_every_count_exists() -> None:
    hints = get_type_hints(VariantDocument)
    level = get_args(hints["inventory"])[0]

    assert set(COUNTS) <= names_of(level)


def test_a_clear_mask_conceals_nothing() -> None:
    assert conceal(document(), CLEAR) == document()


@given(masks)
def test_a_withheld_field_is_null_and_the_rest_is_as_it_was(mask: Mask) -> None:
    before, after = document(), conceal(document(), mask)

    hidden = withheld(mask)
    for name, value in before.items():
        if f"Product.{name}" in hidden:
            assert after[name] is None
        elif name not in {"variants", "priceRange"}:
            assert after[name] == value
    assert after.keys() == before.keys()


@given(masks)
def test_a_group_that_is_not_granted_leaves_no_trace(mask: Mask) -> None:
    text = msgspec.json.encode(conceal(document(), mask)).decode()

    if Group.DESCRIPTION not in mask.groups:
        assert msgspec.json.encode(document()["description"]["plain"]).decode() not in text
    if not {Group.STOCK, Group.STORES} <= mask.groups:
        assert "locationId" not in text
    if Group.PRICE not in mask.groups:
        assert '"offers":[' not in text


@given(masks)
def test_levels_of_other_stores_are_gone(mask: Mask) -> None:
    shown = conceal(document(), mask)

    levels = [it for variant in shown["variants"] for it in variant["inventory"] or ()]
    assert mask.levels is None or {it["locationId"] for it in levels} <= mask.levels


@given(masks)
def test_without_exact_stock_no_number_of_pieces_is_told(mask: Mask) -> None:
    mask = structs.replace(mask, counts=NOWHERE)

    levels = [
        it for variant in conceal(document(), mask)["variants"] for it in variant["inventory"] or ()
    ]
    assert all(level[name] is None for level in levels for name in COUNTS)


@given(masks, masks)
def test_two_masks_together_show_what_either_shows_and_no_more(one: Mask, other: Mask) -> None:
    both = one | other

    assert withheld(both) == withheld(one) & withheld(other)
    assert union([one, other]) == both == other | one


@given(masks, masks)
def test_two_masks_together_tell_of_each_place_what_either_tells(one: Mask, other: Mask) -> None:
    first, second, both = (told(mask) for mask in (one, other, one | other))

    assert both == first | second


def told(mask: Mask) -> set[tuple[str, str]]:
    """Return the cells of stock that are told: a place and a field that is not null."""
    return {
        (level["locationId"], name)
        for variant in conceal(document(), mask)["variants"]
        for level in variant["inventory"] or ()
        for name, value in level.items()
        if value is not None
    }


@given(masks, masks)
def test_equal_digests_mean_equal_masks(one: Mask, other: Mask) -> None:
    assert (one.digest == other.digest) == (one == other)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, 0),
        (9, 9),
        (99, 99),
        (100, 100),
        (1299, 1300),
        (1250, 1300),
        (1249, 1200),
        (54999, 55000),
    ],
)
def test_a_rounded_amount_has_two_digits_that_count(amount: int, shown: int) -> None:
    assert (rounded(amount), rounded(-amount)) == (shown, -shown)


def test_rounding_reaches_every_amount() -> None:
    mask = structs.replace(CLEAR, exact_price=False)

    amounts = list(_amounts(conceal(document(), mask)))
    assert amounts
    assert all(amount == rounded(amount) for amount in amounts)


def _amounts(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"amount", "currency"}:
            yield value["amount"]
        for it in value.values():
            yield from _amounts(it)
    elif isinstance(value, list):
        for it in value:
            yield from _amounts(it)
