"""Generated Python on what resolvers return: mappings and objects outside of entities."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType, is_leaf_type
from graphql.execution.execute import default_field_resolver

from gateway.compiler.collect import Field, Selection
from gateway.compiler.entity import EntityList
from gateway.compiler.errors import NotCovered
from gateway.compiler.marks import reads
from gateway.compiler.projection import Projection
from gateway.compiler.reading import attribute_of
from gateway.compiler.settings import Settings

EntityPlans = Callable[[Selection], Callable[[Any, Any], Any]]
"""Gives the function `(entity, run)` that renders what is selected of an entity."""


class ObjectProjection(Projection):
    """Reads by resolvers; hands entities over to their own plans."""

    def __init__(self, settings: Settings, entities: EntityPlans) -> None:
        super().__init__(settings)
        self._entities = entities

    def compiled(self, selection: Selection, *, guarded: bool = False) -> Callable[[Any, Any], Any]:
        """Return the function that projects an object; a root is not guarded, it may be None."""
        if guarded:
            self.guard("o", selection)
        self.source.line(f"return {self.written(selection)}")
        return self.source.function()

    def read(self, selection: Selection, field: Field, variable: str) -> str:  # noqa: ARG002 - as declared
        """Read a key or an attribute where that is all that the resolver does, else call it."""
        if field.definition is None:
            raise NotCovered("a type's name is not read")
        resolver, name = field.definition.resolve, repr(field.name)
        if reads(resolver):
            return self.source.assign(f"{variable}[{name}]")
        attribute = attribute_of(resolver)
        if attribute is not None:
            return self._attribute(variable, attribute)
        if resolver is None:
            return self._default(field, variable)
        return self.called(field, variable)

    def guard(self, variable: str, selection: Selection) -> None:
        """Refuse nulls and errors; an entity is judged by its own plan."""
        if selection.type.name not in self.settings.entities:
            self.source.line(
                f"if {variable} is None or isinstance({variable}, Exception): raise Bad"
            )

    def listed(self, variable: str) -> None:
        """Take lists and tuples; whatever else can be iterated is graphql-core's."""
        condition = f"{variable}.__class__ is not list and {variable}.__class__ is not tuple"
        self.source.line(f"if {condition}: raise Bad")

    def object(self, selection: Selection, variable: str) -> str:
        """Render an entity by its plan."""
        if selection.type.name in self.settings.entities:
            return f"{self.source.bind(self._entities(selection))}({variable}, run)"
        return super().object(selection, variable)

    def _list(self, kind: GraphQLOutputType, variable: str, field: Field) -> str:
        """Render a list of entities that are all there in one go."""
        inside: Any = kind.of_type if isinstance(kind, GraphQLNonNull) else None
        name = getattr(inside, "name", None)
        if name not in self.settings.entities or getattr(inside, "is_type_of", None):
            return super()._list(kind, variable, field)
        entities = self.source.bind(EntityList)
        with self.source.block(f"if not isinstance({variable}, {entities}):"):
            self.listed(variable)
        plan = self.source.bind(self._entities(field.inner[name]))
        return self.source.assign(f"{plan}.many({variable}, run)")

    def _attribute(self, variable: str, attribute: str) -> str:
        name = self.source.bind(attribute)
        return self.source.assign(
            f"{variable}[{name}] if isinstance({variable}, dict) else getattr({variable}, {name})"
        )

    def _default(self, field: Field, variable: str) -> str:
        resolver = self.source.bind(default_field_resolver)
        arguments = "" if field.slot is None else f", **A[{field.slot}]"
        other = f"{resolver}({variable}, {self.info(field)}{arguments})"
        value = self.source.assign(
            f"{variable}[{field.name!r}] if {variable}.__class__ is dict else {other}"
        )
        if not _shows_leaves(field):
            self.source.line(f"if callable({value}): raise Bad")
        return value


def _shows_leaves(field: Field) -> bool:
    kind: Any = field.type
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return is_leaf_type(inner) or isinstance(inner, GraphQLList)
