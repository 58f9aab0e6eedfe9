"""The facet whose index a list walks: the one that leads to the fewest products."""

from msgspec import Struct, structs
from sqlalchemy import Connection, Table, and_, exists, func, literal_column, select

from connector.store import tables
from connector.store.listing.filter import Filter
from connector.store.listing.order import Sort
from connector.store.product import rows

_facet = tables.facet
_ENOUGH = 500
_BY_PRICE = (Sort.PRICE_ASC, Sort.PRICE_DESC)


class Driver(Struct, frozen=True):
    """The facet whose index a query walks."""

    key: str
    index: Table


def driver_of(
    connection: Connection, merchant_id: str, wanted: Filter, sort: Sort
) -> Driver | None:
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
    return Driver(keys[0], tables.priced_facet if by_price else _facet)


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


def without(wanted: Filter, driver: Driver | None) -> Filter:
    """Leave out the facet that the driver sees to."""
    if driver is None:
        return wanted
    groups = tuple(group for group in wanted.facets if group != (driver.key,))
    return structs.replace(wanted, facets=groups)


def can_match(
    connection: Connection, merchant_id: str, wanted: Filter, driver: Driver | None
) -> bool:
    """Look for each facet alone first: one that nobody has would be sought in vain.

    The driver's own facet needs no look: where nobody has it, its index is empty at once.
    """
    driven = driver and (driver.key,)
    parts = [
        exists().where(_facet.c.merchant_id == merchant_id, _facet.c.key.in_(group))
        for group in wanted.facets
        if group != driven
    ]
    return not parts or bool(connection.execute(select(and_(*parts))).scalar_one())
