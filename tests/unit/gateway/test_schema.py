"""The schema against the model it shows: complete, described, short, and written down."""

import types
import typing
from enum import Enum
from typing import Any

import msgspec
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    print_schema,
)

from connector.model.document import ProductDocument
from connector.model.location import Location
from connector.platforms import Shop
from gateway.catalogue.schema import schema
from gateway.snapshot import MERCHANT_SNAPSHOT, SNAPSHOT, merchant_sdl, sdl

SCHEMA = schema().graphql_schema
OWN = {
    name: kind
    for name, kind in SCHEMA.type_map.items()
    if not name.startswith("__")
    and isinstance(kind, GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType)
}
# What a type has beyond the document, and how it is found.
MORE = {
    "InventoryLevel": {"store"},
    "Store": {"connectionId"},
    "ConnectedShop": {"id", "platform", "shop", "status", "freshness"},
}
LESS = {"ConnectedShop": {"lacking"}}
"""What is between the merchant and his platform, and no agent's business."""
PAIRS = [("Product", ProductDocument), ("Store", Location), ("ConnectedShop", Shop)]


def structs_within(graphql_name: str, struct: Any) -> dict[str, Any]:
    """Return every struct of the document by the GraphQL type that shows it."""
    found = {graphql_name: struct}
    kind = SCHEMA.type_map[graphql_name]
    assert isinstance(kind, GraphQLObjectType)
    for field in msgspec.structs.fields(struct):
        inner = inner_struct(field.type)
        if inner and field.encode_name in kind.fields:
            name = get_named_type(kind.fields[field.encode_name].type).name
            found |= structs_within(name, inner)
    return found


def inner_struct(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is tuple:
        return next(filter(None, map(inner_struct, typing.get_args(annotation))), None)
    return None


SHOWN = {
    name: struct for first, model in PAIRS for name, struct in structs_within(first, model).items()
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_type_shows_every_fact_of_the_model_and_no_other(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)

    facts = {field.encode_name for field in msgspec.structs.fields(SHOWN[name])}

    assert set(kind.fields) - MORE.get(name, set()) == facts - LESS.get(name, set())


@pytest.mark.parametrize("name", SHOWN)
def test_what_the_model_may_lack_may_be_null(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    optional = {
        field.encode_name
        for field in msgspec.structs.fields(SHOWN[name])
        if type(None) in typing.get_args(field.type)
    }

    nullable = {field for field, it in kind.fields.items() if str(it.type)[-1] != "!"}

    assert optional <= nullable


def test_the_model_is_walked_to_its_leaves() -> None:
    assert {"Gtin", "Sale", "UnitPrice", "Contact", "Pickup", "HumanValue"} <= set(SHOWN)


def members(annotation: Any) -> set[type[Enum]]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {annotation}
    return {found for it in typing.get_args(annotation) for found in members(it)}


@pytest.mark.parametrize("name", SHOWN)
def test_an_enumeration_has_the_values_of_the_model(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)

    for field in msgspec.structs.fields(SHOWN[name]):
        for source in members(field.type):
            shown = get_named_type(kind.fields[field.encode_name].type)
            assert isinstance(shown, GraphQLEnumType)
            assert set(shown.values) == {value.value for value in source}


@pytest.mark.parametrize("name", OWN)
def test_a_type_is_described(name: str) -> None:
    assert OWN[name].description


@pytest.mark.parametrize(
    "name", [n for n, kind in OWN.items() if not isinstance(kind, GraphQLEnumType)]
)
def test_every_field_and_argument_is_described_in_a_sentence(name: str) -> None:
    fields: Any = OWN[name].fields  # type: ignore[union-attr]  # no enumerations
    arguments = {
        f"{field}.{argument}": it.description
        for field, shown in fields.items()
        for argument, it in getattr(shown, "args", {}).items()
    }

    texts = {field: it.description for field, it in fields.items()} | arguments

    assert [field for field, text in texts.items() if not (text or "").endswith(".")] == []


def test_the_schema_is_written_down() -> None:
    """Renew with `python -m gateway.snapshot`, and read the difference."""
    assert SNAPSHOT.read_text(encoding="utf-8") == sdl()
    assert MERCHANT_SNAPSHOT.read_text(encoding="utf-8") == merchant_sdl()


def test_the_schema_fits_in_a_head() -> None:
    lines, within = 0, False
    for line in print_schema(SCHEMA).splitlines():
        edge = line.strip()
        if edge.startswith('"""'):
            within = not within if edge.count('"""') == 1 else within
        elif edge and not within:
            lines += 1

    assert lines < 600


def test_there_is_nothing_but_reading() -> None:
    assert (SCHEMA.mutation_type, SCHEMA.subscription_type) == (None, None)
