"""The small search language of the Admin API, as far as the shop plays it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt
from typing import Any, Final

from regie.demo.shopify.query.answers import NotPlayed, problem
from regie.demo.shopify.query.paging import number
from regie.demo.shopify.store import Row

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">=": ge,
    "<=": le,
    ">": gt,
    "<": lt,
    "": eq,
}
TERM: Final = re.compile(
    r"""\s*(?P<field>\w+):(?P<how>>=|<=|>|<|)(?P<q>['"]?)(?P<value>[^'"\s]+)(?P=q)(?:\s+AND(?=\s))?"""
)


def _moment(text: Any) -> Any:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise problem(f"Invalid timestamp for query filter: {text}", "BAD_REQUEST") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _lower(text: Any) -> str:
    return str(text or "").lower()


def _number(text: Any) -> int:
    digits = str(text).rpartition("/")[2]
    if not digits.isdigit():
        raise problem(f"Invalid id for query filter: {text}", "BAD_REQUEST")
    return int(digits)


FIELDS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "updated_at": ("updatedAt", _moment),
    "created_at": ("createdAt", _moment),
    "completed_at": ("completedAt", _moment),
    "status": ("status", _lower),
    "operation_type": ("type", _lower),
    "vendor": ("vendor", _lower),
    "product_type": ("productType", _lower),
    "handle": ("handle", _lower),
    "sku": ("sku", _lower),
    "barcode": ("barcode", _lower),
    "topic": ("topic", _lower),
    "name": ("name", _lower),
    "financial_status": ("displayFinancialStatus", _lower),
    "id": ("id", _number),
}


def search(rows: Iterable[Row], query: str | None) -> list[Row]:
    """Return the rows that match every term of the query."""
    tests = [_test(*term) for term in _terms(query or "")]
    return [row for row in rows if all(test(row) for test in tests)]


def _terms(query: str) -> list[tuple[str, str, str]]:
    """Split a query into terms, and refuse what the shop does not understand."""
    terms, place, text = [], 0, query.strip()
    while place < len(text):
        found = TERM.match(text, place)
        if not found or found["field"] not in FIELDS:
            raise NotPlayed(f"the search {query!r}")
        terms.append((found["field"], found["how"], found["value"]))
        place = found.end()
    return terms


def _test(field: str, how: str, value: str) -> Callable[[Row], bool]:
    key, read = FIELDS[field]
    compare, wanted = COMPARE[how], read(value)
    return lambda row: row.get(key) is not None and compare(read(row[key]), wanted)


SORT_KEYS: Final[Mapping[str, str]] = {
    "ID": "id",
    "UPDATED_AT": "updatedAt",
    "CREATED_AT": "createdAt",
    "TITLE": "title",
    "NAME": "name",
}


def sort_value(key: str) -> Callable[[Row], tuple[Any, int]]:
    """Return what rows are sorted by; equal values go by id."""
    if key == "id":
        return lambda row: (number(row["id"]), number(row["id"]))
    return lambda row: (row[key], number(row["id"]))
