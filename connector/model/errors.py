"""Every error Regie raises: a fact with a stable code, a family and a remedy."""

from collections.abc import Mapping
from typing import Any, ClassVar


class RegieError(Exception):
    """Base of all errors that a caller can act on.

    `code` is stable and documented; `status` is the HTTP status at a plain edge; `remedy` is one
    sentence that says what to do next. `details()` returns the facts for logs and answers.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    remedy: ClassVar[str] = ""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts: Mapping[str, Any] = facts

    def details(self) -> dict[str, Any]:
        """Return the facts behind the message, ready for JSON."""
        return dict(self.facts)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InvalidInput(RegieError):
    """The caller sent something we cannot read."""

    code = "invalid_input"
    status = 400


class NotAllowed(RegieError):
    """Identity or consent is missing."""

    code = "not_allowed"
    status = 403


class NotFound(RegieError):
    """It is not there, or it is not yours: the answer is the same."""

    code = "not_found"
    status = 404


class Conflict(RegieError):
    """The world moved; read again before the next try."""

    code = "conflict"
    status = 409


class TooMany(RegieError):
    """A limit is reached."""

    code = "too_many"
    status = 429


class RateLimited(TooMany):
    """So much in so short a time is more than is allowed; `retry_after` is in seconds."""

    code = "rate_limited"
    remedy = "Wait for the seconds in Retry-After, or ask for less."


class PlatformError(RegieError):
    """The other side failed."""

    code = "platform_error"
    status = 502


class PlatformUnavailable(PlatformError):
    """The platform did not answer, or answered with a passing fault; a later try may work."""

    code = "platform_unavailable"
    status = 503
    remedy = "Nothing was changed; try again later or check that the shop is reachable."


class PlatformRejected(PlatformError):
    """The platform understood and refused; the same call will be refused again."""

    code = "platform_rejected"


class PlatformCredentials(PlatformError):
    """The platform does not accept our credentials."""

    code = "platform_credentials"
    remedy = "Connect the shop again with a valid key (`regie connect`)."


class PlatformMalformed(PlatformError):
    """The platform's answer cannot be read: HTML from a firewall, half a file, an unknown shape."""

    code = "platform_malformed"
    remedy = "Nothing was changed; check the shop's URL and any firewall before it."


class ClockSkew(PlatformError):
    """Our clock and the platform's differ so much that signatures and cursors cannot be trusted."""

    code = "clock_skew"
    remedy = "Set this machine's clock (NTP), then run the command again."


class BadSignature(NotAllowed):
    """A signed message does not carry the signature of its sender."""

    code = "bad_signature"
    status = 401
    remedy = "Check the shared secret of this connection."


class StorageError(RegieError):
    """The database cannot take or give what was asked."""

    code = "storage_error"
    remedy = "Nothing was half-written; run `regie check` for the cause."
