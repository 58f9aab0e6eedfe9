"""What all parts of one plan have in common."""

from collections.abc import Callable, Mapping

from graphql import GraphQLNamedType, GraphQLSchema
from msgspec import Struct

from gateway.compiler.leaves import Leaf, LeafType, leaf_of


class Settings(Struct, frozen=True, eq=False):
    """The schema, the types that roots return as entities, hints on scalars, allowed layers.

    `pause` is called every now and then while something is compiled.
    """

    schema: GraphQLSchema
    entities: frozenset[str]
    leaf_types: Mapping[str, LeafType]
    structs: bool = True
    pause: Callable[[], None] = lambda: None

    def leaf(self, kind: GraphQLNamedType) -> Leaf:
        """Return how to check a leaf type."""
        return leaf_of(kind, self.leaf_types)
