"""How the value of a field is come by: from a key, an attribute, or a resolver."""

from functools import partial
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import GraphQLField

from gateway.compiler.marks import reads


def reads_key(name: str, definition: GraphQLField) -> bool:
    """Tell whether a field of a JSON object shows what is stored under its own name."""
    resolver = definition.resolve
    return resolver is None or reads(resolver) or attribute_of(resolver) == name


def attribute_of(resolver: Any) -> str | None:
    """Return which key or attribute Graphene's own default resolver takes."""
    if isinstance(resolver, partial) and resolver.func is dict_or_attr_resolver:
        name: str = resolver.args[0]
        return name
    return None
