"""Generated Python that checks values as graphql-core completes them; what is odd is Bad."""

from abc import ABC, abstractmethod
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.execute import default_type_resolver

from gateway.compiler.collect import TYPENAME, Field, Selection
from gateway.compiler.errors import Deoptimise
from gateway.compiler.leaves import LeafType, Words, leaf_condition
from gateway.compiler.settings import Settings
from gateway.compiler.source import Source


class Projection(ABC):
    """Writes the source of one function; subclasses know how fields are read."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.source = Source()

    def written(self, selection: Selection, variable: str = "o") -> str:
        """Write the reading of all fields and return the display of the result."""
        values = [
            (field.key, self._value(selection, field, variable)) for field in selection.fields
        ]
        return "{" + ", ".join(f"{key!r}: {value}" for key, value in values) + "}"

    @abstractmethod
    def read(self, selection: Selection, field: Field, variable: str) -> str:
        """Write the reading of a field and return the name of its value."""

    @abstractmethod
    def guard(self, variable: str, selection: Selection) -> None:
        """Write the check that a value can be an object at all."""

    @abstractmethod
    def listed(self, variable: str) -> None:
        """Write the check that a value is a list."""

    def object(self, selection: Selection, variable: str) -> str:
        """Write an object and return its result."""
        return self.written(selection, variable)

    def info(self, field: Field) -> str:
        """Return the name of what a field's resolver is told."""
        return self.source.once("I", field.number, f"run.info({field.name!r})")

    def called(self, field: Field, variable: str) -> str:
        """Write the call of a field's resolver and return the name of its value."""
        if field.definition is None:
            raise LookupError(field.name)
        resolver = self.source.bind(field.definition.resolve)
        arguments = "" if field.slot is None else f", **A[{field.slot}]"
        return self.source.assign(f"{resolver}({variable}, {self.info(field)}{arguments})")

    def completed(self, kind: GraphQLOutputType, variable: str, field: Field) -> str:
        """Write the completion of a value that may be null where the type lets it."""
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, variable, field)
        with self.source.block(f"if {variable} is not None:"):
            found = self._present(kind, variable, field)
            self.source.line(f"{variable} = {found}" if found != variable else "pass")
        return variable

    def _value(self, selection: Selection, field: Field, variable: str) -> str:
        if field.name == TYPENAME:
            return repr(selection.type.name)
        return self.completed(field.type, self.read(selection, field, variable), field)

    def _present(self, kind: Any, variable: str, field: Field) -> str:
        """Write the completion of a value that must not be null."""
        if isinstance(kind, GraphQLList):
            return self._list(kind.of_type, variable, field)
        if is_leaf_type(kind):
            return self._leaf(kind, variable)
        if is_abstract_type(kind):
            return self._abstract(kind, variable, field)
        return self._concrete(field.inner[kind.name], variable, field)

    def _concrete(self, selection: Selection, variable: str, field: Field) -> str:
        self.guard(variable, selection)
        if selection.type.is_type_of:
            judge = self.source.bind(selection.type.is_type_of)
            self._require(f"{judge}({variable}, {self.info(field)}) is True")
        return self.object(selection, variable)

    def _abstract(self, kind: Any, variable: str, field: Field) -> str:
        self._require(f"{variable} is not None and not isinstance({variable}, Exception)")
        resolver = self.source.bind(kind.resolve_type or default_type_resolver)
        called = f"{resolver}({variable}, {self.info(field)}, {self.source.bind(kind)})"
        name, result = self.source.assign(called), self.source.fresh()
        self.source.line("if 0: pass")
        for type_name, selection in field.inner.items():
            with self.source.block(f"elif {name} == {type_name!r}:"):
                self.source.line(f"{result} = {self._concrete(selection, variable, field)}")
        self.source.line("else: raise Bad")
        return result

    def _list(self, kind: GraphQLOutputType, variable: str, field: Field) -> str:
        self.listed(variable)
        item, result = self.source.fresh("i"), self.source.fresh("r")
        if self._unchanged(kind):
            with self.source.block(f"for {item} in {variable}:"):
                self.completed(kind, item, field)
            return variable
        self.source.line(f"{result} = []")
        with self.source.block(f"for {item} in {variable}:"):
            self.source.line(f"{result}.append({self.completed(kind, item, field)})")
        return result

    def _unchanged(self, kind: GraphQLOutputType) -> bool:
        """Tell whether good values of a type are shown as they are."""
        while isinstance(kind, GraphQLNonNull | GraphQLList):
            kind = kind.of_type
        leaf = self.settings.leaf(get_named_type(kind)) if is_leaf_type(kind) else None
        return isinstance(leaf, LeafType) and leaf.kind is not float

    def _leaf(self, kind: Any, variable: str) -> str:
        leaf = self.settings.leaf(kind)
        if isinstance(leaf, Words):
            self._word(leaf, kind, variable)
        elif leaf is None:
            self._serialised(kind, variable)
        elif leaf.kind is float:
            self.source.environment["FLOAT"] = _float
            self.source.line(
                f"if {variable}.__class__ is not float: {variable} = FLOAT({variable})"
            )
            self._require(f"{variable} - {variable} == 0.0")
        else:
            self._require(leaf_condition(leaf, variable, self.source.bind(leaf.kind)))
        return variable

    def _word(self, words: Words, kind: Any, variable: str) -> None:
        names, serialize = self.source.bind(dict(words.names)), self.source.bind(kind.serialize)
        self._require(f"{variable} is not None")
        self.source.line(
            f"{variable} = {names}[{variable}] if {variable}.__class__ is str"
            f" else {serialize}({variable})"
        )

    def _serialised(self, kind: Any, variable: str) -> None:
        self.source.environment["Undefined"] = Undefined
        self._require(f"{variable} is not None and not isinstance({variable}, Exception)")
        self.source.line(f"{variable} = {self.source.bind(kind.serialize)}({variable})")
        self._require(f"{variable} is not None and {variable} is not Undefined")

    def _require(self, condition: str) -> None:
        self.source.line(f"if not ({condition}): raise Bad")


def _float(value: Any) -> float:
    """Return a whole number as graphql-core shows it where a fraction may stand."""
    if value.__class__ is not int:
        raise Deoptimise
    return float(value)
