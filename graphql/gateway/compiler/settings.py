"""What all parts of one plan have in common."""

from collections.abc import Mapping

from graphql import GraphQLNamedType, GraphQLSchema
from msgspec import Struct

from gateway.compiler.leaves import Leaf, LeafType, leaf_of


class Settings(Struct, frozen=True, eq=False):
    """The schema, the types that roots return as entities, hints on scalars, allowed layers."""

    schema: GraphQLSchema
    entities: frozenset[str]
    leaf_types: Mapping[str, LeafType]
    structs: bool = True

    def leaf(self, kind: GraphQLNamedType) -> Leaf:
        """Return how to check a leaf type."""
        return leaf_of(kind, self.leaf_types)
