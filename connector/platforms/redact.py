"""Take keys, tokens and signatures out of everything that may be read by people or kept in logs."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

MASK = "***"

SHOWN_PARAMETERS = frozenset(
    {
        "after", "before", "context", "dates_are_gmt", "exclude", "fields", "first", "include",
        "limit", "modified_after", "modified_before", "offset", "order", "orderby", "page",
        "parent", "per_page", "sku", "status", "stock_status", "type", "_fields",
    }
)  # fmt: skip  # a table reads better in columns

_TELLTALE = (
    r"token|secret|hmac|signature|passw(?:or)?d|consumer_?key|api[_-]?key|authori[sz]ation"
    r"|cookie|credential|oauth_\w+"
)
_HEADER = re.compile(rf"(?i){_TELLTALE}|-key$|^key$")
_KNOWN_FORMS = re.compile(
    r"\b(?:shp[a-z]{2}|ck|cs|whsec|atkn)_[A-Za-z0-9_]{4,}"  # Shopify, WooCommerce, webhooks
    r"|\beyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)?"  # a JWT
)
_SCHEMES = re.compile(r"(?i)\b(basic|bearer|oauth)\s+[A-Za-z0-9+/=._~-]{8,}")
_PAIRS = re.compile(
    rf"(?i)([\w-]*(?:{_TELLTALE})[\w-]*[\"']?\s*[=:]\s*[bu]?[\"']?)([^\s\"'&,;)}}\]]+)"
)
_QUERY_PAIRS = re.compile(r"(?i)([?&](?:code|state|host|sig|key|id_token|session)=)[^&\s\"']+")
_URLS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+")


def redact_url(url: str) -> str:
    """Return `url` without user info and fragment, and with unknown parameters' values masked.

    Masks by default: only parameters that are known to be harmless keep their value.
    """
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return MASK
    shown = ((k, quote(v, safe=",:") if k in SHOWN_PARAMETERS else MASK) for k, v in pairs)
    query = "&".join(f"{_known_forms(quote(k))}={_known_forms(v)}" for k, v in shown)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, _known_forms(parts.path), query, ""))


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return a copy whose secret-bearing headers hold only the mask."""
    return {
        name: MASK if _HEADER.search(name) else redact_text(value)
        for name, value in headers.items()
    }


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with every known form of a secret, and each of `secrets`, masked."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, MASK)
    text = _URLS.sub(lambda found: redact_url(found.group()), text)
    text = _SCHEMES.sub(rf"\1 {MASK}", _known_forms(text))
    text = _PAIRS.sub(rf"\1{MASK}", text)
    return _QUERY_PAIRS.sub(rf"\1{MASK}", text)


def _known_forms(text: str) -> str:
    return _KNOWN_FORMS.sub(MASK, text)
