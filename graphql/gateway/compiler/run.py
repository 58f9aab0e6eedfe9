"""One run of a plan: all that belongs to a request, so that plans hold nothing of it."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLSchema

from gateway.compiler.fragments import FragmentCache


class Info:
    """What a resolver is told: the part of GraphQLResolveInfo that needs no syntax tree."""

    __slots__ = ("context", "field_name", "schema", "variable_values")

    def __init__(
        self,
        field_name: str,
        context: Any,
        variable_values: Mapping[str, Any],
        schema: GraphQLSchema,
    ) -> None:
        self.field_name = field_name
        self.context = context
        self.variable_values = variable_values
        self.schema = schema


class Run:
    """Coerced arguments by slot, what was looked up, and whom resolvers answer to."""

    __slots__ = ("arguments", "context", "fragments", "memos", "schema", "variables")

    def __init__(
        self,
        arguments: tuple[Mapping[str, Any], ...],
        context: Any,
        variables: Mapping[str, Any],
        fragments: FragmentCache | None,
        schema: GraphQLSchema,
    ) -> None:
        self.arguments = arguments
        self.context = context
        self.variables = variables
        self.fragments = fragments
        self.schema = schema
        self.memos: dict[object, dict[Any, Any]] = {}

    def info(self, field_name: str) -> Info:
        """Return what the resolver of a field is told."""
        return Info(field_name, self.context, self.variables, self.schema)

    def memo(self, owner: object) -> dict[Any, Any]:
        """Return what one place of the plan keeps for the length of the run."""
        return self.memos.setdefault(owner, {})


class Lookup:
    """Finds and projects what the context's mapping holds; each value once per run."""

    def __init__(
        self,
        attribute: str,
        project: Callable[[Any, Run], Any],
        finish: Callable[[Any], Any],
    ) -> None:
        self._attribute = attribute
        self._project = project
        self._finish = finish

    def __call__(self, key: Any, run: Run) -> Any:
        """Return the finished value, or None where there is none."""
        found = getattr(run.context, self._attribute).get(key)
        return None if found is None else self._finish(self._project(found, run))
