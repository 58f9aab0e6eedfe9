"""The route `/graphql/merchant`: strict as the catalogue's, open to operators alone."""

from functools import cache

from flask import Blueprint, Request, Response, request
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, execute
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from connector.model.errors import NotAllowed, RegieError
from connector.store.database import Database
from gateway.desk import limits
from gateway.desk.answer import Answer
from gateway.desk.desk import Reply
from gateway.desk.execution import refusal
from gateway.desk.interpreted import Documents, body, operation_of
from gateway.desk.operation import Invalid
from gateway.desk.request import PLAIN_JSON, Asked, read
from gateway.door.http import METHODS, entity_headers, status_for
from gateway.door.view import credentials
from gateway.errors import BadRequest, MutationByGet
from gateway.merchant.deed import Merchant
from gateway.merchant.floor_record import FloorRecords
from gateway.merchant.records import Records
from gateway.merchant.schema import schema
from storefront.disclosure.reception import Reception, TurnedAway
from storefront.fulfillment.store.floor import ShopFloor


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
    try:
        asker, _ = office.reception.receive(credentials(asked_for))
    except TurnedAway as turned:
        raise turned.error from None
    if not asker.is_operator:
        raise OperatorsOnly("This is for the merchant's own people.")
    key_id = asker.caller.key_id or "operator"
    return Merchant(FloorRecords(office.floor, asker.merchant_id), key_id)


def _run(asked: Asked, records: Records) -> Answer:
    graphql_schema, documents = schema().graphql_schema, _documents()
    document = documents.read(asked.query or "")
    operation = operation_of(document, asked.operation_name)
    _require_allowed(operation, asked)
    variables = documents.variables(operation, asked.variables)
    limits.check(graphql_schema, document, operation, variables)
    found = execute(
        graphql_schema,
        document,
        context_value=records,
        variable_values=dict(asked.variables),
        operation_name=asked.operation_name,
    )
    assert isinstance(found, ExecutionResult)  # noqa: S101 - sync resolvers only
    return Answer(body(found))


@cache
def _documents() -> Documents:
    return Documents(schema().graphql_schema)


def _require_allowed(operation: OperationDefinitionNode, asked: Asked) -> None:
    if asked.by_get and operation.operation.value != "query":
        raise MutationByGet("GET runs queries only.")
    if operation.operation.value == "subscription":
        raise BadRequest("There is no subscription here.", field="query")


def _response(asked_for: Request, wanted: str, reply: Reply) -> Response:
    text, encoding = reply.answer.encoded(asked_for.headers.get("Accept-Encoding", ""))
    response = Response(text, status_for(reply, wanted))
    for name, value in entity_headers(reply, wanted, encoding, by_get=False):
        response.headers[name] = value
    return response
