"""Leaf values: which stored values a scalar or an enumeration shows as they are."""

from collections.abc import Mapping
from enum import Enum

from graphql import GraphQLEnumType, GraphQLError, GraphQLNamedType
from msgspec import Struct


class LeafType(Struct, frozen=True):
    """A scalar that shows values of one Python type unchanged, an int within its bounds."""

    kind: type
    least: int | None = None
    most: int | None = None


BUILT_IN: Mapping[str, LeafType] = {
    "String": LeafType(str),
    "ID": LeafType(str),
    "Boolean": LeafType(bool),
    "Float": LeafType(float),
    "Int": LeafType(int, -(2**31), 2**31 - 1),
}


class Words(Struct, frozen=True):
    """An enumeration: the name that is shown for each stored text."""

    names: Mapping[str, str]

    @property
    def unchanged(self) -> bool:
        """Whether every text is shown as it is stored."""
        return all(text == name for text, name in self.names.items())


Leaf = LeafType | Words | None
"""None is a scalar that only its own `serialize` knows."""


def leaf_of(kind: GraphQLNamedType, hints: Mapping[str, LeafType]) -> Leaf:
    """Return how to check a leaf type."""
    if isinstance(kind, GraphQLEnumType):
        return Words(_names(kind))
    return hints.get(kind.name) or BUILT_IN.get(kind.name)


def _names(kind: GraphQLEnumType) -> Mapping[str, str]:
    """Ask the enumeration itself about every text that it could take."""
    values = [value.value for value in kind.values.values()]
    texts = [it.value if isinstance(it, Enum) else it for it in values]
    found = {}
    for text in [*kind.values, *(it for it in texts if isinstance(it, str))]:
        plain = str(text)
        try:
            found[plain] = kind.serialize(plain)
        except GraphQLError:
            continue
    return found


def leaf_condition(leaf: LeafType, variable: str, kind: str) -> str:
    """Return the Python expression that a good value satisfies."""
    condition = f"{variable}.__class__ is {kind}"
    if leaf.least is not None:
        condition += f" and {variable} >= {int(leaf.least)}"
    if leaf.most is not None:
        condition += f" and {variable} <= {int(leaf.most)}"
    return condition
