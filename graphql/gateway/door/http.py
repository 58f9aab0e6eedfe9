"""How a reply looks in HTTP: the same before Flask and behind it."""

from collections.abc import Iterator

from gateway.desk.desk import Reply
from gateway.desk.request import RESPONSE_JSON

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_VARY = (
    "Accept, Accept-Encoding, Authorization, Regie-Purpose, Regie-Region, "
    "Signature-Agent, User-Agent"
)


def status_for(reply: Reply, wanted: str) -> int:
    """Give 200 to whatever was well-formed, where the older media type wants it so."""
    well_formed = reply.well_formed and reply.status == 400
    return 200 if well_formed and wanted != RESPONSE_JSON else reply.status


def entity_headers(
    reply: Reply, wanted: str, encoding: str | None, *, by_get: bool
) -> Iterator[tuple[str, str]]:
    """Yield the fields of a reply, its receipt among them."""
    yield "Content-Type", f"{wanted}; charset=utf-8"
    yield "Vary", _VARY
    etag = reply.answer.etag if by_get else None
    yield "Cache-Control", "private, no-cache" if etag else "private, no-store"
    yield "X-Content-Type-Options", "nosniff"
    if etag:
        yield "ETag", etag
    if encoding and reply.status != 304:
        yield "Content-Encoding", encoding
    if reply.status == 401:
        yield "WWW-Authenticate", 'Bearer realm="regie"'
    if reply.status == 405:
        yield "Allow", ", ".join(METHODS)
    retry_after = reply.answer.retry_after
    if retry_after:
        yield "Retry-After", str(retry_after)
    yield from reply.headers
