"""A write repeated under the same key is done once."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from graphql import FieldNode, GraphQLSchema, get_directive_values
from msgspec import Struct

from regie.demo.shopify.query.answers import problem, user_error
from regie.demo.shopify.query.schema import access
from regie.demo.shopify.store import Row


class Attempt(Struct, frozen=True):
    """What one key was used for, and what came of it; no answer means it broke."""

    parameters: bytes
    answer: Row | None


def key_of(schema: GraphQLSchema, node: FieldNode, variables: Mapping[str, Any]) -> str | None:
    """Return the key a field carries, if any."""
    directive = schema.get_directive("idempotent")
    values = get_directive_values(directive, node, dict(variables)) if directive else None
    return str(values["key"]) if values else None


def require_key(name: str, key: str | None) -> None:
    """Refuse those writes that the shop never does without a key."""
    if name in access().idempotent and not key:
        raise problem(
            "The @idempotent directive is required for this mutation but was not provided.",
            "BAD_REQUEST",
        )


class Attempts:
    """Every key this app has used in this shop."""

    def __init__(self) -> None:
        self._kept: dict[str, Attempt] = {}

    def once(
        self, key: str | None, name: str, arguments: Mapping[str, Any], act: Callable[[], Row]
    ) -> Row:
        """Act, or answer as the first time."""
        if key is None:
            return act()
        parameters = _parameters(name, arguments)
        before = self._kept.get(key)
        if before is not None:
            return _again(before, parameters)
        self._kept[key] = Attempt(parameters, None)
        answer = act()
        self._kept[key] = Attempt(parameters, answer)
        return answer

    def break_off(self, key: str | None, name: str, arguments: Mapping[str, Any]) -> None:
        """Remember an attempt that the shop itself broke off."""
        if key is not None:
            self._kept.setdefault(key, Attempt(_parameters(name, arguments), None))


def _parameters(name: str, arguments: Mapping[str, Any]) -> bytes:
    return orjson.dumps([name, arguments], option=orjson.OPT_SORT_KEYS)


def _again(before: Attempt, parameters: bytes) -> Row:
    if before.parameters != parameters:
        return failed(
            "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
            "The same idempotency key cannot be used with different operation parameters.",
        )
    if before.answer is None:
        return failed(
            "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
            "The previous attempt with this idempotency key failed.",
        )
    return before.answer


def failed(code: str, message: str, *path: str) -> Row:
    """Return the payload of a write that was refused."""
    return Refusal({"userErrors": [user_error(code, message, *path)]})


class Refusal(dict[str, Any]):
    """A payload of which everything but `userErrors` is null."""

    def __missing__(self, key: str) -> None:
        return None
