"""Random operations over any schema: aliases, fragments, conditions, variables, defaults."""

import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_leaf_type,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

TEXTS = ("a", "b", 'q"uote', "é", "place-1", "place-2", '"media":[{')
WORDS: Mapping[str, tuple[Any, ...]] = {
    "Int": (-1, 0, 1, 2, 3),
    "BigInt": (0, 1, 7),
    "Float": (0.5, 2.0, 3),
    "Boolean": (True, False),
    "String": TEXTS,
    "ID": TEXTS,
    "DateTime": ("2026-11-21T12:00:00Z",),
    "Json": ("a", "b"),
}


class Operation(NamedTuple):
    """A valid operation with good variables, as given and as coerced."""

    text: str
    document: DocumentNode
    node: OperationDefinitionNode
    given: dict[str, Any]
    coerced: dict[str, Any]


def operation(schema: GraphQLSchema, dice: random.Random) -> Operation:
    """Return a random operation that is valid."""
    while True:
        text, given = Writing(schema, dice).written()
        document = parse(text)
        if validate(schema, document):
            continue
        node = get_operation_ast(document)
        assert node
        coerced = get_variable_values(schema, node.variable_definitions, given)
        if isinstance(coerced, dict):
            return Operation(text, document, node, given, coerced)


class Writing:
    """One operation being written."""

    def __init__(self, schema: GraphQLSchema, dice: random.Random) -> None:
        self._schema = schema
        self._dice = dice
        self._variables: dict[str, str] = {}
        self._given: dict[str, Any] = {}
        self._fragments: dict[str, tuple[str, str]] = {}
        self._aliases = dice.random() < 0.6
        self._conditions = dice.random() < 0.5

    def written(self) -> tuple[str, dict[str, Any]]:
        """Return the text and the variables."""
        body = self._selection(self._schema.query_type, self._dice.choice((3, 4, 4)), few=True)
        head = ", ".join(f"${name}: {kind}" for name, kind in self._variables.items())
        fragments = " ".join(
            f"fragment {name} on {on} {inner}" for name, (on, inner) in self._fragments.items()
        )
        return f"query Q{f'({head})' if head else ''} {body} {fragments}", self._given

    def _chance(self, share: float) -> bool:
        return self._dice.random() < share

    def _selection(self, kind: Any, depth: int, *, few: bool = False) -> str:
        pieces = [self._piece(kind, depth) for _ in range(self._dice.randint(1, 2 if few else 6))]
        found = [it for it in pieces if it] or ["__typename"]
        return "{" + " ".join(found) + "}"

    def _piece(self, kind: Any, depth: int) -> str:
        if depth > 0 and self._chance(0.12):
            return self._inline(kind, depth - 1)
        if depth > 0 and self._chance(0.1):
            return self._spread(kind, depth - 1)
        fields = getattr(kind, "fields", {})
        if not fields or self._chance(0.06):
            return "" if kind is self._schema.query_type else f"{self._alias()}__typename"
        return self._field(*self._dice.choice(list(fields.items())), depth)

    def _field(self, name: str, field: Any, depth: int) -> str:
        inner: Any = get_named_type(field.type)
        selection = ""
        if not is_leaf_type(inner):
            if depth <= 0:
                return ""
            selection = self._selection(inner, depth - 1)
        arguments = [
            f"{key}: {value}"
            for key, it in field.args.items()
            if (value := self._argument(it)) is not None
        ]
        given = f"({', '.join(arguments)})" if arguments else ""
        alias = (
            f"x{self._dice.randrange(10**6)}: " if arguments and self._aliases else self._alias()
        )
        return f"{alias}{name}{given}{self._condition()}{selection}"

    def _alias(self) -> str:
        return f"x{self._dice.randrange(10**6)}: " if self._aliases and self._chance(0.2) else ""

    def _inline(self, kind: Any, depth: int) -> str:
        on = self._narrower(kind)
        condition = f" on {on.name}" if on is not kind or self._chance(0.5) else ""
        return f"...{condition}{self._condition()}{self._selection(on, depth)}"

    def _spread(self, kind: Any, depth: int) -> str:
        on = self._narrower(kind)
        known = [name for name, (it, _) in self._fragments.items() if it == on.name]
        if known and self._chance(0.5):
            name = self._dice.choice(known)
        else:
            inner = self._selection(on, depth)
            name = f"F{len(self._fragments)}"
            self._fragments[name] = (on.name, inner)
        return f"...{name}{self._condition()}"

    def _narrower(self, kind: Any) -> Any:
        if is_abstract_type(kind) and self._chance(0.7):
            return self._dice.choice(self._schema.get_possible_types(kind))
        return kind

    def _condition(self) -> str:
        if not self._conditions or self._chance(0.8):
            return ""
        name = self._dice.choice(("skip", "include"))
        if self._chance(0.2):
            return f" @{name}(if: {self._dice.choice(('true', 'false'))})"
        variable = f"b{self._dice.randrange(3)}"
        self._variables[variable] = "Boolean!"
        self._given[variable] = self._given.get(variable, self._chance(0.5))
        return f" @{name}(if: ${variable})"

    def _argument(self, argument: GraphQLArgument) -> str | None:
        optional = (
            not isinstance(argument.type, GraphQLNonNull) or argument.default_value is not Undefined
        )
        if optional and self._chance(0.4):
            return None
        if self._chance(0.4):
            return self._variable(argument)
        return self._literal(self._value(argument.type), argument.type)

    def _variable(self, argument: GraphQLArgument) -> str:
        name = f"v{len(self._variables)}"
        kind = argument.type
        default = ""
        if not isinstance(kind, GraphQLNonNull) and self._chance(0.2):
            default = f" = {self._literal(self._value(kind), kind)}"
        self._variables[name] = f"{kind}{default}"
        if isinstance(kind, GraphQLNonNull) or self._chance(0.8):
            self._given[name] = self._value(kind)
        return f"${name}"

    def _value(self, kind: Any) -> Any:
        """Return a value as JSON holds it."""
        if isinstance(kind, GraphQLNonNull):
            return self._some(kind.of_type)
        return None if self._chance(0.15) else self._some(kind)

    def _some(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLList):
            return [self._value(kind.of_type) for _ in range(self._dice.randint(0, 2))]
        if isinstance(kind, GraphQLInputObjectType):
            return {
                name: self._value(field.type)
                for name, field in kind.fields.items()
                if isinstance(field.type, GraphQLNonNull) or self._chance(0.4)
            }
        if isinstance(kind, GraphQLEnumType):
            return self._dice.choice(list(kind.values))
        return self._dice.choice(WORDS[kind.name])

    def _literal(self, value: Any, kind: Any) -> str:
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is None:
            return "null"
        if isinstance(inner, GraphQLList):
            return "[" + ", ".join(self._literal(it, inner.of_type) for it in value) + "]"
        if isinstance(inner, GraphQLInputObjectType):
            return (
                "{"
                + ", ".join(
                    f"{name}: {self._literal(it, inner.fields[name].type)}"
                    for name, it in value.items()
                )
                + "}"
            )
        if isinstance(inner, GraphQLEnumType):
            return str(value)
        return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace('"', '\\"') + '"'
    return repr(value)
