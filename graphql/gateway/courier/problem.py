"""How a plain address of the courier's surface refuses: RFC 9457, with Retry-After where known."""

import msgspec
from flask import Response

from connector.model.errors import RegieError


def problem(error: RegieError) -> Response:
    """Answer a refusal: its code, the field at fault, and when to try again."""
    facts = error.details()
    body: dict[str, object] = {
        "type": "about:blank",
        "title": str(error),
        "status": error.status,
        "code": error.code,
    }
    if facts.get("field"):
        body["field"] = facts["field"]
    answer = Response(
        msgspec.json.encode(body), error.status, content_type="application/problem+json"
    )
    answer.headers["Cache-Control"] = "no-store"
    if facts.get("retry_after"):
        answer.headers["Retry-After"] = str(facts["retry_after"])
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="regie"'
    return answer
