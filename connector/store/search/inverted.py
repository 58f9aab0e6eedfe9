"""What an engine must be able to do: keep tokens, and find the products that have them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, Protocol

from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    any_,
    literal,
    select,
)

from connector.store import tables
from connector.store.search.entry import Entry
from connector.store.search.tables import search_entry
from connector.store.search.wanted import Leaf, Wanted

entry = search_entry.c
_product = tables.product.c
_MOST_KEYS = 200


Found = Sequence[Any]
"""One row of the columns that were asked for."""


class Within(Struct, frozen=True):
    """Whose products, and the conditions that their standing rows fulfil."""

    merchant_id: str
    conditions: tuple[ColumnElement[bool], ...] = ()


class Inverted(Protocol):
    """The part of an index that differs between engines."""

    name: str
    allows_typos: bool

    def put(
        self,
        connection: Connection,
        merchant_id: str,
        gone: Sequence[Entry],
        come: Sequence[Entry],
    ) -> None:
        """Take away the tokens of entries, if they are its own, and keep those of others."""
        ...

    def find(
        self,
        connection: Connection,
        within: Within,
        wanted: Wanted,
        columns: Sequence[ColumnElement[Any]],
        limit: int,
    ) -> Sequence[Found]:
        """Return columns of the first products by number that have the tokens and stand."""
        ...

    def has_more(self, connection: Connection, within: Within, wanted: Wanted, limit: int) -> bool:
        """Tell whether more than `limit` are indexed, standing or not: cheap, and only a hint."""
        ...

    def settle(self, merchant_id: str) -> None:
        """Bring what lies outside of the database to where the database is."""
        ...

    def reached(self, merchant_id: str, position: int) -> int:
        """Return how far it is, when the database is at `position`."""
        ...


def standing(query: Select[Any], within: Within) -> Select[Any]:
    """Join the rows as they stand now: what was hidden since it was indexed is not found."""
    return query.join(
        tables.product,
        and_(_product.merchant_id == entry.merchant_id, _product.id == entry.product_id),
    ).where(
        # Written so that no planner begins with all products of the merchant.
        entry.merchant_id.concat("") == within.merchant_id,
        _product.deleted.is_(False),
        *within.conditions,
    )


def of_numbers(
    connection: Connection,
    within: Within,
    columns: Sequence[ColumnElement[Any]],
    windows: Iterable[Sequence[int]],
    limit: int,
) -> Sequence[Found]:
    """Return columns of the numbered products that stand, window by window until enough."""
    found: list[Found] = []
    is_sqlite = connection.dialect.name == "sqlite"
    for numbers in windows:
        among = entry.number.in_(numbers) if is_sqlite else entry.number == any_(_array(numbers))
        query = standing(select(*columns).select_from(search_entry), within)
        found += connection.execute(query.where(among).order_by(entry.number)).all()
        if len(found) >= limit:
            break
    return found[:limit]


def _array(numbers: Sequence[int]) -> ColumnElement[Any]:
    return literal(list(numbers), ARRAY(BigInteger))


def ways(wanted: Wanted) -> Iterator[tuple[Leaf, ...]]:
    """Yield each set of terms that is enough."""
    if wanted.is_all:
        yield wanted.terms
    else:
        yield from combinations(wanted.terms, wanted.least)


def can_match(wanted: Wanted) -> bool:
    """Tell whether there is anything to look for."""
    return bool(wanted.terms) and all(key.tokens for key in wanted.keys)


def useful_keys(wanted: Wanted) -> list[Leaf]:
    """Return the limits that the index can hold; the rows are checked for all of them anyway."""
    return [key for key in wanted.keys if len(key.tokens) <= _MOST_KEYS]
