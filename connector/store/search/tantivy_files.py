"""The engine for large catalogues: tantivy's files beside the database, one writer at a time."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tantivy
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select
from tantivy import Occur, Query

from connector.store import tables
from connector.store.database import Database
from connector.store.search import follow
from connector.store.search.entry import Entry
from connector.store.search.fts5 import Fts5
from connector.store.search.gin import Gin
from connector.store.search.inverted import (
    Found,
    Inverted,
    Within,
    can_match,
    of_numbers,
    useful_keys,
)
from connector.store.search.token import salt, tokens
from connector.store.search.wanted import Leaf, Wanted

_TERMS, _NUMBER, _KEY, _MARK, _STATE = "terms", "number", "key", "mark", "state"
_STEP = 2_000
_WINDOW = 4_000
_HEAP = 64_000_000
_product = tables.product.c


class Mark(Struct, frozen=True):
    """How far a merchant is in these files; a document of the same commit holds it."""

    seq: int = 0
    generation: int = 0
    swept: bool = True


class TantivyFiles:
    """Tokens in tantivy's files; what they mean stands in the database's entries.

    The files go behind the entries in commits of their own, each with its mark: after a crash they
    go on from the last. What they find is judged by the standing rows, like everywhere.
    """

    name = "tantivy"
    allows_typos = True

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        self._own: Inverted = Fts5() if database.is_sqlite else Gin()
        self._opened: tuple[int, int, tantivy.Index] | None = None

    def put(
        self,
        connection: Connection,
        merchant_id: str,
        gone: Sequence[Entry],
        come: Sequence[Entry],  # noqa: ARG002 - of the Protocol
    ) -> None:
        """Leave it to `settle`: files take no part in the database's transaction.

        Only what the database's own engine left is taken away at once.
        """
        self._own.put(connection, merchant_id, gone, ())

    def find(
        self,
        connection: Connection,
        within: Within,
        wanted: Wanted,
        columns: Sequence[ColumnElement[Any]],
        limit: int,
    ) -> Sequence[Found]:
        """Take the matches by number, window by window, until enough of them stand."""
        if not can_match(wanted) or self._is_empty():
            return ()
        index = self._index()
        query = _query(index.schema, within.merchant_id, wanted)
        windows = _windows(index.searcher(), query, limit)
        return of_numbers(connection, within, columns, windows, limit)

    def has_more(
        self,
        connection: Connection,  # noqa: ARG002 - of the Protocol
        within: Within,
        wanted: Wanted,
        limit: int,
    ) -> bool:
        """Count in the files alone."""
        if not can_match(wanted) or self._is_empty():
            return False
        index = self._index()
        query = _query(index.schema, within.merchant_id, wanted)
        return bool(index.searcher().search(query, limit=1, offset=limit, count=False).hits)

    def reached(self, merchant_id: str, position: int) -> int:
        """Return how far these files are, at most as far as the entries."""
        return min(position, self._mark(merchant_id).seq)

    def settle(self, merchant_id: str) -> None:
        """Go behind the entries; whoever finds another process writing leaves it at that."""
        with self._database.read() as connection:
            goal = follow.position(connection, merchant_id)
        if goal is None:
            return
        target = Mark(goal.seq, goal.generation, goal.swept)
        if self._mark(merchant_id) == target:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            writer = self._index().writer(heap_size=_HEAP, num_threads=1)
        except ValueError:
            return
        try:
            self._catch_up(writer, merchant_id, target)
        finally:
            writer.wait_merging_threads()

    def _catch_up(self, writer: tantivy.IndexWriter, merchant_id: str, target: Mark) -> None:
        index = self._index()
        mark = self._mark(merchant_id)
        if mark.generation != target.generation:
            mark = Mark(0, target.generation, swept=False)
        while mark.seq < target.seq:
            with self._database.read() as connection:
                ids, last = _changed(connection, merchant_id, mark.seq, target.seq)
                entries = follow.stored(connection, merchant_id, ids)
            for product_id in ids:
                writer.delete_documents_by_term(_KEY, _key(merchant_id, product_id))
            for entry in entries.values():
                writer.add_document(_document(index.schema, merchant_id, entry))
            mark = Mark(last, target.generation, mark.swept)
            _commit(writer, merchant_id, mark)
        if target.swept:
            _sweep(writer, index.schema, merchant_id, target.generation)
            _commit(writer, merchant_id, target)

    def _mark(self, merchant_id: str) -> Mark:
        if self._is_empty():
            return Mark()
        index = self._index()
        searcher = index.searcher()
        hits = searcher.search(Query.term_query(index.schema, _MARK, merchant_id), limit=1).hits
        if not hits:
            return Mark()
        return msgspec.json.decode(str(searcher.doc(hits[0][1])[_STATE][0]), type=Mark)

    def _is_empty(self) -> bool:
        return not (self._folder / "meta.json").exists()

    def _index(self) -> tantivy.Index:
        """Return the files as of their last commit, opened by this process itself."""
        if self._is_empty():
            tantivy.Index(_schema(), path=str(self._folder))
        changed = (self._folder / "meta.json").stat().st_mtime_ns
        pid = os.getpid()
        if self._opened is None or self._opened[0] != pid:
            self._opened = (pid, 0, tantivy.Index.open(str(self._folder)))
        if self._opened[1] != changed:
            self._opened[2].reload()
            self._opened = (pid, changed, self._opened[2])
        return self._opened[2]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TERMS, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field(_NUMBER, fast=True)
    builder.add_text_field(_KEY, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_MARK, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_STATE, stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _key(merchant_id: str, product_id: str) -> str:
    return f"{merchant_id} {product_id}"


def _document(schema: tantivy.Schema, merchant_id: str, entry: Entry) -> tantivy.Document:
    before = salt(merchant_id)
    words = [*tokens(merchant_id, entry), f"{before}m", f"{before}g{entry.generation}"]
    values = {
        _TERMS: " ".join(words),
        _NUMBER: entry.number,
        _KEY: _key(merchant_id, entry.product_id),
    }
    return tantivy.Document.from_dict(values, schema)


def _commit(writer: tantivy.IndexWriter, merchant_id: str, mark: Mark) -> None:
    """Make all visible and lasting at once: the documents and how far they go."""
    writer.delete_documents_by_term(_MARK, merchant_id)
    state = msgspec.json.encode(mark).decode()
    writer.add_document(tantivy.Document(**{_MARK: [merchant_id], _STATE: [state]}))
    writer.commit()


def _sweep(
    writer: tantivy.IndexWriter, schema: tantivy.Schema, merchant_id: str, generation: int
) -> None:
    """Drop what earlier generations left."""
    before = salt(merchant_id)
    mine = Query.term_query(schema, _TERMS, f"{before}m", "basic")
    fresh = Query.term_query(schema, _TERMS, f"{before}g{generation}", "basic")
    writer.delete_documents_by_query(
        Query.boolean_query([(Occur.Must, mine), (Occur.MustNot, fresh)])
    )


def _changed(
    connection: Connection, merchant_id: str, since: int, upto: int
) -> tuple[list[str], int]:
    """Return the products of the next changes, and the change up to which they go."""
    query = (
        select(_product.id, _product.seq)
        .where(_product.merchant_id == merchant_id, _product.seq > since, _product.seq <= upto)
        .order_by(_product.seq)
        .limit(_STEP)
    )
    rows = connection.execute(query).all()
    full = len(rows) == _STEP
    return [row[0] for row in rows], rows[-1][1] if full else upto


def _windows(searcher: tantivy.Searcher, query: Query, limit: int) -> Iterator[list[int]]:
    """Yield the numbers of all matches, smallest first."""
    offset, size = 0, min(limit, _WINDOW)
    while True:
        found = searcher.search(
            query,
            limit=size,
            offset=offset,
            count=False,
            order_by_field=_NUMBER,
            order=tantivy.Order.Asc,
        ).hits
        if found:
            yield [int(number) for number, _ in found]
        if len(found) < size:
            return
        offset, size = offset + size, _WINDOW


def _query(schema: tantivy.Schema, merchant_id: str, wanted: Wanted) -> Query:
    mine = Query.term_query(schema, _TERMS, f"{salt(merchant_id)}m", "basic")
    terms = [(Occur.Should, _any(schema, leaf)) for leaf in wanted.terms]
    enough = Query.boolean_query(terms, minimum_number_should_match=wanted.least)
    keys = [(Occur.Must, _any(schema, key)) for key in useful_keys(wanted)]
    return Query.boolean_query([(Occur.Must, mine), (Occur.Must, enough), *keys])


def _any(schema: tantivy.Schema, leaf: Leaf) -> Query:
    parts = [Query.term_set_query(schema, _TERMS, list(leaf.tokens))]
    if leaf.beginning is not None:
        parts.append(Query.fuzzy_term_query(schema, _TERMS, leaf.beginning, 0, prefix=True))
    if leaf.almost is not None:
        parts.append(Query.fuzzy_term_query(schema, _TERMS, leaf.almost, 1))
    return Query.boolean_query([(Occur.Should, part) for part in parts])
