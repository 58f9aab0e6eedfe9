"""The small habits of WordPress: how it writes JSON, dates, slugs and links, and reads a query."""

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Pairs = list[tuple[str, str]]

HOME = "http://shop.invalid"
"""Stands for the shop's own address in everything the shop keeps."""

DATE_TIME = re.compile(
    r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}(:?\d{2})?)?$"
)
_KEY_PART = re.compile(r"\[([^\]]*)\]")
_MARKS = {"Mn"}


def write_json(value: Any, home: str) -> bytes:
    """Write JSON as PHP does: escaped slashes, nothing but ASCII, the shop's real address."""
    text = json.dumps(value, separators=(",", ":")).replace(HOME, home)
    return text.replace("/", "\\/").encode("ascii")


def stamp(moment: datetime) -> str:
    """Return a moment as WordPress writes it: whole seconds, no zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def set_dates(item: Json, field: str, moment: datetime | None, zone: ZoneInfo) -> None:
    """Write one moment in both forms, local and GMT."""
    item[field] = stamp(moment.astimezone(zone)) if moment else None
    item[f"{field}_gmt"] = stamp(moment.astimezone(UTC)) if moment else None


def read_gmt(item: Json, field: str) -> datetime | None:
    """Read the GMT form of a date the shop wrote itself."""
    text = item.get(f"{field}_gmt")
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a date a caller sent; without a zone it is the shop's local time."""
    moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def slugify(name: str) -> str:
    """Return the piece of URL WordPress makes of a name; other scripts become percent codes."""
    plain = "".join(
        mark
        for mark in unicodedata.normalize("NFKD", re.sub(r"&\w+;|<[^>]+>", " ", name).lower())
        if unicodedata.category(mark) not in _MARKS or ord(mark) > 0x036F
    )
    return quote("-".join(re.findall(r"\w+", plain)), safe="-").lower()


def encode_name(name: str) -> str:
    """Return a name the way it leaves the shop: with every bare ampersand as `&amp;`."""
    return re.sub(r"&(?!#?\w+;)", "&amp;", name)


def read_query(pairs: Iterable[tuple[str, str]]) -> Json:
    """Read a query as PHP does: the last value wins, and `a[0]=x` is a list entry."""
    found: Json = {}
    for key, value in pairs:
        base, parts = key.split("[", 1)[0], _KEY_PART.findall(key)
        if not parts:
            found[base] = value
            continue
        held = found.setdefault(base, {})
        if isinstance(held, dict):
            held[parts[0] or str(len(held))] = value
    return found


def flat_query(params: Json) -> Pairs:
    """Return a read query as plain pairs again, lists as `a[0]`."""
    flat: Pairs = []
    for key, value in params.items():
        if isinstance(value, dict):
            flat += [(f"{key}[{part}]", inner) for part, inner in value.items()]
        else:
            flat.append((key, value))
    return flat


def as_list(value: Any) -> list[str]:
    """Read a list parameter, sent as `a,b` or as `a[0]=…`."""
    if isinstance(value, dict):
        return [str(part) for part in value.values()]
    if isinstance(value, list):
        return [str(part) for part in value]
    return [part.strip() for part in re.split(r"[,\s]+", str(value)) if part.strip()]


def as_ids(value: Any) -> list[int]:
    """Read a list of ids; what is no number counts as 0, as in PHP."""
    return [int(part) if part.lstrip("-").isdigit() else 0 for part in as_list(value)]


def is_true(value: Any) -> bool:
    """Tell whether a query or body value means yes."""
    return str(value).lower() in {"1", "true", "yes"}


def links(path: str, *, up: str | None = None, allow: bool = True) -> Json:
    """Return the `_links` of an entry; `path` is relative to wc/v3."""
    root = f"{HOME}/wp-json/wc/v3"
    mine: Json = {"href": f"{root}/{path}"}
    if allow:
        mine["targetHints"] = {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]}
    found: Json = {
        "self": [mine],
        "collection": [{"href": f"{root}/{path.rsplit('/', 1)[0]}"}],
    }
    if up is not None:
        found["up"] = [{"href": f"{root}/{up}"}]
    return found


def page_link(url: str, params: Json, page: int) -> str:
    """Return a page's address, echoing the whole query: credentials and all."""
    return f"{url}?{urlencode(flat_query({**params, 'page': str(page)}))}"
