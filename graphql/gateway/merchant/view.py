"""The route `/graphql/merchant`: strict as the catalogue's, open to operators alone."""

from typing import Any

import orjson
from flask import Blueprint, Request, Response, request
from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from connector.model.errors import NotAllowed, RegieError
from connector.store.database import Database
from gateway.desk import faults, limits
from gateway.desk.answer import Answer
from gateway.desk.desk import Reply
from gateway.desk.execution import refusal
from gateway.desk.operation import Invalid
from gateway.desk.request import PLAIN_JSON, Asked, read
from gateway.door.http import METHODS, entity_headers, status_for
from gateway.door.view import credentials
from gateway.errors import BadRequest, MutationByGet, QueryTooLarge
from gateway.merchant.deed import Merchant
from gateway.merchant.floor_record import FloorRecords
from gateway.merchant.records import Records
from gateway.merchant.schema import schema
from storefront.disclosure.reception import Reception
from storefront.fulfillment.store.floor import ShopFloor

_MOST_ERRORS = 5


class OperatorsOnly(NotAllowed):
    """A key that opens the catalogue, but not the merchant's own books."""

    code = "operators_only"
    remedy = "Use a key made with `regie key create`."


class Office(Struct, frozen=True):
    """What the surface needs."""

    database: Database
    ledger: Database
    reception: Reception
    floor: ShopFloor


def merchant_gateway(office: Office) -> Blueprint:
    """Return the routes of the merchant's GraphQL surface."""
    blueprint = Blueprint("merchant_gateway", __name__)

    @blueprint.route("/graphql/merchant", methods=list(METHODS), provide_automatic_options=False)
    def graphql() -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(METHODS)})
        return _answered(office, request)

    return blueprint


def _answered(office: Office, asked_for: Request) -> Response:
    wanted = PLAIN_JSON
    try:
        merchant = _operator_of(office, asked_for)
        asked = read(asked_for)
        wanted = asked.media_type
        found = _run(asked, Records(office.database, office.ledger, merchant))
    except (RegieError, GraphQLError, Invalid) as error:
        found = refusal(error)
    except HTTPException:
        found = refusal(BadRequest("The request cannot be read."))
    except Exception as error:  # noqa: BLE001 - nothing of an unknown error may leave
        found = refusal(error)
    return _response(asked_for, wanted, Reply(found, found.status, ()))


def _operator_of(office: Office, asked_for: Request) -> Merchant:
    """Return whose operator asks, and under which key, or raise OperatorsOnly."""
    asker, _ = office.reception.receive(credentials(asked_for))
    if not asker.is_operator:
        raise OperatorsOnly("This is for the merchant's own people.")
    key_id = asker.caller.key_id or "operator"
    return Merchant(FloorRecords(office.floor, asker.merchant_id), key_id)


def _run(asked: Asked, records: Records) -> Answer:
    document = _parsed(asked.query or "")
    graphql_schema = schema().graphql_schema
    errors = validate(graphql_schema, document, max_errors=_MOST_ERRORS, hide_suggestions=True)
    if errors:
        raise Invalid(errors)
    operation = get_operation_ast(document, asked.operation_name)
    if operation is None:
        raise BadRequest("The operation to run is not clear.", field="operationName")
    limits.check(graphql_schema, document, operation, _variables(operation, asked))
    found = execute(
        graphql_schema,
        document,
        context_value=records,
        variable_values=dict(asked.variables),
        operation_name=asked.operation_name,
    )
    assert isinstance(found, ExecutionResult)  # noqa: S101 - sync resolvers only
    return Answer(_body(found))


def _parsed(text: str) -> Any:
    if len(text) > limits.CHARACTERS:
        raise QueryTooLarge(f"The query has {len(text)} characters.", limit=limits.CHARACTERS)
    return parse(text, max_tokens=limits.TOKENS)


def _variables(operation: OperationDefinitionNode, asked: Asked) -> dict[str, Any]:
    if asked.by_get and operation.operation.value != "query":
        raise MutationByGet("GET runs queries only.")
    if operation.operation.value == "subscription":
        raise BadRequest("There is no subscription here.", field="query")
    found = get_variable_values(
        schema().graphql_schema,
        operation.variable_definitions,
        dict(asked.variables),
        max_errors=_MOST_ERRORS,
        hide_suggestions=True,
    )
    if isinstance(found, list):
        raise Invalid(found)
    return found


def _body(found: ExecutionResult) -> bytes:
    told: dict[str, Any] = {"data": found.data}
    if found.errors:
        told = {"errors": [faults.failed(error) for error in found.errors], **told}
    return orjson.dumps(told, default=str)


def _response(asked_for: Request, wanted: str, reply: Reply) -> Response:
    body, encoding = reply.answer.encoded(asked_for.headers.get("Accept-Encoding", ""))
    response = Response(body, status_for(reply, wanted))
    for name, value in entity_headers(reply, wanted, encoding, by_get=False):
        response.headers[name] = value
    return response
