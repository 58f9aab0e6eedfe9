"""A query that was read once: parsed, validated, weighed and compiled for all who send it."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.language import Visitor, visit
from graphql.validation import ASTValidationRule

from connector.model.errors import RegieError
from connector.store.bounded import Bounded
from gateway.catalogue.schema import ENTITIES, LEAF_TYPES, schema
from gateway.compiler import NotCovered, Plan, compile_operation, directive_variables
from gateway.desk import limits
from gateway.desk.coercion import Coercion
from gateway.errors import BadRequest, MutationByGet, QueryTooLarge
from gateway.weight import Weight

Pause = Callable[[], None]
_NOT_VERSIONED = frozenset({"merchant"})
"""Tells how fresh the shops are, which changes without a change of the catalogue."""
_MOST_ERRORS = 5
_MOST_WEIGHTS = 64
_MOST_PLANS = 16
_MOST_CHARACTERS = 400_000
"""Of all texts together: what was parsed takes some 150 bytes for each character."""


class Invalid(Exception):
    """A document or its variables do not fit the schema."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors[:_MOST_ERRORS]


class Operation:
    """One operation of a valid document; holds nothing of any request."""

    def __init__(
        self,
        document: DocumentNode,
        node: OperationDefinitionNode,
        digest: str,
        pause: Pause = lambda: None,
    ) -> None:
        self._pause = pause
        self.document = document
        self.node = node
        self.digest = digest
        self.key = (digest, node.name.value if node.name else None)
        self.is_query = node.operation is OperationType.QUERY
        self.has_root = schema().graphql_schema.get_root_type(node.operation) is not None
        self.can_be_kept = self.is_query and not _reads(node, document, _NOT_VERSIONED)
        self._conditions = directive_variables(node, document)
        definitions = node.variable_definitions or ()
        self._coercion = Coercion(schema().graphql_schema, definitions, _MOST_ERRORS)
        self._weights: Bounded[Weight] = Bounded(_MOST_WEIGHTS)
        self._plans: Bounded[Plan | NotCovered] = Bounded(_MOST_PLANS)

    def coerced(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables as the schema reads them, or raise Invalid."""
        found = self._coercion(variables)
        if isinstance(found, list):
            raise Invalid(found)
        return found

    def weigh(self, variables: Mapping[str, Any]) -> Weight:
        """Return what a run weighs, or raise QueryTooLarge, QueryTooCostly, BadPage, GraphQLError.

        Only numbers and conditions among the variables can change it.
        """
        key = tuple((name, _counts(value)) for name, value in variables.items())
        found = self._weights.get(key)
        if found is not None:
            return found
        graphql_schema = schema().graphql_schema
        return self._weights.put(
            key, limits.check(graphql_schema, self.document, self.node, variables)
        )

    def conditions(self, variables: Mapping[str, Any]) -> dict[str, bool]:
        """Return the values of the variables that @skip and @include look at."""
        return {name: bool(variables.get(name)) for name in self._conditions}

    def plan(self, conditions: Mapping[str, bool]) -> Plan | None:
        """Return the compiled operation, None where graphql-core must run it."""
        key = tuple(conditions.items())
        found = self._plans.get(key)
        if found is None:
            found = self._plans.put(key, self._compiled(conditions))
        return None if isinstance(found, NotCovered) else found

    def _compiled(self, conditions: Mapping[str, bool]) -> Plan | NotCovered:
        try:
            return compile_operation(
                schema().graphql_schema,
                self.document,
                self.node,
                conditions,
                ENTITIES,
                leaf_types=LEAF_TYPES,
                pause=self._pause,
            )
        except NotCovered as reason:
            return reason


class Operations:
    """The operations that were sent lately; invalid ones are known again as well.

    `pause` is called every now and then while a new one is read or compiled.
    """

    def __init__(
        self, most_characters: int = _MOST_CHARACTERS, pause: Pause = lambda: None
    ) -> None:
        self._pause = pause
        self._held: Bounded[Operation | Invalid | GraphQLError | RegieError] = Bounded(
            most_characters, _characters
        )

    def __len__(self) -> int:
        return len(self._held)

    def knows(self, text: str, name: str | None) -> bool:
        """Tell whether a query was read before: then it costs next to nothing."""
        return self._held.get((text, name)) is not None

    def get(self, text: str, name: str | None, *, by_get: bool) -> Operation:
        """Return the operation to run; raises Invalid, GraphQLError or an error of ours."""
        if len(text) > limits.CHARACTERS:
            raise QueryTooLarge(
                f"The query has {len(text)} characters, at most {limits.CHARACTERS}.",
                limit=limits.CHARACTERS,
            )
        found = self._held.get((text, name))
        if found is None:
            found = self._held.put((text, name), _read(text, name, self._pause))
        if not isinstance(found, Operation):
            raise found.with_traceback(None)
        if by_get and not found.is_query:
            raise MutationByGet("GET runs queries only.")
        if not found.has_root:
            raise BadRequest(f"There is no {found.node.operation.value} here.", field="query")
        return found


def digest_of(text: str) -> str:
    """Return by what a query is named in grants and in the ledger: SHA-256 of its text, hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(
    text: str, name: str | None, pause: Pause
) -> Operation | Invalid | GraphQLError | RegieError:
    try:
        document = parse(text, max_tokens=limits.TOKENS)
    except GraphQLError as error:
        return error
    pause()
    errors = validate(
        schema().graphql_schema,
        document,
        [_pausing(pause), *specified_rules],
        max_errors=_MOST_ERRORS,
        hide_suggestions=True,
    )
    pause()
    if errors:
        return Invalid(errors)
    node = get_operation_ast(document, name)
    if node is None:
        return BadRequest("The operation to run is not clear.", field="operationName")
    return Operation(document, node, digest_of(text), pause)


def _pausing(pause: Pause) -> type[ASTValidationRule]:
    """Return a rule that allows everything, and stops at each part of a document."""

    class Pausing(ASTValidationRule):
        def enter(self, *_: Any) -> None:
            pause()

    return Pausing


def _characters(key: Any, _held: object) -> int:
    text, name = key
    return len(text) + len(name or "") + 100


def _reads(node: OperationDefinitionNode, document: DocumentNode, names: frozenset[str]) -> bool:
    """Tell whether an operation may read one of these fields of the root."""
    found = False

    class Names(Visitor):
        def enter_field(self, field: FieldNode, *_: Any) -> None:
            nonlocal found
            found = found or field.name.value in names

    visit(document if len(document.definitions) > 1 else node, Names())
    return found


def _counts(value: Any) -> Any:
    """Return what of a variable can change a weight: a number, a condition, or its absence."""
    return value if value is None or isinstance(value, int) else True
