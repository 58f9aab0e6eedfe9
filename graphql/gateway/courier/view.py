"""The route `/graphql/courier`: strict as the catalogue's, by POST alone, for couriers."""

from functools import cache

from flask import Request, Response
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
)
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from connector.model.errors import RegieError
from gateway.courier.depot import BUDGET, Caller, Depot, caller_of
from gateway.courier.round import Round
from gateway.courier.schema import MOST, schema
from gateway.desk import limits
from gateway.desk.answer import Answer
from gateway.desk.desk import Reply
from gateway.desk.execution import refusal
from gateway.desk.interpreted import Documents, body, operation_of
from gateway.desk.operation import Invalid
from gateway.desk.request import PLAIN_JSON, Asked, read
from gateway.door.http import entity_headers, status_for
from gateway.errors import BadRequest, WrongMethod
from storefront.disclosure.meter import RateLimited

METHODS = ("POST", "OPTIONS")


class _Ready(Struct, frozen=True):
    """An operation that may be executed, and why its steps are refused, if they are."""

    document: DocumentNode
    asked: Asked
    refusal: RegieError | None


def answered(depot: Depot, asked_for: Request) -> Response:
    """Answer in the form of GraphQL whatever happens."""
    wanted = PLAIN_JSON
    try:
        _require_post(asked_for)
        caller = caller_of(depot, asked_for.headers.get("Authorization", ""), asked_for.host)
        asked = read(asked_for)
        wanted = asked.media_type
        found = _run(depot, caller, asked)
    except (RegieError, GraphQLError, Invalid) as error:
        found = refusal(error)
    except HTTPException:
        found = refusal(BadRequest("The request cannot be read."))
    except Exception as error:  # noqa: BLE001 - nothing of an unknown error may leave
        found = refusal(error)
    return _response(asked_for, wanted, Reply(found, found.status, ()))


def _require_post(asked_for: Request) -> None:
    """Keep places and codes out of addresses, which are logged on their way."""
    if asked_for.method != "POST":
        raise WrongMethod("A courier's request does not stand in an address.")


def _run(depot: Depot, caller: Caller, asked: Asked) -> Answer:
    ready = _prepared(depot, caller, asked)
    found = execute(
        schema().graphql_schema,
        ready.document,
        context_value=Round(depot, caller, ready.refusal),
        variable_values=dict(asked.variables),
        operation_name=asked.operation_name,
    )
    assert isinstance(found, ExecutionResult)  # noqa: S101 - sync resolvers only
    code, wait = _first_error(found)
    return Answer(body(found), 503 if wait else 200, code=code, retry_after=wait)


def _prepared(depot: Depot, caller: Caller, asked: Asked) -> _Ready:
    """Check everything that can be checked without looking at any data."""
    document = _documents().read(asked.query or "")
    operation = operation_of(document, asked.operation_name)
    variables = _documents().variables(operation, asked.variables)
    weight = limits.check(schema().graphql_schema, document, operation, variables, MOST)
    return _Ready(document, asked, _over_budget(depot, caller, operation, weight.cost))


def _over_budget(
    depot: Depot, caller: Caller, operation: OperationDefinitionNode, cost: int
) -> RegieError | None:
    """Take a request off the device's budget: a query beyond it is refused whole, a step told so.

    Steps are always answered in their own list, so that a queue of them can go on from there.
    """
    try:
        counted = depot.meter.count(caller.merchant_id, caller.name, BUDGET)
        depot.meter.charge(caller.merchant_id, caller.name, BUDGET, cost, counted)
    except RateLimited as error:
        if operation.operation is OperationType.QUERY:
            raise
        return error
    return None


@cache
def _documents() -> Documents:
    return Documents(schema().graphql_schema)


def _first_error(found: ExecutionResult) -> tuple[str | None, int | None]:
    """Return the code of an error, and for how long to go away where nobody may wait."""
    for error in found.errors or ():
        original = error.original_error
        if isinstance(original, RegieError):
            wait = original.facts.get("retry_after") if original.status == 503 else None
            return original.code, wait
        return "internal", None
    return None, None


def _response(asked_for: Request, wanted: str, reply: Reply) -> Response:
    text, encoding = reply.answer.encoded(asked_for.headers.get("Accept-Encoding", ""))
    response = Response(text, status_for(reply, wanted))
    for name, value in entity_headers(reply, wanted, encoding, by_get=False):
        response.headers[name] = value
    if response.status_code == 405:
        response.headers["Allow"] = ", ".join(METHODS)
    return response
