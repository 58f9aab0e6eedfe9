"""Search as the rest of the house sees it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, or_

from connector.store import tables
from connector.store.database import Database
from connector.store.listing.filter import Filter, conditions
from connector.store.search import follow
from connector.store.search.inverted import Inverted, Within, entry
from connector.store.search.query import Query, Term
from connector.store.search.rank import DEPTH, Attempt, Hit, attempts, ranked
from connector.store.search.wanted import Tier, limits
from connector.store.search.weight import HEAD

_product = tables.product.c
_STEP = 500


class FacetKind(StrEnum):
    """What facets can be counted by; the value is how their keys begin."""

    BRAND = "b:"
    CATEGORY = "c:"
    TAG = "t:"
    ATTRIBUTE = "a:"


class Facets(Struct, frozen=True):
    """How many of the found products have each facet; `complete` unless there were more."""

    counts: Mapping[str, int]
    complete: bool


class SearchIndex(Protocol):
    """Finds products by words, inside what a filter and an asker's bounds leave over."""

    def follow(self, merchant_id: str, limit: int = _STEP) -> int:
        """Index the next changes, at most `limit`; return how many there were."""
        ...

    def position(self, merchant_id: str) -> int:
        """Return the change up to which the merchant's products are indexed."""
        ...

    def rebuild(self, merchant_id: str) -> None:
        """Index everything anew from the documents; meanwhile searches go on."""
        ...

    def find(
        self,
        connection: Connection,
        merchant_id: str,
        query: Query,
        narrowed: Filter,
        offset: int,
        limit: int,
    ) -> Sequence[Hit]:
        """Return hits in order of relevance; there is none behind the thousandth."""
        ...

    def total(
        self, connection: Connection, merchant_id: str, query: Query, narrowed: Filter, cap: int
    ) -> int:
        """Count the products that are found, up to `cap`."""
        ...

    def facets(
        self,
        connection: Connection,
        merchant_id: str,
        query: Query,
        narrowed: Filter,
        kinds: Sequence[str],
    ) -> Facets:
        """Count facets that begin with any of `kinds` ("b:", "c:") among the first thousand."""
        ...

    def holds(
        self, connection: Connection, merchant_id: str, query: Query, narrowed: Filter
    ) -> ColumnElement[bool]:
        """Return the condition on a product row that the query finds it, for other orders."""
        ...


class Search:
    """The one implementation, over any engine."""

    def __init__(self, inverted: Inverted, database: Database | None = None) -> None:
        self.inverted = inverted
        self._database = database

    @property
    def engine(self) -> str:
        """The name of the engine."""
        return self.inverted.name

    def follow(self, merchant_id: str, limit: int = _STEP) -> int:
        """Index the next changes in one transaction; a tombstone leaves the index."""
        count = follow.follow(self._own, self.inverted, merchant_id, limit)
        self.inverted.settle(merchant_id)
        return count

    def position(self, merchant_id: str) -> int:
        """Return the change up to which everything is indexed by this engine."""
        with self._own.read() as connection:
            found = follow.position(connection, merchant_id)
        if found is None or found.engine != self.inverted.name:
            return 0
        return self.inverted.reached(merchant_id, found.seq)

    def rebuild(self, merchant_id: str) -> None:
        """Write every entry anew, step by step; a crash in between is gone on from."""
        follow.renew(self._own, self.inverted, merchant_id)
        while self.follow(merchant_id):
            pass

    def find(
        self,
        connection: Connection,
        merchant_id: str,
        query: Query,
        narrowed: Filter,
        offset: int,
        limit: int,
    ) -> Sequence[Hit]:
        """Score the candidates and cut out the page."""
        upto = min(offset + limit, DEPTH)
        if offset >= DEPTH:
            return ()
        within = _within(merchant_id, narrowed)
        for attempt in attempts(self.inverted, query, limits(merchant_id, narrowed)):
            if hits := ranked(connection, self.inverted, within, attempt, upto):
                return hits[offset:]
        return ()

    def total(
        self, connection: Connection, merchant_id: str, query: Query, narrowed: Filter, cap: int
    ) -> int:
        """Count by the reading that finds anything."""
        _, ids = self._ids(connection, merchant_id, query, narrowed, cap)
        return len(ids)

    def facets(
        self,
        connection: Connection,
        merchant_id: str,
        query: Query,
        narrowed: Filter,
        kinds: Sequence[str],
    ) -> Facets:
        """Count over the entries of the first candidates by number."""
        within = _within(merchant_id, narrowed)
        for attempt in attempts(self.inverted, query, limits(merchant_id, narrowed)):
            sought = attempt.wanted(merchant_id, Tier.ANYWHERE)
            rows = self.inverted.find(connection, within, sought, (entry.facets,), DEPTH + 1)
            if rows:
                return counted([row[0] for row in rows], kinds)
        return Facets({}, complete=True)

    def holds(
        self, connection: Connection, merchant_id: str, query: Query, narrowed: Filter
    ) -> ColumnElement[bool]:
        """Name the products where they are few; ask each entry's own words where they are many."""
        attempt, ids = self._ids(connection, merchant_id, query, narrowed, DEPTH + 1)
        if attempt is None or len(ids) <= DEPTH or attempt.typos:
            return _product.id.in_(ids)
        return _has_words(connection.dialect.name, merchant_id, attempt)

    def _ids(
        self, connection: Connection, merchant_id: str, query: Query, narrowed: Filter, cap: int
    ) -> tuple[Attempt | None, list[str]]:
        within = _within(merchant_id, narrowed)
        for attempt in attempts(self.inverted, query, limits(merchant_id, narrowed)):
            sought = attempt.wanted(merchant_id, Tier.ANYWHERE)
            rows = self.inverted.find(connection, within, sought, (entry.product_id,), cap)
            if rows:
                return attempt, [row[0] for row in rows]
        return None, []

    @property
    def _own(self) -> Database:
        if self._database is None:
            raise TypeError("An index that is to follow needs its database.")
        return self._database


def _within(merchant_id: str, narrowed: Filter) -> Within:
    return Within(merchant_id, tuple(conditions(merchant_id, narrowed)))


def counted(lists: Sequence[str], kinds: Sequence[str]) -> Facets:
    """Count the facets that stand in the entries of products, one more than the first thousand."""
    begin = tuple(kinds)
    found = Counter(
        key for text in lists[:DEPTH] for key in text.split("\n") if key.startswith(begin)
    )
    return Facets(dict(sorted(found.items())), complete=len(lists) <= DEPTH)


def _has_words(dialect: str, merchant_id: str, attempt: Attempt) -> ColumnElement[bool]:
    """Look the terms up in the words that stand in each entry: the same in every order."""
    place = func.instr if dialect == "sqlite" else func.strpos
    terms = attempt.query.required[:6] if attempt.partial else attempt.query.required
    texts = _texts_in_head if attempt.query.by_head else _texts
    has = [or_(*(place(entry.ranks, text) > 0 for text in texts(term))) for term in terms]
    enough = (
        sum((case((each, 1), else_=0) for each in has), start=literal(0)) >= attempt.least
        if attempt.partial
        else and_(*has)
    )
    return exists().where(entry.merchant_id == merchant_id, entry.product_id == _product.id, enough)


def _texts(term: Term) -> list[str]:
    found = [f"\nw{term.word}" if term.beginning else f"\nw{term.word}\t"]
    return found + [f"\n{form}{stem}\t" for stem in term.stems for form in "wsp"]


def _texts_in_head(term: Term) -> list[str]:
    """Name the field behind each form: a form's first place is its best."""
    forms = [f"\nw{term.word}\t", *(f"\n{form}{it}\t" for it in term.stems for form in "wsp")]
    return [f"{form}{field}" for form in forms for field in sorted(HEAD)]
