"""The route `/graphql`: a strict GraphQL-over-HTTP view, and a page for people."""

import orjson
from flask import Blueprint, Request, Response, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from connector.model.errors import RegieError
from connector.store.database import Database
from gateway import explorer, faults, limits
from gateway.asking import Asking
from gateway.errors import BadRequest, NoCommonMediaType
from gateway.execution import Answer, answer
from gateway.request import PLAIN_JSON, RESPONSE_JSON, media_type, read, wants_page
from storefront.disclosure.view import admit

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_REFUSED = ("PUT", "PATCH", "DELETE", "TRACE", "QUERY")


class Gate(Struct, frozen=True):
    """What the surface needs; `graphiql` shows GraphiQL from a CDN instead of our own page."""

    database: Database
    graphiql: bool = False


def gateway(gate: Gate) -> Blueprint:
    """Return the routes of the catalogue's GraphQL surface."""
    blueprint = Blueprint("gateway", __name__, template_folder="templates")
    methods = [*_METHODS, *_REFUSED]

    @blueprint.route("/graphql", methods=methods, provide_automatic_options=False)
    def graphql() -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(_METHODS)})
        if wants_page(request):
            return explorer.page(request, graphiql=gate.graphiql)
        return _safely_answered(gate, request)

    return blueprint


def _safely_answered(gate: Gate, asked: Request) -> Response:
    """Answer in the form of GraphQL whatever happens."""
    try:
        return _answered(gate, asked)
    except RegieError as error:
        return _refused(asked, error, error.status)
    except HTTPException as error:
        told = BadRequest("The request cannot be read.")
        return _refused(asked, told, error.code or 400)
    except Exception as error:  # noqa: BLE001 - nothing of an unknown error may leave
        return _refused(asked, error, 500)


def _answered(gate: Gate, asked_for: Request) -> Response:
    """Let nobody ask before he is known: a stranger's query is not even parsed."""
    view = admit(gate.database, asked_for.headers.get("Authorization"))
    asked = read(asked_for)
    found = answer(asked, Asking(view))
    response = _response(found.body, _status(found, asked.media_type), asked.media_type)
    if found.weight:
        response.headers["Regie-Cost"] = f"cost={found.weight.cost}, limit={limits.MOST.cost}"
    return response


def _status(found: Answer, wanted: str) -> int:
    """Give 200 to whatever was well-formed, where the older media type wants it so."""
    return 200 if found.status == 400 and wanted != RESPONSE_JSON else found.status


def _refused(asked_for: Request, error: Exception, status: int) -> Response:
    try:
        wanted = media_type(asked_for)
    except NoCommonMediaType:
        wanted = PLAIN_JSON
    return _response({"errors": [faults.shown(error)]}, status, wanted)


def _response(body: object, status: int, wanted: str) -> Response:
    response = Response(orjson.dumps(body, default=str), status)
    response.headers["Content-Type"] = f"{wanted}; charset=utf-8"
    response.headers["Vary"] = "Accept, Authorization"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="regie"'
    if status == 405:
        response.headers["Allow"] = ", ".join(_METHODS)
    return response
