"""A GraphQL request as it came over HTTP, read strictly (GraphQL over HTTP, 2025 draft)."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Request
from msgspec import Struct, structs
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.errors import BadRequest, BodyTooLarge, NoCommonMediaType, WrongMediaType, WrongMethod

RESPONSE_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
LARGEST_BODY = 100_000


class Asked(Struct, frozen=True):
    """What was asked, and in which media type the answer should come.

    `query` None means that `extensions.persistedQuery` names it; `validators` is If-None-Match.
    `body` is what it was read from, empty for a GET.
    """

    query: str | None
    variables: Mapping[str, Any]
    operation_name: str | None
    media_type: str
    by_get: bool
    extensions: Mapping[str, Any] = {}
    validators: str = ""
    body: bytes = b""


def media_type(request: Request) -> str:
    """Choose the answer's media type, or raise NoCommonMediaType."""
    accept = request.accept_mimetypes
    if not accept.provided:
        return PLAIN_JSON
    best = accept.best_match([PLAIN_JSON, RESPONSE_JSON])
    if best is None:
        raise NoCommonMediaType("None of the accepted media types is ours.")
    exact = accept.quality(RESPONSE_JSON) >= accept.quality(PLAIN_JSON)
    named = any(value == RESPONSE_JSON for value, _ in accept)
    return RESPONSE_JSON if named and exact else str(best)


def wants_page(request: Request) -> bool:
    """Tell a person in a browser from a program."""
    if request.method not in {"GET", "HEAD"} or {"query", "extensions"} & request.args.keys():
        return False
    accept = request.accept_mimetypes
    return accept.quality("text/html") > 0 and any(it == "text/html" for it, _ in accept)


def read(request: Request) -> Asked:
    """Read a request, or raise BadRequest and its kin."""
    wanted = media_type(request)
    if request.method in {"GET", "HEAD"}:
        return asked_by_get(request.args, wanted, request.headers.get("If-None-Match", ""))
    if request.method == "POST":
        return asked_by_post(_body(request), wanted)
    raise WrongMethod(f"{request.method} means nothing here.")


def asked_by_get(arguments: Mapping[str, str], wanted: str, validators: str) -> Asked:
    """Read the arguments of a GET, or raise BadRequest."""
    given: dict[str, Any] = dict(arguments)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _object(given[name], f"`{name}`")
    return _asked(given, wanted, by_get=True, validators=validators)


def asked_by_post(data: bytes, wanted: str) -> Asked:
    """Read the body of a POST, or raise BadRequest."""
    found = _asked(_object(data, "The body"), wanted, by_get=False)
    return structs.replace(found, body=data)


def _body(request: Request) -> bytes:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != PLAIN_JSON or charset not in {"utf-8", "utf8"}:
        raise WrongMediaType("The body is not declared as JSON in UTF-8.")
    request.max_content_length = LARGEST_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise BodyTooLarge("The body is too large.", limit=LARGEST_BODY) from None


def _object(data: str | bytes, what: str) -> Mapping[str, Any]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise BadRequest(f"{what} is not JSON.") from None
    if not isinstance(value, dict):
        raise BadRequest(f"{what} is not a JSON object.")
    return value


def _asked(given: Mapping[str, Any], wanted: str, *, by_get: bool, validators: str = "") -> Asked:
    query = given.get("query")
    for field in ("variables", "extensions"):
        if not (given.get(field) is None or isinstance(given[field], dict)):
            raise BadRequest(f"`{field}` is not an object.", field=field)
    extensions = given.get("extensions") or {}
    if not isinstance(query, str) and not (query is None and "persistedQuery" in extensions):
        raise BadRequest("`query` is not text.", field="query")
    name = given.get("operationName")
    if not (name is None or isinstance(name, str)):
        raise BadRequest("`operationName` is not text.", field="operationName")
    variables = given.get("variables") or {}
    return Asked(query, variables, name, wanted, by_get, extensions, validators)
