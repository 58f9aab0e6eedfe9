"""What a filter, a sort or a lookup would give away by its answer alone."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import structs

from connector.model.errors import NotAllowed
from connector.store.listing.page import Filter, Sort
from connector.store.search.index import FacetKind
from connector.store.search.query import Query
from storefront.disclosure.decision import Scope
from storefront.disclosure.field import Group
from storefront.disclosure.mask import Mask


class FieldNotShared(NotAllowed):
    """A list narrowed or ordered by something that the asker may not see."""

    code = "field_not_shared"
    remedy = "Leave this part out, or ask the merchant for a grant that covers it."


def narrowed(
    scopes: Sequence[Scope], wanted: Filter, sort: Sort, counts: Sequence[FacetKind] = ()
) -> tuple[Scope, ...]:
    """Return the scopes whose fields the list speaks of, or raise FieldNotShared.

    `counts` are the kinds of facets that are counted. Products of the other scopes are left out:
    were they in, their place would tell what is hidden.
    """
    found = tuple(scopes)
    for field, allows in _asked(wanted, sort, counts):
        found = tuple(scope for scope in found if allows(scope.mask))
        if not found:
            raise FieldNotShared(f"`{field}` is not shared with you.", field=field)
    return found


def _asked(
    wanted: Filter, sort: Sort, counts: Sequence[FacetKind]
) -> Iterator[tuple[str, Callable[[Mask], bool]]]:
    if wanted.price_min is not None or wanted.price_max is not None or wanted.currency is not None:
        yield "filter.price", _exact_price
    if sort in (Sort.PRICE_ASC, Sort.PRICE_DESC):
        yield "sort", _exact_price
    if wanted.in_stock is not None:
        yield "filter.inStock", _stock
    for group in wanted.facets:
        for key in group:
            if key.startswith("s:"):
                yield "filter.inStockAt", _StockAt(key[2:])
            elif key.startswith("a:"):
                yield "filter.attributes", _attributes
    if FacetKind.ATTRIBUTE in counts:
        yield "facets", _attributes


class _StockAt:
    """Asks for stock in one store."""

    def __init__(self, store: str) -> None:
        self._store = store

    def __call__(self, mask: Mask) -> bool:
        return mask.levels is None or self._store in mask.levels


def _exact_price(mask: Mask) -> bool:
    return Group.PRICE in mask.groups and mask.exact_price


def _stock(mask: Mask) -> bool:
    return Group.STOCK in mask.groups


def _attributes(mask: Mask) -> bool:
    return Group.ATTRIBUTES in mask.groups


def tempered(query: Query, scopes: Sequence[Scope]) -> Query:
    """Let a search look only at what the asker sees of every product that it may find."""
    groups = [scope.mask.groups for scope in scopes]
    return structs.replace(
        query,
        by_head=not all(each >= _SEARCHED for each in groups),
        by_stock=all(Group.STOCK in each for each in groups),
    )


_SEARCHED = frozenset({Group.DESCRIPTION, Group.ATTRIBUTES})
