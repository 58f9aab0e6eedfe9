"""Every question to Shopify fits its schema and needs no more than Regie asks a merchant for."""

import gzip
import json
from functools import cache
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    parse,
    specified_rules,
    validate,
    visit,
)

from connector.platforms.shopify.access.scopes import OPTIONAL, REQUIRED
from regie.demo.shopify.query.schema import FOLDER, access

ROOT = Path(__file__).parents[3]
OPERATIONS = sorted((ROOT / "connector/platforms/shopify/operations").glob("*.graphql"))
SHARED = ROOT.parent / "shared/data/shopify/schema/admin_2026-07.json.gz"
READING = {
    *(
        "shop",
        "shop_language",
        "locations",
        "publications",
        "product_read",
        "product_variants",
        "product_media",
    ),
    *("product_collections", "product_publications", "product_metafields", "variant_metafields"),
    *("stock_read", "stock_levels", "product_of_item", "product_of_variant", "products_changed"),
    *("bulk_products", "bulk_product_placement", "bulk_inventory", "bulk_run", "bulk_poll"),
    *("webhook_list", "webhook_create", "webhook_delete"),
}


@cache
def schema(path: Path) -> GraphQLSchema:
    return build_client_schema(json.loads(gzip.decompress(path.read_bytes()))["data"], True)


def faults(path: Path, document: Path) -> list[str]:
    rules = (*specified_rules, NoDeprecatedCustomRule)
    found = validate(schema(path), parse(document.read_text()), rules)
    return [error.message for error in found]


class Seen(Visitor):
    """Notes every field and type that a document touches."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.names: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, type_ = self.info.get_parent_type(), self.info.get_type()
        if parent and type_:
            self.names |= {f"{parent.name}.{node.name.value}", get_named_type(type_).name}


def touched(document: DocumentNode) -> set[str]:
    info = TypeInfo(schema(FOLDER / "admin_2026-10.slim.json.gz"))
    seen = Seen(info)
    visit(document, TypeInfoVisitor(info, seen))
    return seen.names


@pytest.mark.parametrize("document", OPERATIONS, ids=lambda path: path.stem)
def test_it_validates_on_2026_10(document: Path) -> None:
    assert faults(FOLDER / "admin_2026-10.slim.json.gz", document) == []


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the 2026-07 schema is not ours to ship")
@pytest.mark.parametrize("document", OPERATIONS, ids=lambda path: path.stem)
def test_it_validates_on_2026_07(document: Path) -> None:
    assert faults(SHARED, document) == []


@pytest.mark.parametrize("name", sorted(READING))
def test_reading_needs_only_the_required_scopes(name: str) -> None:
    document = parse(next(path for path in OPERATIONS if path.stem == name).read_text())

    refused = {each for each in touched(document) if not _allowed(each, REQUIRED)}

    assert refused == set()


def test_policies_need_an_optional_scope() -> None:
    document = parse(next(each for each in OPERATIONS if each.stem == "shop_policies").read_text())

    assert all(_allowed(each, (*REQUIRED, *OPTIONAL)) for each in touched(document))


@pytest.mark.parametrize("name", sorted(READING))
def test_reading_touches_no_protected_customer_data(name: str) -> None:
    document = parse(next(path for path in OPERATIONS if path.stem == name).read_text())
    protected = {f"{parent}.{field}" for parent, field in access().protected}

    assert touched(document) & protected == set()


def _allowed(name: str, scopes: tuple[str, ...]) -> bool:
    wanted = access().scopes.get(name)
    return not wanted or any(scope in scopes for scope in wanted)
