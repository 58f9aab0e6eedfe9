"""The short way to an answer: plain requests to /graphql are answered before Flask is woken.

It takes the same steps at the same desk. Whatever is not plain (a browser, a form, a strange
method, an odd header) goes the long way, which knows every rule.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from connector.model.errors import RegieError
from connector.store.bounded import Bounded
from gateway.desk.desk import Desk, Reply
from gateway.desk.execution import refusal
from gateway.desk.request import (
    LARGEST_BODY,
    PLAIN_JSON,
    RESPONSE_JSON,
    Asked,
    asked_by_get,
    asked_by_post,
)
from gateway.door.http import entity_headers, status_for
from storefront.disclosure.reception import Credentials

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]

_PATH = "/graphql"
_LONG = 5_000
_MOST_BYTES = 1_000_000
_MEDIA_TYPES: Mapping[str, str] = {
    "": PLAIN_JSON,
    "*/*": PLAIN_JSON,
    PLAIN_JSON: PLAIN_JSON,
    RESPONSE_JSON: RESPONSE_JSON,
}
_CONTENT_TYPES = frozenset(
    {PLAIN_JSON, f"{PLAIN_JSON}; charset=utf-8", f"{PLAIN_JSON};charset=utf-8"}
)
_REASONS: Mapping[int, str] = {
    200: "200 OK",
    304: "304 Not Modified",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


class FrontDoor:
    """A WSGI application around another."""

    def __init__(self, inner: "WSGIApplication", desk: Desk) -> None:
        self._inner = inner
        self._desk = desk
        self._bodies: Bounded[Asked] = Bounded(_MOST_BYTES, _bytes_of_key)

    def __call__(self, environ: Environ, start: "StartResponse") -> Iterable[bytes]:
        """Answer a plain request; pass on everything else."""
        wanted = _plain(environ)
        if wanted is None:
            return self._inner(environ, start)
        try:
            reply = self._reply(environ, wanted)
        except Exception as error:  # noqa: BLE001 - nothing of an unknown error may leave
            answer = refusal(error)
            reply = Reply(answer, answer.status, (), well_formed=False)
        return _sent(environ, start, reply, wanted)

    def _reply(self, environ: Environ, wanted: str) -> Reply:
        visit = self._desk.welcome(_credentials(environ))
        if isinstance(visit, Reply):
            return visit
        try:
            asked = self._asked(environ, wanted)
        except RegieError as error:
            return self._desk.reject(visit, error)
        return self._desk.answer(visit, asked)

    def _asked(self, environ: Environ, wanted: str) -> Asked:
        """Read what is asked; a body that was read before is known again."""
        if environ["REQUEST_METHOD"] != "POST":
            return _asked_by_get(environ, wanted)
        data = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        if len(data) > _LONG:
            return asked_by_post(data, wanted)
        known = self._bodies.get((data, wanted))
        return known or self._bodies.put((data, wanted), asked_by_post(data, wanted))


def _plain(environ: Environ) -> str | None:
    """Return the media type of the answer where the request is plain, else None."""
    if environ.get("PATH_INFO") != _PATH or "HTTP_SIGNATURE_INPUT" in environ:
        return None
    wanted = _MEDIA_TYPES.get(environ.get("HTTP_ACCEPT", ""))
    method = environ["REQUEST_METHOD"]
    if wanted is None or not (method == "GET" or (method == "POST" and _is_json(environ))):
        return None
    if environ.get("HTTP_TRANSFER_ENCODING") or environ.get("HTTP_CONTENT_ENCODING"):
        return None
    return wanted


def _is_json(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    known = environ.get("CONTENT_TYPE", "").lower() in _CONTENT_TYPES
    return known and length.isdecimal() and len(length) < 10 and int(length) <= LARGEST_BODY


def _credentials(environ: Environ) -> Credentials:
    return Credentials(
        environ.get("HTTP_AUTHORIZATION"),
        environ.get("HTTP_USER_AGENT", ""),
        environ.get("HTTP_REGIE_PURPOSE"),
        environ.get("HTTP_REGIE_REGION"),
        environ.get("HTTP_HOST", ""),
    )


def _bytes_of_key(key: Any, _asked: Asked) -> int:
    return len(key[0]) + 500


def _asked_by_get(environ: Environ, wanted: str) -> Asked:
    query = environ.get("QUERY_STRING", "")
    arguments = dict(reversed(parse_qsl(query, keep_blank_values=True)))
    return asked_by_get(arguments, wanted, environ.get("HTTP_IF_NONE_MATCH", ""))


def _sent(environ: Environ, start: "StartResponse", reply: Reply, wanted: str) -> Iterable[bytes]:
    body, encoding = reply.answer.encoded(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if reply.status == 304:
        body = b""
    by_get = environ["REQUEST_METHOD"] == "GET"
    headers = entity_headers(reply, wanted, encoding, by_get=by_get)
    if reply.status != 304:
        headers.append(("Content-Length", str(len(body))))
    status = status_for(reply, wanted)
    start(_REASONS.get(status, f"{status} -"), headers)
    return [body]  # a list leaves granian in one piece, anything else as a stream of chunks
