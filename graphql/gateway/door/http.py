"""How a reply looks in HTTP: the same before Flask and behind it."""

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
) -> list[tuple[str, str]]:
    """Return the fields of a reply, its receipt among them."""
    etag = reply.answer.etag if by_get else None
    found = [
        ("Content-Type", f"{wanted}; charset=utf-8"),
        ("Vary", _VARY),
        ("Cache-Control", "private, no-cache" if etag else "private, no-store"),
        ("X-Content-Type-Options", "nosniff"),
        *reply.headers,
    ]
    if etag:
        found.append(("ETag", etag))
    if encoding and reply.status != 304:
        found.append(("Content-Encoding", encoding))
    if reply.status == 401:
        found.append(("WWW-Authenticate", 'Bearer realm="regie"'))
    if reply.status == 405:
        found.append(("Allow", ", ".join(METHODS)))
    if reply.answer.retry_after:
        found.append(("Retry-After", str(reply.answer.retry_after)))
    return found
