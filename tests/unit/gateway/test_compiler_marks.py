"""What marked resolvers do is done without calling them."""

from typing import Any

import pytest

from gateway.catalogue.product_type import Product
from gateway.catalogue.variant import InventoryLevel, Variant
from gateway.compiler import Veil
from gateway.compiler.marks import LookedUp, Matching, Sliced, mark_of
from tests.kit.compiler.small import Context, both, item, part, plan_for


def places(text: str, **variables: Any) -> list[Any]:
    found = both(text, Context([item()]), **variables)["item"]
    return [it["place"] for it in next(iter(found.values()))]


def test_a_slice_takes_the_first_items() -> None:
    assert places("{item {media(first: 2) {place}}}") == ["x", "y"]


def test_a_slice_without_an_argument_takes_all() -> None:
    assert places("{item {media {place}}}") == ["x", "y", "z"]


def test_a_slice_of_null_takes_all() -> None:
    assert places("{item {media(first: null) {place}}}") == ["x", "y", "z"]


@pytest.mark.parametrize("first", [-1, 0, 1, 9])
def test_a_slice_may_be_a_variable(first: int) -> None:
    text = "query ($n: Int) {item {media(first: $n) {place}}}"

    assert places(text, n=first) == ["x", "y", "z"][:first]


def test_a_slice_by_a_variable_that_is_not_given_takes_all() -> None:
    assert places("query ($n: Int) {item {media(first: $n) {place}}}") == ["x", "y", "z"]


def test_a_slice_of_nothing_is_null() -> None:
    context = Context([item(media=None)])

    assert both("{item {media(first: 1) {place}}}", context) == {"item": {"media": None}}


def test_a_match_keeps_what_equals_its_argument() -> None:
    assert places('{item {parts(place: "rome") {place}}}') == ["rome"]


def test_a_match_by_default_keeps_what_equals_the_default() -> None:
    assert places("{item {parts {place}}}") == ["paris"]


def test_a_match_of_null_keeps_all() -> None:
    assert places("{item {parts(place: null) {place}}}") == ["paris", "rome", None]


def test_a_match_may_compare_what_is_not_selected() -> None:
    found = both('{item {parts(place: "rome") {count}}}', Context([item()]))

    assert found == {"item": {"parts": [{"count": 2}]}}


def test_a_match_may_be_a_variable() -> None:
    text = "query ($p: String) {item {parts(place: $p) {place}}}"

    assert places(text, p="rome") == ["rome"]
    assert places(text, p=None) == ["paris", "rome", None]


def test_one_field_with_two_arguments_is_answered_twice() -> None:
    text = '{item {a: parts(place: "rome") {count} b: parts(place: null) {place}}}'

    found = both(text, Context([item()]))["item"]

    assert (len(found["a"]), len(found["b"])) == (1, 3)


def test_a_lookup_finds_what_the_context_holds() -> None:
    found = both("{item {parts(place: null) {maker {name city}}}}", Context([item()]))

    assert [it["maker"] for it in found["item"]["parts"]] == [
        {"name": "Ann", "city": None},
        {"name": "Bo", "city": "R"},
        None,
    ]


def test_a_lookup_may_be_withheld() -> None:
    veil = Veil(b"1", frozenset({"Part.maker"}))

    found = both("{item {parts(place: null) {place maker {name}}}}", Context([item()], veil))

    assert all(it["maker"] is None for it in found["item"]["parts"])


def test_what_is_looked_up_is_looked_up_once_in_a_run() -> None:
    class Counting(dict[str, Any]):
        asked = 0

        def get(self, *arguments: Any) -> Any:
            self.asked += 1
            return super().get(*arguments)

    context = Context([item(parts=[part("paris")] * 9)])
    makers = Counting(context.makers)
    context.makers = makers

    plan, coerced = plan_for("{item {parts {maker {name}}}}")
    plan.run(None, context, coerced, None)

    assert makers.asked == 1


def test_a_selection_with_a_lookup_is_not_kept() -> None:
    plan, _ = plan_for("{item {parts {maker {name}}}}")

    assert not plan._entity_plans[0]._stable


def test_regies_resolvers_are_marked() -> None:
    assert mark_of(Product.resolve_media) == Sliced("media", "first")
    assert mark_of(Variant.resolve_inventory) == Matching("inventory", "locationId", "store")
    assert mark_of(InventoryLevel.resolve_store) == LookedUp("stores", "locationId")
