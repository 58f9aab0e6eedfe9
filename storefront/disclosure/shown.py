"""Products as an asker may see them, one by one, in pages and as changes."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from connector.store.listing.order import Position
from connector.store.product.brief import opened
from storefront.disclosure.mask import Mask, conceal


class Shown(Struct, frozen=True):
    """One product as the asker may see it; `document` is whole, `mask` says what to conceal.

    A tombstone has no document; one that is `unread` has it in `CatalogView.documents`.
    """

    id: str
    seq: int
    document: bytes | None
    mask: Mask
    unread: bool = False

    @property
    def deleted(self) -> bool:
        """Whether it is to be forgotten."""
        return self.document is None and not self.unread

    def opened(self) -> dict[str, Any]:
        """Return the document as the mask lets it be seen."""
        document = opened(self.document or b"{}")
        return document if self.mask.is_clear else conceal(document, self.mask)


class Listed(Shown, frozen=True):
    """One product of a page; `value` is what it is sorted by."""

    value: int | str | None = None

    @property
    def position(self) -> Position:
        """Where a page ends that ends here."""
        return Position(self.value, self.id)


class Changes(Struct, frozen=True):
    """What changed, oldest first; `next_since` goes on from there."""

    products: Sequence[Shown]
    next_since: int
    has_more: bool
