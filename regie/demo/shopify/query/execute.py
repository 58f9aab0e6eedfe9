"""How a question is answered from the shop's rows, by the rules of the Admin schema."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLNamedType,
    GraphQLResolveInfo,
    execute_sync,
    get_named_type,
)

from regie.demo.shopify.query.answers import NotPlayed
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.fields import SHAPED, SHAPES
from regie.demo.shopify.query.idempotency import Refusal, failed, key_of
from regie.demo.shopify.query.mutations import MUTATIONS
from regie.demo.shopify.query.paging import Row, page
from regie.demo.shopify.query.queries import PLAYED, ROOT
from regie.demo.shopify.query.schema import GID, admin_schema
from regie.demo.shopify.store import kind_of

PAGING: Final = frozenset({"first", "last", "after", "before", "reverse"})


def answer(
    call: Call, document: DocumentNode, variables: Mapping[str, Any], name: str | None = None
) -> ExecutionResult:
    """Answer one operation of a checked document."""
    result = execute_sync(
        admin_schema(),
        document,
        context_value=call,
        variable_values=dict(variables),
        operation_name=name,
        field_resolver=_resolve,
        type_resolver=_type_of,
    )
    for error in result.errors or ():
        if error.original_error and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
    return result


def _resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """Answer one field: check the right to it, then play or look it up."""
    call: Call = info.context
    schema, parent, name = info.schema, info.parent_type, info.field_name
    kind = get_named_type(info.return_type)
    refusal = call.rights.refusal(parent.name, name, kind)
    if refusal:
        raise refusal
    if parent is schema.mutation_type:
        return _play(call, info, arguments)
    if parent is schema.query_type:
        return _ask(call, info, arguments)
    return _checked(kind, _look_up(source, info, kind, arguments))


def _play(call: Call, info: GraphQLResolveInfo, arguments: Row) -> Row:
    """Do one write, once for each key."""
    verb = MUTATIONS.get(info.field_name)
    if verb is None:
        raise NotPlayed(f"the mutation {info.field_name}")
    key = key_of(info.schema, info.field_nodes[0], info.variable_values)
    if key and call.shop.dice.strikes("concurrent_key"):
        message = "Another request with this idempotency key is in progress."
        return failed("IDEMPOTENCY_CONCURRENT_REQUEST", message)
    return call.shop.attempts.once(key, info.field_name, arguments, lambda: verb(call, arguments))


def _ask(call: Call, info: GraphQLResolveInfo, arguments: Row) -> Any:
    root = ROOT.get(info.field_name)
    if root is None:
        raise NotPlayed(f"the query {info.field_name}")
    known = PLAYED.get(info.field_name, frozenset()) | {"id", "ids", "identifier"}
    _refuse_unplayed(info, arguments, known)
    return root(call, arguments)


def _refuse_unplayed(info: GraphQLResolveInfo, arguments: Row, known: frozenset[str]) -> None:
    """Refuse arguments that would be ignored."""
    for node in info.field_nodes[0].arguments:
        name = node.name.value
        if name not in known | PAGING and arguments.get(name) is not None:
            raise NotPlayed(f"{info.parent_type.name}.{info.field_name}({name}:)")


def _look_up(source: Any, info: GraphQLResolveInfo, kind: GraphQLNamedType, arguments: Row) -> Any:
    """Return what a row says under the field's name."""
    shape = SHAPES.get((info.parent_type.name, info.field_name))
    if arguments:
        _refuse_unplayed(info, arguments, SHAPED if shape else frozenset())
    value = shape(source, arguments) if shape else _held(source, info)
    if isinstance(value, list) and kind.name.endswith("Connection"):
        return page(value[::-1] if arguments.get("reverse") else value, arguments)
    return value


def _held(source: Any, info: GraphQLResolveInfo) -> Any:
    if info.field_name not in source and not isinstance(source, Refusal):
        raise NotPlayed(f"{info.parent_type.name}.{info.field_name}")
    return source[info.field_name]


def _checked(kind: GraphQLNamedType, value: Any) -> Any:
    """Refuse to answer with an id no shop would give."""
    if kind.name == "ID" and value is not None and not GID.fullmatch(value):
        raise ValueError(f"{value!r} is no global id")
    return value


def _type_of(value: Any, info: GraphQLResolveInfo, _abstract: GraphQLAbstractType) -> str:
    """Name the type of a row that stands where several may stand."""
    name = kind_of(value)
    call: Call = info.context
    refusal = call.rights.refuses_type(name)
    if refusal:
        raise refusal
    return name
