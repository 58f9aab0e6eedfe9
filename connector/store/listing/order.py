"""In which order a page comes, what it holds, and where it ends."""

from enum import Enum

from msgspec import Struct

from connector.model.errors import InvalidInput


class Sort(Enum):
    """Order of a page; each ends in the id, so that no two products tie.

    RELEVANCE needs a query; its position is the rank, and it ends behind the thousandth product.
    """

    ID = "ID"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    TITLE = "TITLE"
    UPDATED = "UPDATED"
    RELEVANCE = "RELEVANCE"

    __hash__ = object.__hash__  # one of a kind: the name need not be looked at


class NothingToRank(InvalidInput):
    """An order by relevance without a query."""

    code = "nothing_to_rank"
    remedy = "Give a query, or choose another order."


class Position(Struct, frozen=True, array_like=True):
    """Where a page ended: the sort value (None for ID, the rank for RELEVANCE) and the id."""

    value: int | str | None
    id: str


class Found(Struct, frozen=True):
    """One product of a page; `value` is what it is sorted by, and `document` may be left unread."""

    id: str
    seq: int
    deleted: bool
    publishable: bool
    document: bytes | None
    value: int | str | None

    @property
    def position(self) -> Position:
        """Where a page ends that ends here."""
        return Position(self.value, self.id)
