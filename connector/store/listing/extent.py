"""A set of products in the words of the store: what an asker may see is a union of these."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, bindparam, exists, false, not_, or_, true

from connector.store import tables

_product = tables.product.c


class Extent(Struct, frozen=True):
    """Products with any of the facets, of any of the connections, or named by id; or all of them.

    What `without_*` names is left out of that again. Facets are keys of
    `connector.store.product.rows`.
    """

    everything: bool = False
    facets: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    without_facets: tuple[str, ...] = ()
    without_connections: tuple[str, ...] = ()
    without_products: tuple[str, ...] = ()

    @property
    def is_total(self) -> bool:
        """Whether it holds every product there is."""
        return self.everything and not self._excludes

    def may_hold(self, connection_id: str) -> bool:
        """Tell whether products of this connection can lie in it."""
        inside = self.everything or self.facets or self.products
        named = bool(inside) or connection_id in self.connections
        return named and connection_id not in self.without_connections

    @property
    def single_facet(self) -> str | None:
        """The one facet whose index leads to all of it, where there is such a one."""
        alone = len(self.facets) == 1 and not (self.everything or self.connections or self.products)
        return self.facets[0] if alone else None

    @property
    def _excludes(self) -> bool:
        return bool(self.without_facets or self.without_connections or self.without_products)


EVERYTHING = Extent(everything=True)


def contains(merchant_id: str, extent: Extent) -> ColumnElement[bool]:
    """Return the condition on a product row that it lies in the extent."""
    inside = (
        true()
        if extent.everything
        else _any(merchant_id, extent.facets, extent.connections, extent.products)
    )
    if not (extent.without_facets or extent.without_connections or extent.without_products):
        return inside
    outside = _any(
        merchant_id, extent.without_facets, extent.without_connections, extent.without_products
    )
    return and_(inside, not_(outside))


def contains_any(merchant_id: str, extents: Sequence[Extent]) -> ColumnElement[bool]:
    """Return the condition that a product lies in at least one of the extents."""
    if any(extent.is_total for extent in extents):
        return true()
    return or_(false(), *(contains(merchant_id, extent) for extent in extents))


def _any(
    merchant_id: str,
    facets: Sequence[str],
    connections: Sequence[str],
    products: Sequence[str],
) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if facets:
        parts.append(_has_facet(merchant_id, facets))
    if connections:
        parts.append(_product.connection_id.in_(connections))
    if products:
        parts.append(_product.id.in_(products))
    return or_(false(), *parts)


def _has_facet(merchant_id: str, keys: Sequence[str]) -> ColumnElement[bool]:
    probe = tables.facet.alias()
    return exists().where(
        probe.c.merchant_id == merchant_id,
        probe.c.key.in_(keys),
        probe.c.product_id == _product.id,
    )


class Bounds(Struct, frozen=True, eq=False):
    """A condition on a product row with named parameters, to be part of prepared statements.

    `shape` names the condition without its values. The merchant is the parameter `merchant_id`.
    """

    condition: ColumnElement[bool]
    values: Mapping[str, str]
    shape: Hashable


@lru_cache(maxsize=1024)
def shown_within(extents: tuple[Extent, ...]) -> Bounds:
    """Return the condition that a product may be shown at all, and lies in one of the extents."""
    named = [symbolic(extent, f"x{number}") for number, extent in enumerate(extents)]
    inside = contains_any(cast("str", bindparam("merchant_id")), [it.extent for it in named])
    return Bounds(
        and_(_product.publishable.is_(True), inside),
        {name: value for it in named for name, value in it.values.items()},
        tuple(it.shape for it in named),
    )


@lru_cache(maxsize=1024)
def lies_within(extents: tuple[Extent, ...], prefix: str) -> Bounds:
    """Return the condition that a product lies in one of the extents, however it may be shown."""
    named = [symbolic(extent, f"{prefix}{number}") for number, extent in enumerate(extents)]
    return Bounds(
        contains_any(cast("str", bindparam("merchant_id")), [it.extent for it in named]),
        {name: value for it in named for name, value in it.values.items()},
        tuple(it.shape for it in named),
    )


class Symbolic(Struct, frozen=True, eq=False):
    """An extent whose texts are parameters."""

    extent: Extent
    values: Mapping[str, str]
    shape: Hashable


def symbolic(extent: Extent, prefix: str) -> Symbolic:
    """Put a named parameter in the place of each text; a struct does not look at its values."""
    values: dict[str, str] = {}
    parts: dict[str, Any] = {"everything": extent.everything}
    for field in Extent.__struct_fields__[1:]:
        names = [f"{prefix}_{field}_{place}" for place in range(len(getattr(extent, field)))]
        values |= dict(zip(names, getattr(extent, field), strict=True))
        parts[field] = tuple(map(bindparam, names))
    shape = (extent.everything, *(len(getattr(extent, it)) for it in Extent.__struct_fields__[1:]))
    return Symbolic(Extent(**parts), values, shape)
