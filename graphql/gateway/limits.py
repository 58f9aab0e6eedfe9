"""What a query may ask: counted before anything is executed, fragments and variables included."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)
from msgspec import Struct

from gateway.errors import QueryTooCostly, QueryTooLarge

TOKENS = 1000
CHARACTERS = 15_000


class Weight(Struct, frozen=True):
    """What a piece of a query weighs, fragments expanded.

    `cost` counts objects that may be read: 1 per object field, times the page size or the assumed
    length of a list around it. Leaves are free, for they lie in the same document.
    """

    cost: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            self.cost + other.cost,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


# One query of 100 products with variants, prices and stock in every store fits just so.
MOST = Weight(cost=10_000, depth=12, aliases=15, directives=50)

# Typical lengths of the lists that have no page size.
_ASSUMED = {"variants": 5, "inventory": 3, "stores": 10, "shops": 3, "nodes": 1, "edges": 1}
_PAGE_SIZES = {"products": 20, "changes": 100}


def check(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    most: Weight = MOST,
) -> Weight:
    """Weigh an operation of a valid document; raise QueryTooLarge or QueryTooCostly."""
    weight = Scale(schema, document, variables).weigh(operation)
    for name in ("depth", "aliases", "directives"):
        found, limit = getattr(weight, name), getattr(most, name)
        if found > limit:
            raise QueryTooLarge(f"The query has {name} {found}, at most {limit}.", limit=limit)
    if weight.cost > most.cost:
        raise QueryTooCostly(
            f"The query costs {weight.cost} points, at most {most.cost}.",
            cost=weight.cost,
            limit=most.cost,
        )
    return weight


class Scale:
    """Weighs one request; each fragment is weighed once per type, so that none can explode."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._weighed: dict[tuple[str, str], Weight] = {}

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """Return the weight of an operation."""
        root = self._schema.get_root_type(operation.operation)
        own = Weight(directives=len(operation.directives))
        return own + self._selection(operation.selection_set, root) if root else own

    def _selection(self, selection: SelectionSetNode | None, parent: Any) -> Weight:
        total = Weight()
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                total += self._inline(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._spread(node, parent)
        return total

    def _field(self, node: FieldNode, parent: Any) -> Weight:
        own = Weight(aliases=int(node.alias is not None), directives=len(node.directives))
        field = parent.fields.get(node.name.value) if hasattr(parent, "fields") else None
        if node.name.value.startswith("__") or field is None:
            return own
        inner_type = get_named_type(field.type)
        if not node.selection_set:
            return own + Weight(depth=1)
        inner = self._selection(node.selection_set, inner_type)
        times = self._times(node, field)
        cost = times * (1 + inner.cost)
        return own + Weight(cost, 1 + inner.depth, inner.aliases, inner.directives)

    def _inline(self, node: InlineFragmentNode, parent: Any) -> Weight:
        condition = node.type_condition
        inner = self._schema.get_type(condition.name.value) if condition else parent
        return Weight(directives=len(node.directives)) + self._selection(node.selection_set, inner)

    def _spread(self, node: FragmentSpreadNode, parent: GraphQLObjectType) -> Weight:
        name = node.name.value
        own = Weight(directives=len(node.directives))
        key = (name, parent.name)
        if key not in self._weighed:
            fragment = self._fragments[name]
            inner = self._schema.get_type(fragment.type_condition.name.value)
            within = Weight(directives=len(fragment.directives))
            self._weighed[key] = within + self._selection(fragment.selection_set, inner)
        return own + self._weighed[key]

    def _times(self, node: FieldNode, field: Any) -> int:
        """Return how often the field's content may be read."""
        name = node.name.value
        if name in _PAGE_SIZES:
            return self._page_size(node, _PAGE_SIZES[name])
        is_list = isinstance(get_nullable_type(field.type), GraphQLList)
        return _ASSUMED.get(name, 2) if is_list else 1

    def _page_size(self, node: FieldNode, default: int) -> int:
        for argument in node.arguments:
            if argument.name.value == "first":
                return max(self._number(argument.value, default), 1)
        return default

    def _number(self, value: Any, default: int) -> int:
        if isinstance(value, IntValueNode):
            return int(value.value)
        if isinstance(value, VariableNode):
            found = self._variables.get(value.name.value, default)
            return found if isinstance(found, int) else default
        return default
