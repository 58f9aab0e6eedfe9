"""What an answer says of products and places, read from its query, its data and the schema."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    get_named_type,
    parse,
    print_ast,
)

from gateway.catalogue.schema import schema
from tests.kit.disclosure.floor import PLACE_OF
from tests.kit.disclosure.queries import EVERY
from tests.kit.disclosure.world import PRODUCTS

NAMING = {"ProductEdge.cursor", "PageInfo.startCursor", "PageInfo.endCursor", "Change.productId"}
OF_A_BASKET = {
    f"PickupPromise.{name}" for name in ("readyAt", "day", "date", "time", "slot", "reason")
}
PRODUCT_OF: Mapping[str, str] = {each.id: it.id for it in PRODUCTS.values() for each in it.variants}


class Walk:
    """Finds the fields that stand in an answer, by its query and the schema alone.

    `values` are what leaves said, by coordinate. `tells_ids` is whether each product says its id.
    """

    def __init__(self, text: str) -> None:
        document = parse(text)
        self._fragments = {
            it.name.value: it
            for it in document.definitions
            if isinstance(it, FragmentDefinitionNode)
        }
        self._operation: Any = document.definitions[0]
        self.roots: list[Any] = list(self._operation.selection_set.selections)
        self.found: set[str] = set()
        self.values: dict[str, list[str]] = {}
        self.tells_ids = True
        self.products = 0
        # Which of several lists a cursor came from is not known to the ledger: all are on record.
        self._weight = 1 if len(self.roots) == 1 else 26

    def through(self, data: Mapping[str, Any] | None) -> frozenset[str]:
        """Return the coordinates of all fields of all objects that are there."""
        if data is not None:
            self._object(schema().graphql_schema.query_type, self._operation, data)
        return frozenset(self.found)

    def into(self, root: Any, data: Mapping[str, Any]) -> None:
        """Look at one root field only."""
        self._field(schema().graphql_schema.query_type, root, data)

    def _object(self, kind: Any, node: Any, data: Mapping[str, Any]) -> None:
        for selected in node.selection_set.selections:
            if not all(map(_holds, selected.directives)):
                continue
            if isinstance(selected, FieldNode):
                self._field(kind, selected, data)
            else:
                self._object(kind, self._inside(selected), data)

    def _field(self, kind: Any, selected: Any, data: Mapping[str, Any]) -> None:
        key = selected.alias.value if selected.alias else selected.name.value
        definition = kind.fields.get(selected.name.value)
        if definition is None:
            return
        coordinate = f"{kind.name}.{selected.name.value}"
        self.found.add(coordinate)
        self.products += self._weight if coordinate in NAMING else 0
        if selected.selection_set:
            self._value(get_named_type(definition.type), selected, data[key])
        else:
            self.values.setdefault(coordinate, []).append(str(data[key]))

    def _inside(self, selected: Any) -> Any:
        is_spread = isinstance(selected, FragmentSpreadNode)
        return self._fragments[selected.name.value] if is_spread else selected

    def _value(self, kind: Any, node: Any, value: Any) -> None:
        if isinstance(value, list):
            for it in value:
                self._value(kind, node, it)
        elif value is not None:
            told = len(self.values.get("Product.id", ()))
            self._object(kind, node, value)
            if kind.name == "Product":
                self.products += 1
                self.tells_ids &= len(self.values.get("Product.id", ())) > told


def _holds(directive: Any) -> bool:
    value: bool = directive.arguments[0].value.value
    return value is (directive.name.value == "include")


class Said:
    """What an answer betrays beside the products that it shows.

    `basket` are the products of which it tells a promise, `most` how many products it can name at
    most; `is_all` tells whether it says by itself which they are. `places` are those that it tells
    of, `may_tell` those that it may tell of by one word or another; `known` is all that may be.
    """

    def __init__(self, text: str, data: Mapping[str, Any] | None, known: frozenset[str]) -> None:
        self.fields: frozenset[str] = frozenset()
        self.basket: frozenset[str] = frozenset()
        self.places: frozenset[str] = frozenset()
        self.may_tell: frozenset[str] = frozenset()
        self.most, self.is_all = 0, True
        # Of which of several baskets something is promised is not known to the ledger either.
        self._wanted: set[str] = set()
        if data is None:
            return
        walk = Walk(text)
        self.fields = walk.through(data)
        self.is_all = walk.tells_ids and len(walk.roots) == 1
        self.most = walk.products
        for root in walk.roots:
            self._look_at(root, Walk(text), data, known)
        if self.basket:
            self.most += len(self._wanted)

    def _look_at(
        self, root: Any, walk: Walk, data: Mapping[str, Any], known: frozenset[str]
    ) -> None:
        walk.into(root, data)
        given = print_ast(root)
        kinds = {it.partition(".")[0] for it in walk.found}
        wanted = {it for name, it in PRODUCT_OF.items() if f'"{name}"' in given}
        if "PickupPromise" in kinds:
            self._wanted |= wanted
        if walk.found & OF_A_BASKET:
            self.basket |= wanted
        named = {PLACE_OF[it] for it in PLACE_OF if f'"{it}"' in given}
        told = {it for it in EVERY if f'"{it}"' in given} if root.name.value == "store" else named
        if kinds & {"SlotOffer", "DeliveryEstimate"} or (told and "Store" in kinds):
            self.places |= told
        if "Query.stores" in walk.found and "Store" in kinds:
            self.places |= known
        stores = walk.values.get("PickupPromise.storeId", [])
        self.places |= {PLACE_OF[it] for it in stores} | {*walk.values.get("Store.id", [])}
        self.places |= {*walk.values.get("InventoryLevel.locationId", [])}
        is_vague = "PickupPromise" in kinds and not stores
        self.may_tell |= known if is_vague or "InventoryLevel" in kinds else frozenset()
