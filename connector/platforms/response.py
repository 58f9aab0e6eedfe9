"""One answer of a shop, read completely and ready to be decoded."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from connector.platforms.errors import NotJson

T = TypeVar("T")


class Response(Struct, frozen=True):
    """One answer: status below 500 and not 429, headers, whole body; `url` is redacted.

    `skew_seconds` = the shop's clock minus ours (positive: ours is late); None without `Date`.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    skew_seconds: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def decode(self, type: type[T]) -> T:  # noqa: A002  # msgspec's own word
        """Return the JSON body as a `type`, or raise NotJson (PlatformMalformed)."""
        content = self.content.removeprefix(b"\xef\xbb\xbf").strip()  # WordPress may send a BOM
        if content.startswith(b"<"):
            raise NotJson(self.url, self.status, "HTML instead of JSON")
        try:
            return msgspec.json.decode(content, type=type)
        except msgspec.ValidationError as error:
            reason = f"JSON of another shape ({shape_only(str(error))})"
        except (msgspec.DecodeError, UnicodeDecodeError):
            reason = "broken JSON" if content else "an empty body"
        raise NotJson(self.url, self.status, reason)

    def json(self) -> Any:
        """Return the JSON body as plain dicts and lists, or raise NotJson."""
        return self.decode(Any)


def shape_only(message: str) -> str:
    """Keep what and where, drop the values that msgspec quotes (`Invalid enum value 'x'`)."""
    what, _, where = message.partition(" - at ")
    return f"{what.split(chr(39))[0].strip()} at {where or '`$`'}"
