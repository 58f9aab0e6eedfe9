"""What one asker sees: a small value that a view is made of, and that caches are keyed by."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from connector.store.listing.extent import Extent
from connector.store.listing.filter import Filter
from storefront.disclosure.decision import Scope
from storefront.disclosure.field import Group
from storefront.disclosure.mask import CLEAR, Mask, union

_MOST_UNIONS = 1000
OPERATOR_DIGEST = b"operator........"


class Sight(Struct, frozen=True, dict=True):
    """`scopes` None is an operator, who sees all there is; `agent` is named in the ledger."""

    merchant_id: str
    agent: str
    scopes: tuple[Scope, ...] | None
    digest: bytes

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden, drafts included."""
        return self.scopes is None

    @cached_property
    def widest(self) -> Mask:
        """The most that is seen of any product."""
        return CLEAR if self.scopes is None else union(scope.mask for scope in self.scopes)

    @cached_property
    def extents(self) -> tuple[Extent, ...]:
        """All that is visible."""
        return extents_of(self.scopes or ())

    @cached_property
    def inner(self) -> dict[object, Filter]:
        """Lists that were narrowed to what is visible, by what was asked."""
        return {}

    @cached_property
    def tellings(self) -> dict[frozenset[str], Any]:
        """What a surface tells of answers with certain fields, kept for the next one."""
        return {}

    @cached_property
    def only_mask(self) -> Mask | None:
        """The mask of every product, where they share one."""
        if self.scopes is None:
            return CLEAR
        return self.scopes[0].mask if len(self.scopes) == 1 else None

    @cached_property
    def unions(self) -> dict[tuple[bool, ...], Mask]:
        """Masks by the scopes that they come of: products that lie alike share one."""
        return {}

    def mask_of(self, inside: Sequence[bool]) -> Mask:
        """Return the mask of a product that lies in these scopes."""
        key = tuple(inside)
        known = self.unions.get(key)
        if known is None:
            if len(self.unions) >= _MOST_UNIONS:
                self.unions.clear()
            pairs = zip(self.scopes or (), key, strict=True)
            known = self.unions[key] = union(it.mask for it, here in pairs if here)
        return known

    @property
    def shows_stores(self) -> bool:
        """Whether any place may be seen."""
        return Group.STORES in self.widest.groups


def operator(merchant_id: str, agent: str) -> Sight:
    """Return the sight of the merchant's own people."""
    return Sight(merchant_id, agent, None, OPERATOR_DIGEST)


def extents_of(scopes: Sequence[Scope]) -> tuple[Extent, ...]:
    """Return the extents of several scopes, each once."""
    return tuple(dict.fromkeys(extent for scope in scopes for extent in scope.extents))
