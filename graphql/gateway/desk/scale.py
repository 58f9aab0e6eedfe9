"""The scale that weighs a query: fragments once, lists by their page size or assumed length."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
)
from graphql.execution.values import get_argument_values, get_directive_values
from graphql.utilities.type_info import get_field_def
from msgspec import structs

from gateway.errors import BadPage
from gateway.weight import Weight

PAGE = 100

# Typical lengths of the lists that have no page size; `nodes` and `edges` lie in a list with one.
_ASSUMED = {
    "nodes": 1,
    "edges": 1,
    "variants": 5,
    "offers": 1,
    "inventory": 3,
    "media": 5,
    "attributes": 5,
    "categories": 3,
    "stores": 10,
    "shops": 3,
}
_ASSUMED_OF_SCHEMA = {
    "types": 70,
    "fields": 10,
    "args": 2,
    "inputFields": 5,
    "enumValues": 8,
    "directives": 6,
    "interfaces": 1,
    "possibleTypes": 1,
}
_OTHER = 2
_ONCE = {"facets": 500}
"""What a field costs whatever is asked inside: a thousand products are looked through."""


class Scale:
    """Weighs one request; each fragment is weighed once, so that none can explode."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._variables = dict(variables)
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._weighed: dict[str, Weight] = {}

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """Return the weight of an operation; raise for arguments that no execution would take."""
        root = self._schema.get_root_type(operation.operation)
        own = Weight(directives=len(operation.directives))
        found = own + self._selection(operation.selection_set, root)
        return structs.replace(found, cost=found.cost + found.once, once=0)

    def _selection(self, selection: SelectionSetNode, parent: Any) -> Weight:
        total = Weight()
        for node in selection.selections:
            total += Weight(directives=len(node.directives))
            self._check_directives(node)
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                total += self._inline(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._spread(node)
        return total

    def _check_directives(self, node: Any) -> None:
        """Read their arguments as the execution will, so that it cannot stumble over them."""
        for directive in (GraphQLSkipDirective, GraphQLIncludeDirective):
            get_directive_values(directive, node, self._variables)

    def _field(self, node: FieldNode, parent: GraphQLObjectType) -> Weight:
        field = get_field_def(self._schema, parent, node)
        if field is None:
            raise LookupError(node.name.value)  # the document was not validated
        arguments = get_argument_values(field, node, self._variables)
        own = Weight(aliases=int(node.alias is not None))
        times = _times(node.name.value, field, arguments)
        if not node.selection_set:
            return own + Weight(depth=int(not is_introspection_type(parent)))
        inner_type: Any = get_named_type(field.type)
        inner = self._selection(node.selection_set, inner_type)
        if is_introspection_type(inner_type):
            return own + inner.inside_the_schema(times)
        return own + inner.inside(times) + Weight(once=_ONCE.get(node.name.value, 0))

    def _inline(self, node: InlineFragmentNode, parent: Any) -> Weight:
        condition = node.type_condition
        inner = self._schema.get_type(condition.name.value) if condition else parent
        return self._selection(node.selection_set, inner)

    def _spread(self, node: FragmentSpreadNode) -> Weight:
        name = node.name.value
        if name not in self._weighed:
            fragment = self._fragments[name]
            inner = self._schema.get_type(fragment.type_condition.name.value)
            own = Weight(directives=len(fragment.directives))
            self._weighed[name] = own + self._selection(fragment.selection_set, inner)
        return self._weighed[name]


def _times(name: str, field: GraphQLField, arguments: Mapping[str, Any]) -> int:
    """Return how often the field's content may be read."""
    first = arguments.get("first")
    if first is not None:
        return _page_size(name, first)
    kind: Any = field.type
    if not isinstance(get_nullable_type(kind), GraphQLList):
        return 1
    of_schema = is_introspection_type(get_named_type(kind))
    return (_ASSUMED_OF_SCHEMA if of_schema else _ASSUMED).get(name, _OTHER)


def _page_size(name: str, first: int) -> int:
    if not 1 <= first <= PAGE:
        raise BadPage(f"`first` of `{name}` is {first}.", field="first", most=PAGE)
    return first
