"""A GraphQL request as it came over HTTP, read strictly (GraphQL over HTTP, 2025 draft)."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Request
from msgspec import Struct
from werkzeug.exceptions import MethodNotAllowed, NotAcceptable, UnsupportedMediaType

from connector.model.errors import InvalidInput

RESPONSE_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
_LARGEST_BODY = 100_000


class BadRequest(InvalidInput):
    """A request that is no GraphQL request."""

    code = "bad_graphql_request"
    remedy = "Send a JSON object with the text `query` and, if wanted, the object `variables`."


class Asked(Struct, frozen=True):
    """What was asked, and in which media type the answer should come."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None
    media_type: str
    by_get: bool


def media_type(request: Request) -> str:
    """Choose the answer's media type, or raise NotAcceptable (406)."""
    accept = request.accept_mimetypes
    if not accept.provided:
        return PLAIN_JSON
    best = accept.best_match([PLAIN_JSON, RESPONSE_JSON])
    if best is None:
        raise NotAcceptable
    exact = accept.quality(RESPONSE_JSON) >= accept.quality(PLAIN_JSON)
    named = any(value == RESPONSE_JSON for value, _ in accept)
    return RESPONSE_JSON if named and exact else str(best)


def wants_page(request: Request) -> bool:
    """Tell a person in a browser from a program."""
    if request.method != "GET" or "query" in request.args:
        return False
    accept = request.accept_mimetypes
    return accept.quality("text/html") > 0 and any(it == "text/html" for it, _ in accept)


def read(request: Request) -> Asked:
    """Read a request, or raise BadRequest and the like."""
    wanted = media_type(request)
    if request.method == "GET":
        return _asked(_from_query(request), wanted, by_get=True)
    if request.method == "POST":
        return _asked(_from_body(request), wanted, by_get=False)
    raise MethodNotAllowed(valid_methods=["GET", "POST"])


def _from_body(request: Request) -> Mapping[str, Any]:
    if request.mimetype != PLAIN_JSON:
        raise UnsupportedMediaType
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType
    request.max_content_length = _LARGEST_BODY
    return _object(request.get_data(cache=False), "The body")


def _from_query(request: Request) -> Mapping[str, Any]:
    given: dict[str, Any] = dict(request.args)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _object(given[name], f"`{name}`")
    return given


def _object(data: str | bytes, what: str) -> Mapping[str, Any]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise BadRequest(f"{what} is not JSON.") from None
    if not isinstance(value, dict):
        raise BadRequest(f"{what} is not a JSON object.")
    return value


def _asked(given: Mapping[str, Any], wanted: str, *, by_get: bool) -> Asked:
    query = given.get("query")
    if not isinstance(query, str):
        raise BadRequest("`query` is not text.", field="query")
    name = given.get("operationName")
    if not (name is None or isinstance(name, str)):
        raise BadRequest("`operationName` is not text.", field="operationName")
    for field in ("variables", "extensions"):
        if not (given.get(field) is None or isinstance(given[field], dict)):
            raise BadRequest(f"`{field}` is not an object.", field=field)
    return Asked(query, given.get("variables") or {}, name, wanted, by_get)
