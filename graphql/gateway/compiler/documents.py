"""Generated Python on the decoded document of an entity, its veil compiled in."""

from collections.abc import Callable
from typing import Any

import orjson
from graphql import get_named_type

from gateway.compiler.collect import Field, Selection
from gateway.compiler.errors import NotCovered
from gateway.compiler.marks import LookedUp, Matching, Sliced, mark_of
from gateway.compiler.objects import EntityPlans, ObjectProjection
from gateway.compiler.projection import Projection
from gateway.compiler.reading import reads_key
from gateway.compiler.run import Lookup
from gateway.compiler.settings import Settings
from gateway.compiler.veil import CLEAR, Veil


class CannotSpecialise(Exception):
    """The veil must be applied to the document, for somebody wants to see it veiled."""


class DocumentProjection(Projection):
    """Reads keys of JSON objects; does what marked resolvers do; calls the others."""

    def __init__(
        self,
        settings: Settings,
        entities: EntityPlans,
        veil: Veil = CLEAR,
        applied: Veil = CLEAR,
    ) -> None:
        super().__init__(settings)
        self._entities = entities
        self._veil = veil
        self._without = veil.withheld | applied.withheld

    def compiled(self, selection: Selection) -> Callable[[Any, Any], Any]:
        """Return the function that projects a document."""
        self.guard("o", selection)
        self.source.line(f"return {self.written(selection)}")
        return self.source.function()

    def completed(self, kind: Any, variable: str, field: Field) -> str:
        """Leave what a lookup found as it is: that is finished already."""
        if _looks_up(field):
            self.source.line(f"if {variable} is None: raise Bad" if _required(kind) else "pass")
            return variable
        return super().completed(kind, variable, field)

    def read(self, selection: Selection, field: Field, variable: str) -> str:
        """Read a key, do what a mark says, or call the resolver."""
        if field.definition is None:
            raise NotCovered("a type's name is not read")
        if reads_key(field.name, field.definition):
            return self._key(selection, field.name, variable)
        mark = mark_of(field.definition.resolve)
        if isinstance(mark, Sliced):
            return self._sliced(selection, field, mark, variable)
        if isinstance(mark, Matching):
            return self._matching(selection, field, mark, variable)
        if isinstance(mark, LookedUp):
            return self._looked_up(selection, field, mark, variable)
        if self._veil is not CLEAR:
            raise CannotSpecialise
        return self.called(field, variable)

    def guard(self, variable: str, selection: Selection) -> None:  # noqa: ARG002 - as declared
        """Take JSON objects only."""
        self.source.line(f"if {variable}.__class__ is not dict: raise Bad")

    def listed(self, variable: str) -> None:
        """Take JSON lists only."""
        self.source.line(f"if {variable}.__class__ is not list: raise Bad")

    def _abstract(self, kind: Any, variable: str, field: Field) -> str:
        if self._veil is not CLEAR:
            raise CannotSpecialise
        return super()._abstract(kind, variable, field)

    def _concrete(self, selection: Selection, variable: str, field: Field) -> str:
        if self._veil is not CLEAR and selection.type.is_type_of:
            raise CannotSpecialise
        return super()._concrete(selection, variable, field)

    def _key(self, selection: Selection, key: str, variable: str) -> str:
        coordinate = f"{selection.type.name}.{key}"
        if coordinate in self._veil.withheld:
            return self.source.assign("None")
        value = self.source.assign(f"{variable}[{key!r}]")
        if coordinate in self._veil.changed:
            change = self.source.bind(self._veil.changed[coordinate])
            self.source.line(f"if {value} is not None: {value} = {change}({value}, {variable})")
        return value

    def _argument(self, field: Field, name: str) -> str:
        return self.source.once(
            f"a{field.number}_", field.slot or 0, f"A[{field.slot}].get({self.source.bind(name)})"
        )

    def _sliced(self, selection: Selection, field: Field, mark: Sliced, variable: str) -> str:
        value = self._key(selection, mark.key, variable)
        first = self._argument(field, mark.argument)
        with self.source.block(f"if {first} is not None and {value} is not None:"):
            self.listed(value)
            self.source.line(f"{value} = {value}[:{first}]")
        return value

    def _matching(self, selection: Selection, field: Field, mark: Matching, variable: str) -> str:
        inside = get_named_type(field.type).name
        if self._veil.touches(f"{inside}.{mark.field}"):
            raise CannotSpecialise
        value = self._key(selection, mark.key, variable)
        wanted = self._argument(field, mark.argument)
        item = self.source.fresh("i")
        with self.source.block(f"if {wanted} is not None and {value} is not None:"):
            self.listed(value)
            condition = f"{item}[{mark.field!r}] == {wanted}"
            self.source.line(f"{value} = [{item} for {item} in {value} if {condition}]")
        return value

    def _looked_up(self, selection: Selection, field: Field, mark: LookedUp, variable: str) -> str:
        if f"{selection.type.name}.{field.name}" in self._without:
            return self.source.assign("None")
        lookup = lookup_of(self.settings, self._entities, field, mark, finished_fragment)
        name = self.source.bind(lookup)
        memo = self.source.once("m", field.number, f"run.memo({name})")
        key = self._key(selection, mark.key, variable)
        value = self.source.assign(f"{memo}.get({key})")
        self.source.line(f"if {value} is None: {value} = {memo}[{key}] = {name}({key}, run)")
        return value


def lookup_of(
    settings: Settings,
    entities: EntityPlans,
    field: Field,
    mark: LookedUp,
    finish: Callable[[Any], Any],
) -> Lookup:
    """Return what finds and projects the one object that a marked field shows."""
    inner = list(field.inner.values())
    if len(inner) != 1 or not _single(field) or inner[0].type.is_type_of:
        raise NotCovered("a lookup of anything but one object of a concrete type")
    if inner[0].type.name in settings.entities:
        raise NotCovered("a lookup of an entity")
    project = ObjectProjection(settings, entities).compiled(inner[0], guarded=True)
    return Lookup(mark.attribute, project, finish)


def finished_fragment(value: Any) -> orjson.Fragment:
    """Return a projected object as what orjson copies."""
    return orjson.Fragment(orjson.dumps(value))


def _looks_up(field: Field) -> bool:
    return field.definition is not None and isinstance(mark_of(field.definition.resolve), LookedUp)


def _single(field: Field) -> bool:
    kind = field.type
    return get_named_type(kind) is getattr(kind, "of_type", kind)


def _required(kind: Any) -> bool:
    return get_named_type(kind) is not kind
