"""From a query to products in order: candidates by tier, each scored by its own words."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select

from connector.model import document as documents
from connector.store import tables
from connector.store.search.entry import digest_of, ranks_of
from connector.store.search.inverted import Found, Inverted, Within, entry
from connector.store.search.query import Query
from connector.store.search.rewrite import rewritings
from connector.store.search.score import Scorer
from connector.store.search.wanted import Leaf, Tier, Wanted, most, wanted, whole

DEPTH = 1_000
"""How many candidates are scored, and how deep an order by relevance goes."""

_FIRST_BLOCK = 250
_product = tables.product.c


class Hit(Struct, frozen=True):
    """One product that a query finds."""

    id: str
    score: int


class Attempt(Struct, frozen=True):
    """One reading of a query: all terms, with typing errors, written otherwise, or most of them."""

    query: Query
    limits: tuple[Leaf, ...]
    typos: bool = False
    partial: bool = False

    def wanted(self, merchant_id: str, tier: Tier) -> Wanted:
        """Return what this reading asks of an engine."""
        found = wanted(merchant_id, self.query, tier, self.limits, typos=self.typos)
        return most(found) if self.partial else found

    @property
    def least(self) -> int:
        """How many terms a product must have."""
        count = len(self.query.required)
        return (min(count, 6) + 1) // 2 if self.partial else count


_COLUMNS: tuple[ColumnElement[Any], ...] = (
    entry.product_id,
    _product.in_stock,
    entry.title,
    entry.ranks,
    entry.digest,
    entry.seq,
    _product.seq.label("row_seq"),
)


def attempts(inverted: Inverted, query: Query, limits: tuple[Leaf, ...]) -> Iterator[Attempt]:
    """Yield the readings of a query, the strictest first; the first that finds anything holds."""
    if not query.required:
        return
    yield Attempt(query, limits)
    if query.exactly:
        return
    if inverted.allows_typos:
        yield Attempt(query, limits, typos=True)
    yield from (Attempt(other, limits) for other in rewritings(query))
    if len(query.required) > 1:
        yield Attempt(query, limits, partial=True)


def ranked(
    connection: Connection, inverted: Inverted, within: Within, attempt: Attempt, upto: int
) -> Sequence[Hit]:
    """Return the best products of one reading, at most `upto`, best first, ties by id."""
    scorer = Scorer(attempt.query, attempt.least, typos=attempt.typos)
    hits: list[Hit] = []
    for block in _blocks(connection, inverted, within, attempt):
        for negative, key, row in _scored(block, scorer):
            if len(hits) == upto:
                return hits
            if _still_fits(connection, within.merchant_id, row, scorer):
                hits.append(Hit(key, -negative))
        if len(hits) == upto:
            break
    return hits


def _scored(block: Sequence[Found], scorer: Scorer) -> list[tuple[int, str, Found]]:
    scored: list[tuple[int, str, Found]] = []
    for row in block:
        key, in_stock, title, ranks, *_ = row
        score = scorer.score(ranks, title, in_stock=in_stock)
        if score is not None:
            scored.append((-score, key, row))
    scored.sort()  # no two ids are the same, and so rows are never compared
    return scored


def _blocks(
    connection: Connection, inverted: Inverted, within: Within, attempt: Attempt
) -> Iterator[Sequence[Found]]:
    """Yield the candidates: all in one block, or of many the best-placed first.

    Each block is in order by itself, whatever page is asked for: the first pages of a common word
    need not wait for a thousand scores. Which products make up a block depends on those that the
    asker may see alone; what else is indexed only decides how they are looked up.
    """

    def tier(which: Tier, limit: int) -> Sequence[Found]:
        sought = attempt.wanted(within.merchant_id, which)
        return inverted.find(connection, within, sought, _COLUMNS, limit)

    everywhere = attempt.wanted(within.merchant_id, Tier.ANYWHERE)
    if not inverted.has_more(connection, within, whole(everywhere), _FIRST_BLOCK):
        every = tier(Tier.ANYWHERE, _FIRST_BLOCK + 1)
        if len(every) <= _FIRST_BLOCK:
            yield every
            return
    found: dict[str, Found] = {}
    for start, end in ((0, _FIRST_BLOCK), (_FIRST_BLOCK, DEPTH)):
        for which in Tier:
            if len(found) < end:
                found.update((row[0], row) for row in tier(which, end))
        yield list(found.values())[start:end]


def _still_fits(connection: Connection, merchant_id: str, found: Found, scorer: Scorer) -> bool:
    """Read a product that changed since it was indexed: its words may have changed as well."""
    key, _, title, _, digest, seq, row_seq = found
    if row_seq == seq:
        return True
    query = select(_product.document, _product.in_stock).where(
        _product.merchant_id == merchant_id, _product.id == key
    )
    data, in_stock = connection.execute(query).one()
    product = documents.facts(data)
    if digest_of(product) == digest:
        return True
    return scorer.score(ranks_of(product), title, in_stock=in_stock) is not None
