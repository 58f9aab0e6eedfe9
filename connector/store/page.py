"""A filtered, sorted page of products whose cost does not grow with the catalogue."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from connector.store import rows, tables
from connector.store.reader import StoredProduct

_product = tables.product
_facet = tables.facet
_priced = tables.priced_facet
_word = tables.word
_ENOUGH = 500
_LAST = "\U0010ffff"


class Sort(Enum):
    """Order of a page; each ends in the id, so that no two products tie."""

    ID = "ID"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    TITLE = "TITLE"
    UPDATED = "UPDATED"


class Filter(Struct, frozen=True):
    """What a page is narrowed to; all parts must hold.

    `facets` are keys of `connector.store.rows`; within one tuple any may hold, between tuples all
    must. `words` must all be found, the last one as a beginning. The lowest price lies within
    `price_min` and `price_max` (minor units, inclusive); `changed_since` is epoch milliseconds.
    """

    words: tuple[str, ...] = ()
    facets: tuple[tuple[str, ...], ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    currency: str | None = None
    in_stock: bool | None = None
    changed_since: int | None = None
    publishable: bool | None = None
    connection_id: str | None = None


class Position(Struct, frozen=True, array_like=True):
    """Where a page ended: the sort value (None for ID) and the id."""

    value: int | str | None
    id: str


class Driver(Struct, frozen=True):
    """The facet whose index a query walks."""

    key: str
    index: Table


class Found(Struct, frozen=True):
    """One product of a page and its position."""

    product: StoredProduct
    position: Position


_SORT_COLUMN: dict[Sort, ColumnElement[Any] | None] = {
    Sort.ID: None,
    Sort.PRICE_ASC: _product.c.price_min,
    Sort.PRICE_DESC: _product.c.price_min,
    Sort.TITLE: _product.c.title_key,
    Sort.UPDATED: _product.c.changed_at,
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
) -> Sequence[Found]:
    """Return at most `limit` products behind `after`."""
    if not _can_match(connection, merchant_id, wanted):
        return ()
    driver = _driver(connection, merchant_id, wanted, sort)
    rest = structs.replace(wanted, **_already_bounded(sort, after))
    query = _narrowed(_base(merchant_id, sort, driver), merchant_id, rest, driver)
    query = _from_position(query, sort, after, driver).limit(limit)
    return [
        Found(StoredProduct(*row[:5]), Position(row[5], row[0]))
        for row in connection.execute(query)
    ]


def _can_match(connection: Connection, merchant_id: str, wanted: Filter) -> bool:
    """Look for each facet and word alone first: one that nobody has would be sought in vain."""
    *whole, beginning = wanted.words or ("",)
    word = _word.c
    parts = [
        exists().where(_facet.c.merchant_id == merchant_id, _facet.c.key.in_(group))
        for group in wanted.facets
    ]
    parts += [
        exists().where(word.merchant_id == merchant_id, word.word == text)
        for text in dict.fromkeys(whole)
    ]
    if beginning:
        bounds = (word.word >= beginning, word.word < beginning + _LAST)
        parts.append(exists().where(word.merchant_id == merchant_id, *bounds))
    return not parts or bool(connection.execute(select(and_(*parts))).scalar_one())


def _already_bounded(sort: Sort, after: Position | None) -> dict[str, None]:
    """Drop the bound that the cursor tightens: with both, the planner may seek on the wrong one."""
    if after is None:
        return {}
    bounds = {Sort.PRICE_ASC: "price_min", Sort.PRICE_DESC: "price_max"}
    return {bounds[sort]: None} if sort in bounds else {}


def total(connection: Connection, merchant_id: str, wanted: Filter, cap: int) -> int:
    """Count matches up to `cap`: a full count would grow with the catalogue."""
    if not _can_match(connection, merchant_id, wanted):
        return 0
    driver = _driver(connection, merchant_id, wanted, Sort.ID)
    query = _narrowed(_base(merchant_id, Sort.ID, driver), merchant_id, wanted, driver)
    inner = query.with_only_columns(literal_column("1")).limit(cap).subquery()
    return connection.execute(select(func.count()).select_from(inner)).scalar_one()


def _driver(connection: Connection, merchant_id: str, wanted: Filter, sort: Sort) -> Driver | None:
    """Choose the single facet key that leads to the fewest products, or None to walk the order."""
    by_price = sort in _BY_PRICE
    keys = [group[0] for group in wanted.facets if len(group) == 1]
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
        query = query.where(identity > after.id) if after else query
        return query.order_by(identity)
    down = sort in _DESCENDING
    if after:
        bound = column <= after.value if down else column >= after.value
        beyond = column < after.value if down else column > after.value
        next_id = identity < after.id if down else identity > after.id
        query = query.where(bound, or_(beyond, next_id))
    order = (column.desc(), identity.desc()) if down else (column, identity)
    return query.where(column.is_not(None)).order_by(*order)


def _narrowed(
    query: Select[Any], merchant_id: str, wanted: Filter, driver: Driver | None
) -> Select[Any]:
    groups = [group for group in wanted.facets if driver is None or group != (driver.key,)]
    query = query.where(*(_has_facet(merchant_id, group) for group in groups))
    query = query.where(*_has_words(merchant_id, wanted.words))
    return query.where(*_column_conditions(wanted))


def _has_facet(merchant_id: str, keys: tuple[str, ...]) -> ColumnElement[bool]:
    probe = _facet.alias()
    return exists().where(
        probe.c.merchant_id == merchant_id,
        probe.c.key.in_(keys),
        probe.c.product_id == _product.c.id,
    )


def _has_words(merchant_id: str, wanted: tuple[str, ...]) -> list[ColumnElement[bool]]:
    if not wanted:
        return []
    *whole, beginning = wanted
    conditions: list[ColumnElement[bool]] = []
    for word in dict.fromkeys(whole):
        probe = _word.alias()
        ids = select(probe.c.product_id).where(
            probe.c.merchant_id == merchant_id, probe.c.word == word
        )
        conditions.append(_product.c.id.in_(ids))
    probe = _word.alias()
    ids = select(probe.c.product_id).where(
        probe.c.merchant_id == merchant_id,
        probe.c.word >= beginning,
        probe.c.word < beginning + _LAST,
    )
    return [*conditions, _product.c.id.in_(ids)]


_Condition = Callable[[Any], ColumnElement[bool]]
_CONDITIONS: dict[str, _Condition] = {
    "price_min": lambda value: _product.c.price_min >= value,
    "price_max": lambda value: _product.c.price_min <= value,
    "currency": lambda value: _product.c.currency == value,
    "in_stock": _product.c.in_stock.is_,
    "changed_since": lambda value: _product.c.changed_at >= value,
    "publishable": _product.c.publishable.is_,
    "connection_id": lambda value: _product.c.connection_id == value,
}


def _column_conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    values = {name: getattr(wanted, name) for name in _CONDITIONS}
    return [_CONDITIONS[name](value) for name, value in values.items() if value is not None]
