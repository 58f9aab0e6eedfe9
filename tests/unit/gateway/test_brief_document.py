"""The brief document: what lists mostly show, taken unchanged from the whole one."""

from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from graphql import GraphQLObjectType
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from msgspec import structs

from connector.model.document import ProductDocument, compose, encode
from connector.model.product import Product
from connector.store.product.brief import MEMBERS, brief_of, brief_of_stored, opened
from gateway.catalogue.brief import is_brief
from gateway.catalogue.schema import ENTITIES, LEAF_TYPES, schema
from gateway.compiler import compile_operation
from gateway.desk.operation import Operation, Operations
from regie.demo.shopify import HAFEN_UND_HOF
from tests.conftest import NOON
from tests.kit.samples import rich_place, rich_product
from tests.kit.shops.shopify_shelves import recorded, records, shelve


def composed(found: Product) -> ProductDocument:
    return compose(found, {rich_place().id: rich_place()}, NOON).document


WHOLE = encode(composed(rich_product()))
MOMENTS = st.datetimes(timezones=st.none() | st.timezones() | st.just(UTC))
INSIDE = {
    "attributes": "Attribute",
    "description": "Text",
    "inventory": "InventoryLevel",
    "media": "Media",
    "variants": "Variant",
}


def only(kind: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return the members of an object that a brief document has, told a second time."""
    return {name: within(INSIDE.get(name), part[name]) for name in MEMBERS[kind]}


def within(kind: str | None, value: Any) -> Any:
    """Return what of a value is in it."""
    if kind is None or value is None:
        return value
    return [only(kind, it) for it in value] if isinstance(value, list) else only(kind, value)


def test_the_brief_document_says_what_the_whole_one_says() -> None:
    document = composed(rich_product())

    assert msgspec.msgpack.decode(brief_of(document)) == only("Product", orjson.loads(WHOLE))
    assert brief_of_stored(WHOLE) == brief_of(document)


def test_so_does_that_of_every_product_of_a_shop(tmp_path: Path) -> None:
    for each in records(shelve(tmp_path, recorded(HAFEN_UND_HOF))):
        whole = encode(composed(each.product()))

        found = opened(brief_of_stored(whole))

        assert orjson.dumps(found) == orjson.dumps(only("Product", opened(whole)))


@given(document=st.builds(ProductDocument, updated_at=st.none() | MOMENTS))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_so_does_that_of_any_document(document: ProductDocument) -> None:
    whole = encode(document)
    try:
        found = opened(brief_of(document))
    except OverflowError:
        reject()  # no shop stores such numbers

    assert orjson.dumps(found) == orjson.dumps(only("Product", opened(whole)))


def test_a_product_without_a_description_has_a_brief_document() -> None:
    bare = structs.replace(rich_product(), description=None)

    assert opened(brief_of(composed(bare)))["description"] is None


@pytest.mark.parametrize("kind", MEMBERS)
def test_every_member_is_a_field_of_the_schema(kind: str) -> None:
    found = schema().graphql_schema.get_type(kind)

    assert isinstance(found, GraphQLObjectType)
    assert set(MEMBERS[kind]) <= set(found.fields)


def reads(query: str) -> frozenset[str] | None:
    operation: Operation = Operations().get(query, None, by_get=False)
    document, node = operation.document, operation.node
    graphql_schema = schema().graphql_schema
    plan = compile_operation(graphql_schema, document, node, {}, ENTITIES, leaf_types=LEAF_TYPES)
    return plan.reads


@pytest.mark.parametrize(
    "inside",
    [
        "id title description {plain} tags priceRange {min {amount}} categories {name}",
        "media(first: 2) {url alt} attributes {name values}",
        "variants {sku gtin {value} price {amount currency} options {name value}}",
        "variants {inventory {available store {name}}}",
        'variants {inventory(store: "loc_1") {availability}}',
        "__typename variants {__typename}",
        "named: title",
    ],
)
def test_a_usual_list_needs_no_more_than_the_brief_document(inside: str) -> None:
    assert is_brief(reads(f"{{products(first: 5) {{nodes {{{inside}}}}}}}"))


@pytest.mark.parametrize(
    "inside",
    [
        "description {html}",
        "summary {plain}",
        "title variants {offers {price {amount}}}",
        "variants {inventory {onHand}}",
        "variants {attributes {name}}",
        "attributes {rawType}",
        "media {width}",
        "source {shop}",
    ],
)
def test_whoever_wants_another_member_gets_the_whole_document(inside: str) -> None:
    assert not is_brief(reads(f"{{changes(first: 5) {{nodes {{product {{{inside}}}}}}}}}"))


def test_one_such_wish_in_an_operation_is_enough() -> None:
    query = "{a: products(first: 1) {nodes {id}} b: products(first: 1) {nodes {seo {title}}}}"

    assert not is_brief(reads(query))


def test_what_cannot_be_told_is_read_whole() -> None:
    assert not is_brief(None)
