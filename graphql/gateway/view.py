"""The route `/graphql`: a strict GraphQL-over-HTTP view, and a page for people."""

import orjson
from flask import Blueprint, Request, Response, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from connector.model.errors import RegieError
from connector.store.database import Database
from gateway import explorer
from gateway.asking import Asking
from gateway.execution import answer, formatted
from gateway.request import PLAIN_JSON, RESPONSE_JSON, media_type, read, wants_page
from storefront.disclosure.view import admit


class Gate(Struct, frozen=True):
    """What the surface needs; `graphiql` shows GraphiQL from a CDN instead of our own page."""

    database: Database
    graphiql: bool = False


def gateway(gate: Gate) -> Blueprint:
    """Return the routes of the catalogue's GraphQL surface."""
    blueprint = Blueprint("gateway", __name__)

    @blueprint.route("/graphql", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def graphql() -> Response:
        if wants_page(request):
            return explorer.page(request, graphiql=gate.graphiql)
        return _answered(gate, request)

    return blueprint


def _answered(gate: Gate, asked_for: Request) -> Response:
    """Let nobody ask before he is known: a stranger's query is not even parsed."""
    try:
        view = admit(gate.database, asked_for.headers.get("Authorization"))
        asked = read(asked_for)
    except RegieError as error:
        return _refused(asked_for, error)
    found = answer(asked, Asking(view))
    strict = asked.media_type == RESPONSE_JSON
    status = 200 if found.executed else found.status if strict or found.status != 400 else 200
    return _response(found.body, status, asked.media_type)


def _refused(asked_for: Request, error: RegieError) -> Response:
    try:
        wanted = media_type(asked_for)
    except HTTPException:
        wanted = PLAIN_JSON
    response = _response({"errors": [formatted(error)]}, error.status, wanted)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="regie"'
    return response


def _response(body: object, status: int, wanted: str) -> Response:
    response = Response(orjson.dumps(body, default=str), status)
    response.headers["Content-Type"] = f"{wanted}; charset=utf-8"
    response.headers["Vary"] = "Accept, Authorization"
    response.headers["Cache-Control"] = "private, no-store"
    return response
