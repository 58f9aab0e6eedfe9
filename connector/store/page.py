"""A filtered, sorted page of products whose cost does not grow with the catalogue."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from connector.store import prepared, rows, tables
from connector.store.filter import Filter as Filter
from connector.store.filter import conditions, symbolised, with_names
from connector.store.order import Found as Found
from connector.store.order import NothingToRank as NothingToRank
from connector.store.order import Position as Position
from connector.store.order import Sort as Sort
from connector.store.reader import StoredProduct, products_by_ids
from connector.store.search.choose import of
from connector.store.search.index import SearchIndex

_product = tables.product
_facet = tables.facet
_priced = tables.priced_facet
_ENOUGH = 500


class Driver(Struct, frozen=True):
    """The facet whose index a query walks."""

    key: str
    index: Table


_SORT_COLUMN: dict[Sort, ColumnElement[Any] | None] = {
    Sort.ID: None,
    Sort.PRICE_ASC: _product.c.price_min,
    Sort.PRICE_DESC: _product.c.price_min,
    Sort.TITLE: _product.c.title_key,
    Sort.UPDATED: _product.c.changed_at,
    Sort.RELEVANCE: None,
}
_DESCENDING = (Sort.PRICE_DESC, Sort.UPDATED)
_BY_PRICE = (Sort.PRICE_ASC, Sort.PRICE_DESC)


def find(
    connection: Connection,
    merchant_id: str,
    wanted: Filter,
    sort: Sort,
    after: Position | None,
    limit: int,
    index: SearchIndex | None = None,
    *,
    documents: bool = True,
) -> Sequence[Found]:
    """Return at most `limit` products behind `after`, by the database's own index or by another.

    Without `documents` they may be left unread: `connector.store.unread` reads them.
    """
    driver = _driver(connection, merchant_id, wanted, sort)
    if not _can_match(connection, merchant_id, wanted, driver):
        return ()
    if sort is Sort.RELEVANCE:
        return _best(connection, merchant_id, wanted, after, limit, index or of(connection))
    rest = structs.replace(wanted, **_already_bounded(sort, after))
    if wanted.query is not None:
        query = _page(merchant_id, rest, sort, after, driver).limit(limit)
        found = index or of(connection)
        holds = found.holds(connection, merchant_id, wanted.query, wanted)
        return _found(connection.execute(query.where(holds)))
    return _found(_by_shape(connection, merchant_id, rest, sort, after, driver, limit, documents))


def _found(page: Iterable[Any]) -> Sequence[Found]:
    return [Found(row[0], row[1], bool(row[2]), bool(row[3]), row[4], row[5]) for row in page]


def _at(product: StoredProduct, value: int) -> Found:
    return Found(
        product.id, product.seq, product.deleted, product.publishable, product.document, value
    )


def _by_shape(
    connection: Connection,
    merchant_id: str,
    wanted: Filter,
    sort: Sort,
    after: Position | None,
    driver: Driver | None,
    limit: int,
    documents: bool,  # noqa: FBT001 - private
) -> Sequence[Any]:
    """Run a page's statement, put together once for all pages of its shape."""
    rest = _without(wanted, driver)
    named = symbolised(rest)
    values = {**named.values, "merchant_id": merchant_id, "most": limit}
    if driver:
        values["driver_key"] = driver.key
    if after:
        values |= {"after_value": after.value, "after_id": after.id}
    shape = ("page", sort, after is None, driver and driver.index.name, documents, named.shape)

    def build() -> Select[Any]:
        page = _named_page(rest, sort, driver, begun=after is not None)
        return page if documents else page.with_only_columns(*_unread(page))

    return prepared.rows(connection, shape, values, build)


def _unread(page: Select[Any]) -> Sequence[ColumnElement[Any]]:
    """Return the columns of a page with nothing in the place of the document."""
    return [
        literal_column("NULL").label("unread") if it.name == "document" else it
        for it in page.selected_columns
    ]


def _named_page(wanted: Filter, sort: Sort, driver: Driver | None, *, begun: bool) -> Select[Any]:
    """Put together a page's statement with names in the place of values."""
    after: Any = Position(_named("after_value", sort), bindparam("after_id")) if begun else None  # type: ignore[arg-type]  # names for values
    by_name: Any = structs.replace(driver, key=bindparam("driver_key")) if driver else None
    merchant: Any = bindparam("merchant_id")
    return _page(merchant, with_names(wanted), sort, after, by_name).limit(bindparam("most"))


def _named(name: str, sort: Sort) -> Any:
    return bindparam(name, type_=Text() if sort is Sort.TITLE else BigInteger())


def _page(
    merchant_id: str, wanted: Filter, sort: Sort, after: Position | None, driver: Driver | None
) -> Select[Any]:
    query = _base(merchant_id, sort, driver).where(*conditions(merchant_id, wanted))
    return _from_position(query, sort, after, driver)


def _without(wanted: Filter, driver: Driver | None) -> Filter:
    """Leave out the facet that the driver sees to."""
    if driver is None:
        return wanted
    groups = tuple(group for group in wanted.facets if group != (driver.key,))
    return structs.replace(wanted, facets=groups)


def _can_match(
    connection: Connection, merchant_id: str, wanted: Filter, driver: Driver | None
) -> bool:
    """Look for each facet alone first: one that nobody has would be sought in vain.

    The driver's own facet needs no look: where nobody has it, its index is empty at once.
    """
    parts = [
        exists().where(_facet.c.merchant_id == merchant_id, _facet.c.key.in_(group))
        for group in _without(wanted, driver).facets
    ]
    return not parts or bool(connection.execute(select(and_(*parts))).scalar_one())


def _already_bounded(sort: Sort, after: Position | None) -> dict[str, None]:
    """Drop the bound that the cursor tightens: with both, the planner may seek on the wrong one."""
    if after is None:
        return {}
    bounds = {Sort.PRICE_ASC: "price_min", Sort.PRICE_DESC: "price_max"}
    return {bounds[sort]: None} if sort in bounds else {}


def _best(
    connection: Connection,
    merchant_id: str,
    wanted: Filter,
    after: Position | None,
    limit: int,
    index: SearchIndex,
) -> Sequence[Found]:
    """Return the products behind a rank, best first."""
    if wanted.query is None:
        raise NothingToRank("An order by relevance needs a query.")
    rank = after.value if after and isinstance(after.value, int) else 0
    hits = index.find(connection, merchant_id, wanted.query, wanted, max(rank, 0), limit)
    products = products_by_ids(connection, merchant_id, [hit.id for hit in hits])
    return [_at(products[hit.id], rank + place) for place, hit in enumerate(hits, start=1)]


def total(
    connection: Connection,
    merchant_id: str,
    wanted: Filter,
    cap: int,
    index: SearchIndex | None = None,
) -> int:
    """Count matches up to `cap`: a full count would grow with the catalogue."""
    driver = _driver(connection, merchant_id, wanted, Sort.ID)
    if not _can_match(connection, merchant_id, wanted, driver):
        return 0
    if wanted.query is not None:
        found = index or of(connection)
        return found.total(connection, merchant_id, wanted.query, wanted, cap)
    query = _page(merchant_id, _without(wanted, driver), Sort.ID, None, driver).order_by(None)
    inner = query.with_only_columns(literal_column("1")).limit(cap).subquery()
    return connection.execute(select(func.count()).select_from(inner)).scalar_one()


def _driver(connection: Connection, merchant_id: str, wanted: Filter, sort: Sort) -> Driver | None:
    """Choose the single facet key that leads to the fewest products, or None to walk the order."""
    by_price = sort in _BY_PRICE
    keys = [group[0] for group in wanted.facets if len(group) == 1]
    if wanted.within is not None and len(wanted.within) == 1 and wanted.within[0].single_facet:
        keys.append(wanted.within[0].single_facet)
    if by_price:
        keys = [key for key in keys if rows.is_priced(key)]
    if not keys:
        return None
    if len(keys) > 1:
        keys.sort(key=lambda key: _popularity(connection, merchant_id, key))
    return Driver(keys[0], _priced if by_price else _facet)


def _popularity(connection: Connection, merchant_id: str, key: str) -> int:
    """Count a facet's products, but no further than it takes to know that it is common."""
    inner = (
        select(literal_column("1"))
        .select_from(_facet)
        .where(_facet.c.merchant_id == merchant_id, _facet.c.key == key)
        .limit(_ENOUGH)
        .subquery()
    )
    return connection.execute(select(func.count()).select_from(inner)).scalar_one()


def _base(merchant_id: str, sort: Sort, driver: Driver | None) -> Select[Any]:
    """Start from the driving facet's index where there is one, else from the sort's own."""
    column = _sort_column(sort, driver)
    shown = literal_column("NULL") if column is None else column
    query: Select[Any] = select(
        _product.c.id,
        _product.c.seq,
        _product.c.deleted,
        _product.c.publishable,
        _product.c.document,
        shown.label("sort_value"),
    )
    if driver is None:
        return query.where(_product.c.merchant_id == merchant_id, _product.c.deleted.is_(False))
    index = driver.index.c
    return query.join(
        driver.index,
        and_(index.merchant_id == _product.c.merchant_id, index.product_id == _product.c.id),
    ).where(
        index.merchant_id == merchant_id,
        index.key == driver.key,
        _product.c.merchant_id == merchant_id,
        _product.c.deleted.is_(False),
    )


def _sort_column(sort: Sort, driver: Driver | None) -> ColumnElement[Any] | None:
    if driver is not None and sort in _BY_PRICE:
        return driver.index.c.price_min
    return _SORT_COLUMN[sort]


def _id_column(driver: Driver | None) -> ColumnElement[str]:
    return _product.c.id if driver is None else driver.index.c.product_id


def _from_position(
    query: Select[Any], sort: Sort, after: Position | None, driver: Driver | None
) -> Select[Any]:
    """Seek behind the cursor: the sort column's own bound first, so that the index is used."""
    column, identity = _sort_column(sort, driver), _id_column(driver)
    if column is None:
        query = query if after is None else query.where(identity > after.id)
        return query.order_by(identity)
    down = sort in _DESCENDING
    if after is not None:
        bound = column <= after.value if down else column >= after.value
        beyond = column < after.value if down else column > after.value
        next_id = identity < after.id if down else identity > after.id
        query = query.where(bound, or_(beyond, next_id))
    order = (column.desc(), identity.desc()) if down else (column, identity)
    return query.where(column.is_not(None)).order_by(*order)
