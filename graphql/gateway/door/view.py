"""The route `/graphql`: a strict GraphQL-over-HTTP view, and a page for people."""

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Request, Response, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from connector.model.errors import RegieError
from gateway.desk.answer import Answer
from gateway.desk.desk import Desk, Reply
from gateway.desk.execution import refusal
from gateway.desk.request import PLAIN_JSON, media_type, read, wants_page
from gateway.door import explorer
from gateway.door.http import METHODS, entity_headers, status_for
from gateway.errors import BadRequest, NoCommonMediaType
from storefront.disclosure.reception import Credentials

_REFUSED = ("PUT", "PATCH", "DELETE", "TRACE", "QUERY")


class Gate(Struct, frozen=True):
    """What the surface needs; `graphiql` shows GraphiQL from a CDN instead of our own page."""

    desk: Desk
    graphiql: bool = False


def gateway(gate: Gate) -> Blueprint:
    """Return the routes of the catalogue's GraphQL surface."""
    blueprint = Blueprint("gateway", __name__, template_folder="templates")
    methods = [*METHODS, *_REFUSED]

    @blueprint.route("/graphql", methods=methods, provide_automatic_options=False)
    def graphql() -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(METHODS)})
        if wants_page(request):
            return explorer.page(request, graphiql=gate.graphiql)
        return _safely_answered(gate.desk, request)

    return blueprint


def _safely_answered(desk: Desk, asked: Request) -> Response:
    """Answer in the form of GraphQL whatever happens."""
    try:
        return _answered(desk, asked)
    except RegieError as error:
        return _plain(asked, refusal(error))
    except Exception as error:  # noqa: BLE001 - nothing of an unknown error may leave
        return _plain(asked, refusal(error))


def _answered(desk: Desk, asked_for: Request) -> Response:
    """Let nobody ask before he is known: a stranger's query is not even read."""
    visit = desk.welcome(credentials(asked_for))
    if isinstance(visit, Reply):
        return _response(asked_for, _media_type(asked_for), visit)
    try:
        asked = read(asked_for)
    except RegieError as error:
        return _response(asked_for, _media_type(asked_for), desk.reject(visit, error))
    except HTTPException as error:
        told = desk.reject(visit, BadRequest("The request cannot be read."), error.code)
        return _response(asked_for, _media_type(asked_for), told)
    return _response(asked_for, asked.media_type, desk.answer(visit, asked))


def credentials(asked: Request) -> Credentials:
    """Return what a request shows of its sender."""
    headers: Mapping[str, str] = {}
    if "Signature-Input" in asked.headers:
        headers = {name.lower(): value for name, value in asked.headers.items()}
    return Credentials(
        asked.headers.get("Authorization"),
        asked.headers.get("User-Agent", ""),
        asked.headers.get("Regie-Purpose"),
        asked.headers.get("Regie-Region"),
        asked.host,
        asked.method,
        _target(asked),
        headers,
    )


def _target(asked: Request) -> str:
    """Return path and query as they were sent: Flask's own address shows what was escaped."""
    query = asked.query_string.decode("latin-1")
    return quote(asked.path) + (f"?{query}" if query else "")


def _media_type(asked_for: Request) -> str:
    try:
        return media_type(asked_for)
    except NoCommonMediaType:
        return PLAIN_JSON


def _plain(asked_for: Request, answer: Answer) -> Response:
    return _response(
        asked_for, _media_type(asked_for), Reply(answer, answer.status, (), well_formed=False)
    )


def _response(asked_for: Request, wanted: str, reply: Reply) -> Response:
    body, encoding = reply.answer.encoded(asked_for.headers.get("Accept-Encoding", ""))
    response = Response(body if reply.status != 304 else b"", status_for(reply, wanted))
    by_get = asked_for.method in {"GET", "HEAD"}
    for name, value in entity_headers(reply, wanted, encoding, by_get=by_get):
        response.headers[name] = value
    return response
