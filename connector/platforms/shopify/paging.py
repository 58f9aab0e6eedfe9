"""Shopify's lists: a page at a time, until the shop says that there is no more."""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class PageInfo(Struct, frozen=True, rename="camel", gc=False):
    """Whether and where a list goes on."""

    has_next_page: bool = False
    end_cursor: str | None = None

    @property
    def after(self) -> str | None:
        """Return the cursor of the next page; None at the end."""
        return self.end_cursor if self.has_next_page else None


class Nodes(Struct, Generic[T], rename="camel", gc=False):
    """One page of a list."""

    nodes: list[T]
    page_info: PageInfo = PageInfo()
