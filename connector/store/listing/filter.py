"""What a page, a count or a search is narrowed to, and the conditions that this makes in SQL."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, bindparam, exists

from connector.store import tables
from connector.store.listing.extent import Extent, contains_any, symbolic
from connector.store.search.query import Query

_product = tables.product
_facet = tables.facet


class Filter(Struct, frozen=True):
    """What a page is narrowed to; all parts must hold.

    `facets` are keys of `connector.store.product.rows`; within one tuple any may hold, between
    tuples all must. The lowest price lies within `price_min` and `price_max` (minor units,
    inclusive); `changed_since` is epoch milliseconds. `within` is what the asker may see, None
    without bounds.
    `query` is what somebody typed: the search index finds it.
    """

    facets: tuple[tuple[str, ...], ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    currency: str | None = None
    in_stock: bool | None = None
    changed_since: int | None = None
    publishable: bool | None = None
    connection_id: str | None = None
    within: tuple[Extent, ...] | None = None
    query: Query | None = None


def conditions(
    merchant_id: str, wanted: Filter, *, but: str | None = None
) -> list[ColumnElement[bool]]:
    """Return what the row of a product must fulfil, `query` aside.

    `but` is a facet that is already seen to.
    """
    groups = [group for group in wanted.facets if but is None or group != (but,)]
    found = [_has_facet(merchant_id, group) for group in groups]
    if wanted.within is not None:
        found.append(contains_any(merchant_id, wanted.within))
    return found + _column_conditions(wanted)


class Symbolic(Struct, frozen=True, eq=False):
    """A filter's values by name, and its shape, which is all that a statement depends on."""

    values: Mapping[str, Any]
    shape: Hashable


def symbolised(wanted: Filter) -> Symbolic:
    """Give a name to every value of a filter; `query` has no part in it."""
    values: dict[str, Any] = {}
    for number, group in enumerate(wanted.facets):
        values |= {f"f{number}_{place}": key for place, key in enumerate(group)}
    given = [name for name in _VALUES if getattr(wanted, name) is not None]
    values |= {name: getattr(wanted, name) for name in given}
    extents = [symbolic(it, f"x{number}") for number, it in enumerate(wanted.within or ())]
    for it in extents:
        values |= it.values
    shape = (
        tuple(map(len, wanted.facets)),
        tuple(given),
        (wanted.in_stock, wanted.publishable),
        None if wanted.within is None else tuple(it.shape for it in extents),
    )
    return Symbolic(values, shape)


def with_names(wanted: Filter) -> Filter:
    """Return the filter with named parameters in the place of its values.

    A struct does not look at what it is given, so the conditions are built as from values.
    """
    named: dict[str, Any] = {
        name: bindparam(name) for name in _VALUES if getattr(wanted, name) is not None
    }
    return structs.replace(
        wanted,
        facets=tuple(
            tuple(bindparam(f"f{number}_{place}") for place in range(len(group)))
            for number, group in enumerate(wanted.facets)
        ),
        within=None
        if wanted.within is None
        else tuple(symbolic(it, f"x{n}").extent for n, it in enumerate(wanted.within)),
        **named,
    )


_VALUES = ("price_min", "price_max", "currency", "changed_since", "connection_id")


def _has_facet(merchant_id: str, keys: tuple[str, ...]) -> ColumnElement[bool]:
    probe = _facet.alias()
    return exists().where(
        probe.c.merchant_id == merchant_id,
        probe.c.key.in_(keys),
        probe.c.product_id == _product.c.id,
    )


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
