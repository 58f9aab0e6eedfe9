"""The Admin API's own schema and access rules, read once and kept."""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    build_client_schema,
)
from msgspec import Struct

FOLDER: Final = Path(__file__).parents[2] / "schema"
RELEASE: Final = "2026-10"
VERSIONS: Final = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")

FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "DateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "Date": re.compile(r"\d{4}-\d\d-\d\d"),
    "Decimal": re.compile(r"-?\d+(\.\d+)?"),
    "Money": re.compile(r"-?\d+(\.\d+)?"),
    "UnsignedInt64": re.compile(r"\d+"),
    "URL": re.compile(r"[a-z][a-z0-9+.-]*://\S+"),
    "UtcOffset": re.compile(r"[+-]\d\d:?\d\d"),
    "HTML": re.compile(r"(?s).*"),
    "FormattedString": re.compile(r"(?s).*"),
}
GID: Final = re.compile(r"gid://[A-Za-z][\w-]*/[A-Za-z]\w*/[^\s/]+")


class Access(Struct, frozen=True):
    """Who may read and write what, as the shop publishes it."""

    scopes: Mapping[str, tuple[str, ...]]
    protected: Mapping[tuple[str, str], str]
    idempotent: frozenset[str]
    topics: Mapping[str, str]
    topic_scopes: Mapping[str, tuple[str, ...]]


def _checked(name: str, form: re.Pattern[str]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise GraphQLError(f"{value!r} could not come from a shop as {name}")
        return value

    return check


def _harden(schema: GraphQLSchema) -> None:
    """Make the shop's own scalars refuse what a real shop would never send."""
    for name, form in FORMS.items():
        scalar = schema.type_map[name]
        if isinstance(scalar, GraphQLScalarType):
            scalar.serialize = _checked(name, form)  # type: ignore[assignment, method-assign]  # so graphql-core does


def _loosen_root(schema: GraphQLSchema) -> None:
    """Let one refused root field be null beside its error, as the shop answers."""
    if schema.query_type:
        for field in schema.query_type.fields.values():
            if isinstance(field.type, GraphQLNonNull):
                field.type = field.type.of_type


@cache
def admin_schema() -> GraphQLSchema:
    """Return the Admin schema; the first call takes seconds, the next none."""
    with gzip.open(FOLDER / f"admin_{RELEASE}.slim.json.gz") as file:
        introspection = json.load(file)["data"]
    schema = build_client_schema(introspection, assume_valid=True)
    _harden(schema)
    _loosen_root(schema)
    return schema


@cache
def access() -> Access:
    """Return the access rules that belong to the schema."""
    rules = json.loads((FOLDER / f"admin_{RELEASE}.access.json").read_text("utf-8"))
    topics = rules["webhook_topics"]
    return Access(
        scopes={name: tuple(scopes) for name, scopes in rules["scopes"].items()},
        protected={(kind, field): data for kind, field, data in rules["protected_fields"]},
        idempotent=frozenset(rules["idempotent_required"]),
        topics={name: topic["topic"] for name, topic in topics.items()},
        topic_scopes={name: tuple(topic["any_of_scopes"]) for name, topic in topics.items()},
    )
