"""What a query may ask: one rule, kept before anything is executed."""

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from gateway.desk.scale import Scale
from gateway.errors import QueryTooCostly, QueryTooLarge
from gateway.weight import Weight

TOKENS = 1000
CHARACTERS = 15_000

# One query of 100 products with variants, prices and stock in every store fits well, and so do
# the introspection queries of graphql-core and of GraphiQL.
MOST = Weight(cost=10_000, introspection=50_000, depth=12, aliases=15, directives=50)


def check(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    most: Weight = MOST,
) -> Weight:
    """Weigh an operation of a valid document; raise QueryTooLarge, QueryTooCostly or BadPage."""
    weight = Scale(schema, document, variables).weigh(operation)
    for name in ("depth", "aliases", "directives"):
        found, limit = getattr(weight, name), getattr(most, name)
        if found > limit:
            raise QueryTooLarge(f"The query has {name} {found}, at most {limit}.", limit=limit)
    for name in ("cost", "introspection"):
        found, limit = getattr(weight, name), getattr(most, name)
        if found > limit:
            message = f"The query has {name} {_shown(found)}, at most {limit}."
            raise QueryTooCostly(message, cost=min(found, _LARGEST), limit=limit)
    return weight


_LARGEST = 2**53 - 1


def _shown(number: int) -> str:
    """Show a number; a fragment bomb's has thousands of digits."""
    return str(number) if number <= _LARGEST else "beyond counting"
