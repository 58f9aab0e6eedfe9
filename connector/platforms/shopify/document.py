"""The questions Regie asks Shopify: one file per question, read once and understood."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType, VariableNode, parse
from graphql.language import FieldNode
from msgspec import Struct

from connector.model.errors import InvalidInput

_NAME = re.compile(r"[a-z0-9_]+")


class BadDocument(InvalidInput):
    """A document is missing, cannot be parsed, or is called without what it needs: our fault."""

    code = "bad_document"


class Document(Struct, frozen=True):
    """A parsed operation; `key_variable` is the variable that `@idempotent(key:)` reads."""

    name: str
    text: str
    is_mutation: bool
    key_variable: str | None

    def keyed(self, variables: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        """Return the variables with the idempotency key in its place, or raise BadDocument.

        A keyed document without a key is refused here: Shopify would refuse it only at run time.
        """
        values = dict(variables)
        if key is not None and self.key_variable is None:
            raise BadDocument(f"{self.name} takes no idempotency key.", document=self.name)
        if self.key_variable is not None:
            values[self.key_variable] = key or values.get(self.key_variable)
            if not values[self.key_variable]:
                raise BadDocument(f"{self.name} needs an idempotency key.", document=self.name)
        return values


@lru_cache(maxsize=256)
def document(name_or_text: str) -> Document:
    """Return the operation of `operations/NAME.graphql`, or the given text, parsed."""
    is_name = _NAME.fullmatch(name_or_text) is not None
    text = _load(name_or_text) if is_name else name_or_text
    operation = _only_operation(text)
    name = name_or_text if is_name else (operation.name.value if operation.name else "unnamed")
    return Document(
        name=name,
        text=text,
        is_mutation=operation.operation is OperationType.MUTATION,
        key_variable=_key_variable(operation),
    )


def _load(name: str) -> str:
    file = files(__package__) / "operations" / f"{name}.graphql"
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadDocument(f"There is no operation {name}.", document=name) from None


def _only_operation(text: str) -> OperationDefinitionNode:
    try:
        definitions = parse(text).definitions
    except GraphQLError as error:
        raise BadDocument(f"A document cannot be parsed: {error.message}") from None
    operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1:
        raise BadDocument("A document must hold exactly one operation.")
    return operations[0]


def _key_variable(operation: OperationDefinitionNode) -> str | None:
    for field in operation.selection_set.selections:
        for directive in field.directives if isinstance(field, FieldNode) else ():
            for argument in directive.arguments:
                if directive.name.value == "idempotent" and isinstance(
                    argument.value, VariableNode
                ):
                    return argument.value.name.value
    return None
