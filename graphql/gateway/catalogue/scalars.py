"""Values that GraphQL's own scalars cannot carry."""

from typing import Any

import graphene
from graphql import GraphQLError
from graphql.language import ast

_SAFE = 2**53 - 1


class DateTime(graphene.Scalar):
    """An instant as RFC 3339 text in UTC, such as 2026-11-21T12:00:00Z."""

    @staticmethod
    def serialize(value: Any) -> str:  # type: ignore[override]  # declared as None
        """Pass the stored text on."""
        return str(value)

    @staticmethod
    def parse_value(value: Any) -> str:  # type: ignore[override]  # declared as None
        """Take text; what it means is checked where it is used."""
        if not isinstance(value, str):
            raise GraphQLError("DateTime must be text in RFC 3339 form.")
        return value

    @staticmethod
    def parse_literal(node: ast.ValueNode, _variables: Any = None) -> str:  # type: ignore[override]  # declared as None
        """Take a literal in a query."""
        if not isinstance(node, ast.StringValueNode):
            raise GraphQLError("DateTime must be text in RFC 3339 form.")
        return node.value


class BigInt(graphene.Scalar):
    """A whole number between -(2^53 - 1) and 2^53 - 1, as a JSON number."""

    @staticmethod
    def serialize(value: Any) -> int:  # type: ignore[override]  # declared as None
        """Give the number, or raise where it would lose digits in a JavaScript client."""
        if type(value) is not int or abs(value) > _SAFE:
            raise GraphQLError("BigInt cannot represent this value.")
        return value

    @staticmethod
    def parse_value(value: Any) -> int:  # type: ignore[override]  # declared as None
        """Take a JSON number."""
        return BigInt.serialize(value)

    @staticmethod
    def parse_literal(node: ast.ValueNode, _variables: Any = None) -> int:  # type: ignore[override]  # declared as None
        """Take a literal in a query."""
        if not isinstance(node, ast.IntValueNode):
            raise GraphQLError("BigInt must be a whole number.")
        return BigInt.serialize(int(node.value))
