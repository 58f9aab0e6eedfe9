"""What can go wrong on the line to a shop, each with the place and the reason."""

from connector.model.errors import (
    InvalidInput,
    PlatformMalformed,
    PlatformRejected,
    PlatformUnavailable,
)
from connector.model.money import BadMoney, minor_digits


class BlockedAddress(InvalidInput):
    """The URL leads, or resolves, to a place where Regie never sends a request."""

    code = "blocked_address"
    remedy = "Use the shop's public https:// address."

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} is refused: {reason}.", host=host, reason=reason)


class UnknownCurrency(InvalidInput):
    """A shop has its prices in what is no currency."""

    code = "unknown_currency"
    remedy = "Choose a currency of ISO 4217 in the shop's own settings, then try again."

    def __init__(self, shop: str, currency: str) -> None:
        super().__init__(
            f"The currency of {shop} is {currency!r}.", field="currency", currency=currency
        )


def checked_currency(shop: str, currency: str) -> str:
    """Return a shop's currency, or raise UnknownCurrency."""
    try:
        minor_digits(currency)
    except BadMoney:
        raise UnknownCurrency(shop, currency) from None
    return currency


class Unreachable(PlatformUnavailable):
    """No connection: the name is unknown, the port is closed or the line broke."""

    code = "platform_unreachable"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} cannot be reached: {reason}.", host=host, reason=reason)


class TimedOut(PlatformUnavailable):
    """The other side took longer than allowed to connect, to answer or to finish."""

    code = "platform_timeout"

    def __init__(self, host: str, phase: str) -> None:
        super().__init__(f"{host} took too long to {phase}.", host=host, phase=phase)


class CertificateRefused(PlatformUnavailable):
    """The shop's certificate does not belong to its name, has expired or is not trusted."""

    code = "certificate_refused"
    remedy = "Renew the certificate of the shop, then try again."

    def __init__(self, host: str) -> None:
        super().__init__(f"The certificate of {host} is not valid.", host=host)


class ServerFault(PlatformUnavailable):
    """The shop answered 429 or 5xx; `retry_after` is its wish in seconds, if it has one."""

    code = "platform_fault"

    def __init__(self, host: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(
            f"{host} answered {status}.", host=host, status=status, retry_after=retry_after
        )
        self.status_seen = status
        self.retry_after = retry_after


class BodyTooLarge(PlatformMalformed):
    """The answer is larger than the cap, in bytes after decompression."""

    code = "answer_too_large"

    def __init__(self, host: str, cap: int) -> None:
        super().__init__(f"{host} sent more than {cap} bytes.", host=host, cap=cap)


class Truncated(PlatformMalformed):
    """The answer ends before its announced or compressed end."""

    code = "truncated"

    def __init__(self, host: str, received: int, expected: int | None = None) -> None:
        of = f" of {expected}" if expected is not None else ""
        super().__init__(
            f"{host} sent only {received}{of} bytes.",
            host=host,
            received=received,
            expected=expected,
        )


class BadEncoding(PlatformMalformed):
    """The answer's compression is damaged or of a kind we did not ask for."""

    code = "bad_encoding"

    def __init__(self, host: str, encoding: str) -> None:
        super().__init__(f"{host} sent unreadable {encoding}.", host=host, encoding=encoding)


class NotJson(PlatformMalformed):
    """The answer is not the JSON it should be; `reason` names the place, never the content."""

    code = "not_json"

    def __init__(self, url: str, status: int, reason: str) -> None:
        super().__init__(
            f"{url} answered {status} with {reason}.", url=url, status=status, reason=reason
        )


class DownloadRefused(PlatformRejected):
    """A file's address answered with something else than the file: expired, moved or forbidden."""

    code = "download_refused"
    remedy = "Ask the platform for a new download address."

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"{url} answered {status}.", url=url, status=status)
