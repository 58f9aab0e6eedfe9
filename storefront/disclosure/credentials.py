"""What a request shows of its sender, and how it is read."""

import re
from collections.abc import Mapping

from msgspec import Struct

from connector.model.errors import InvalidInput
from storefront.disclosure.agent import Purpose

_REGION = re.compile("[A-Z]{2}")
_LONGEST = 1000


class BadPurpose(InvalidInput):
    """A purpose that we do not know."""

    code = "bad_purpose"
    remedy = "Send `Regie-Purpose: search`, compare, checkout or training."


class BadRegion(InvalidInput):
    """A region that is no country."""

    code = "bad_region"
    remedy = "Send `Regie-Region` with two capitals, such as NL (ISO 3166-1)."


class Credentials(Struct, frozen=True):
    """What a request shows of its sender.

    `target` is its path with the query, as sent; `headers` are lower-case and only there if signed.
    """

    authorization: str | None = None
    user_agent: str = ""
    purpose: str | None = None
    region: str | None = None
    host: str = ""
    method: str = "POST"
    target: str = ""
    headers: Mapping[str, str] = {}

    @property
    def is_signed(self) -> bool:
        """Whether it claims to carry a message signature (RFC 9421)."""
        return "signature-input" in self.headers


def known_by(shown: Credentials) -> object | None:
    """Return by what a caller is known again; a signature proves one request only.

    Texts of a length that nobody needs are not remembered: they would fill the memory.
    """
    purpose, region = shown.purpose or "", shown.region or ""
    if shown.authorization is not None:
        size = len(shown.authorization) + len(purpose) + len(region)
        key: object = (shown.authorization, shown.purpose, shown.region)
    elif shown.is_signed:
        return None
    else:
        size = len(shown.user_agent) + len(shown.host) + len(purpose) + len(region)
        key = (shown.user_agent, shown.host, shown.purpose, shown.region)
    return key if size <= _LONGEST else None


def purpose_in(text: str | None, field: str = "Regie-Purpose") -> Purpose | None:
    """Return the purpose that a text names, or raise BadPurpose."""
    if text is None:
        return None
    try:
        return Purpose(text.strip().lower())
    except ValueError:
        raise BadPurpose("The purpose is not known.", field=field) from None


def region_in(text: str | None, field: str = "Regie-Region") -> str | None:
    """Return the country code that a text is, or raise BadRegion."""
    if text is None:
        return None
    if not _REGION.fullmatch(text.strip()):
        raise BadRegion("The region is no country code.", field=field)
    return text.strip()
