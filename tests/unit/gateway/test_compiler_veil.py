"""What is withheld answers null, what is changed is shown changed, in every layer alike."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.catalogue.schema import schema
from gateway.compiler import CLEAR, Deoptimise, StoredEntity, Veil, looks_at_value
from tests.kit.compiler.schemas import invented
from tests.kit.compiler.small import Context, both, cored, item, part, plan_for, planned, small


@looks_at_value
def doubled(value: Any, _around: Mapping[str, Any]) -> Any:
    return value * 2


def with_place(value: Any, around: Mapping[str, Any]) -> Any:
    return value + len(around["place"] or "")


def test_a_withheld_field_is_null_everywhere_inside() -> None:
    veil = Veil(b"1", frozenset({"Item.name", "Part.place"}))
    context = Context([item(inner=item())], veil)

    found = both("{item {name parts(place: null) {place count} inner {name id}}}", context)

    assert found["item"]["name"] is None
    assert found["item"]["inner"] == {"name": None, "id": "i"}
    assert {it["place"] for it in found["item"]["parts"]} == {None}


def test_a_withheld_object_is_null() -> None:
    veil = Veil(b"1", frozenset({"Item.inner", "Item.media"}))

    found = both("{item {inner {id} media(first: 1) {place}}}", Context([item()], veil))

    assert found == {"item": {"inner": None, "media": None}}


def test_a_withheld_field_that_must_not_be_null_is_handed_back() -> None:
    context = Context([item()], Veil(b"1", frozenset({"Item.count"})))

    with pytest.raises(Deoptimise):
        planned("{item {count}}", context)
    assert cored("{item {count}}", context).errors


def test_a_match_cannot_tell_what_is_withheld() -> None:
    context = Context([item()], Veil(b"1", frozenset({"Part.place"})))

    assert both('{item {parts(place: "rome") {count}}}', context) == {"item": {"parts": []}}


@pytest.mark.parametrize("change", [doubled, lambda value, _around: value * 2])
def test_a_change_is_shown(change: Any) -> None:
    veil = Veil(b"1", changed={"Part.count": change, "Item.name": change})

    found = both("{item {name parts {count}}}", Context([item()], veil))

    assert found == {"item": {"name": "MugMug", "parts": [{"count": 2}]}}


def test_a_change_of_a_null_is_null() -> None:
    context = Context([item(name=None)], Veil(b"1", changed={"Item.name": doubled}))

    assert both("{item {name}}", context) == {"item": {"name": None}}


def test_a_change_may_look_around() -> None:
    context = Context([item()], Veil(b"1", changed={"Part.count": with_place}))

    assert both("{item {parts {count}}}", context) == {"item": {"parts": [{"count": 6}]}}


def test_a_change_may_shorten_a_list() -> None:
    veil = Veil(b"1", changed={"Item.parts": lambda parts, _around: parts[1:]})

    found = both("{item {parts(place: null) {count}}}", Context([item()], veil))

    assert found == {"item": {"parts": [{"count": 2}, {"count": 3}]}}


@pytest.mark.parametrize("bad", [None, "x", 2**31, 1.5])
def test_a_change_to_something_odd_is_handed_back(bad: object) -> None:
    context = Context([item()], Veil(b"1", changed={"Item.count": looks_at_value(lambda *_: bad)}))

    with pytest.raises(Deoptimise):
        planned("{item {count}}", context)
    assert cored("{item {count}}", context).errors


def test_a_change_that_fails_is_an_error_at_its_field_only() -> None:
    def fails(_value: Any, _around: Mapping[str, Any]) -> Any:
        raise ValueError("no")

    context = Context([item()], Veil(b"1", changed={"Item.name": fails}))

    result = cored("{item {id name}}", context)

    assert result.data == {"item": {"id": "i", "name": None}}
    assert [it.path for it in result.errors or ()] == [["item", "name"]]
    with pytest.raises(Deoptimise):
        planned("{item {id name}}", context)
    assert planned("{item {id}}", context) == {"item": {"id": "i"}}


def test_a_change_of_the_value_alone_is_made_between_structs() -> None:
    plan, _ = plan_for("{item {name parts {count}}}")

    assert plan.layers(Veil(b"1", changed={"Part.count": doubled})) == ("structs",)
    assert plan.layers(Veil(b"2", changed={"Part.count": with_place})) == ("python",)


def test_to_veil_leaves_the_document_as_it_was() -> None:
    document = item(inner=item())
    veil = Veil(b"1", frozenset({"Item.name"}), {"Part.count": doubled})

    veiled = veil.apply(small(), "Item", document)

    assert document == item(inner=item())
    assert veiled["inner"]["name"] is None
    assert veiled["parts"][1] == part("rome", 4)


def test_nothing_withheld_is_the_document_itself() -> None:
    assert CLEAR.apply(small(), "Item", item()) == item()


def test_what_a_veil_cannot_withhold_is_told() -> None:
    told = frozenset({"Thing.shout", "Thing.few", "Thing.name", "Part.maker", "X.y", "Thing.no"})

    assert Veil(b"1", told).unenforceable(invented()) == {
        "Thing.shout",
        "Thing.few",
        "X.y",
        "Thing.no",
    }


def test_every_field_of_a_product_can_be_withheld() -> None:
    graphql_schema = schema().graphql_schema
    inside = [name for name in graphql_schema.type_map if name in {"Product", "Variant", "Offer"}]
    fields = frozenset(
        f"{name}.{field}" for name in inside for field in graphql_schema.type_map[name].fields
    )

    assert not Veil(b"1", fields).unenforceable(graphql_schema)


def test_a_veiled_entity_needs_to_know_how_it_is_veiled() -> None:
    with pytest.raises(ValueError, match="reveal"):
        StoredEntity("key", b"{}", Veil(b"1"))
