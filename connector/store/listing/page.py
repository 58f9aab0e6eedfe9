"""A filtered, sorted page of products whose cost does not grow with the catalogue."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from connector.store import tables
from connector.store.database import prepared
from connector.store.listing.driver import Driver, can_match, driver_of, without
from connector.store.listing.filter import Filter as Filter
from connector.store.listing.filter import conditions, symbolised, with_names
from connector.store.listing.order import Found as Found
from connector.store.listing.order import NothingToRank as NothingToRank
from connector.store.listing.order import Position as Position
from connector.store.listing.order import Sort as Sort
from connector.store.listing.reader import StoredProduct, products_by_ids
from connector.store.product.brief import Form, document_as
from connector.store.search.choose import of
from connector.store.search.index import Facets as Facets
from connector.store.search.index import SearchIndex, counted
from connector.store.search.inverted import entry
from connector.store.search.rank import DEPTH

_product = tables.product
_facet = tables.facet
_priced = tables.priced_facet


class _Shaped(Struct, frozen=True, eq=False):
    """A list's filter without its driver, its values by name, and what names its statement."""

    rest: Filter
    values: Mapping[str, Any]
    shape: Hashable


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
    form: Form = Form.WHOLE,
) -> Sequence[Found]:
    """Return at most `limit` products behind `after`, by the database's own index or by another.

    Documents may come in a fuller form than asked; what did not is read by
    `connector.store.listing.unread`.
    """
    driver = driver_of(connection, merchant_id, wanted, sort)
    if not can_match(connection, merchant_id, wanted, driver):
        return ()
    if sort is Sort.RELEVANCE:
        return _best(connection, merchant_id, wanted, after, limit, index or of(connection))
    rest = wanted if after is None else _unbounded(wanted, sort)
    if wanted.query is not None:
        query = _page(merchant_id, rest, sort, after, driver).limit(limit)
        found = index or of(connection)
        holds = found.holds(connection, merchant_id, wanted.query, wanted)
        return _found(connection.execute(query.where(holds)))
    return _found(_by_shape(connection, merchant_id, rest, sort, after, driver, limit, form))


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
    form: Form,
) -> Sequence[Any]:
    """Run a page's statement, put together once for all pages of its shape."""
    shaped = _shaped(wanted, sort, driver, form, after is not None)
    values = {**shaped.values, "merchant_id": merchant_id, "most": limit}
    if after:
        values |= {"after_value": after.value, "after_id": after.id}

    def build() -> "Select[Any]":  # text, for it would be worked out with every page
        page = _named_page(shaped.rest, sort, driver, begun=after is not None)
        return page.with_only_columns(*_in_form(page, form))

    return prepared.rows(connection, shaped.shape, values, build)


@lru_cache(maxsize=1024)
def _shaped(
    wanted: Filter,
    sort: Sort,
    driver: Driver | None,
    form: Form,
    begun: bool,  # noqa: FBT001 - private
) -> _Shaped:
    """Tell the statement of a list from its values; the same list is asked for again and again."""
    rest = without(wanted, driver)
    named = symbolised(rest)
    key = {"driver_key": driver.key} if driver else {}
    shape = ("page", sort, begun, driver and driver.index.name, form, named.shape)
    return _Shaped(rest, {**named.values, **key}, shape)


def _in_form(page: Select[Any], form: Form) -> Sequence[ColumnElement[Any]]:
    """Return the columns of a page with the document in a form."""
    return [document_as(form) if it.name == "document" else it for it in page.selected_columns]


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


def _unbounded(wanted: Filter, sort: Sort) -> Filter:
    """Drop the bound that the cursor tightens: with both, the planner may seek on the wrong one."""
    bounds = {Sort.PRICE_ASC: "price_min", Sort.PRICE_DESC: "price_max"}
    return structs.replace(wanted, **{bounds[sort]: None}) if sort in bounds else wanted


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
    sort: Sort,
    cap: int,
    index: SearchIndex | None = None,
) -> int:
    """Count a list's products up to `cap`: a full count would grow with the catalogue."""
    if sort in _BY_PRICE and wanted.price_min is None:
        wanted = structs.replace(wanted, price_min=0)
    driver = driver_of(connection, merchant_id, wanted, Sort.ID)
    if not can_match(connection, merchant_id, wanted, driver):
        return 0
    if wanted.query is not None:
        found = index or of(connection)
        return found.total(connection, merchant_id, wanted.query, wanted, cap)
    query = _page(merchant_id, without(wanted, driver), Sort.ID, None, driver).order_by(None)
    inner = query.with_only_columns(literal_column("1")).limit(cap).subquery()
    return connection.execute(select(func.count()).select_from(inner)).scalar_one()


def facets(
    connection: Connection,
    merchant_id: str,
    wanted: Filter,
    kinds: Sequence[str],
    index: SearchIndex | None = None,
) -> Facets:
    """Count facets that begin with any of `kinds` ("b:", "c:") among the first thousand products.

    They stand in the search index, which follows the catalogue by a moment.
    """
    if wanted.query is not None:
        found = index or of(connection)
        return found.facets(connection, merchant_id, wanted.query, wanted, kinds)
    driver = driver_of(connection, merchant_id, wanted, Sort.ID)
    if not can_match(connection, merchant_id, wanted, driver):
        return counted((), kinds)
    page = _page(merchant_id, without(wanted, driver), Sort.ID, None, driver)
    first = page.with_only_columns(_product.c.id).limit(DEPTH + 1).subquery()
    query = select(entry.facets).where(
        entry.merchant_id == merchant_id, entry.product_id == first.c.id
    )
    return counted(connection.execute(query).scalars().all(), kinds)


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
