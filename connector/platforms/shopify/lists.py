"""Read Shopify's lists to their ends, page after page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.paging import Nodes

T = TypeVar("T")


class OwnerGone(Exception):
    """What the list belongs to was deleted while its pages were read."""


def changed_since(moment: datetime) -> str:
    """Return the search for what Shopify dates at or after a moment."""
    return f"updated_at:>='{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


class Listing(Generic[T]):
    """One kind of list: the question that asks for a page, Shopify's name of it, its entries."""

    def __init__(self, operation: str, name: str, kind: type[T]) -> None:
        self._operation = operation
        page: Any = Nodes[kind]  # type: ignore[valid-type]  # msgspec reads it as it is now
        holder: Any = msgspec.defstruct("Holder", [("page", page, msgspec.field(name=name))])
        self._own: Any = holder
        self._of_one: Any = dict[str, holder | None]

    def every(self, client: ShopifyClient, **asked: str) -> Iterator[T]:
        """Yield a list of the shop's own; a page is asked for when it is needed."""
        after = None
        while True:
            answer = client.execute(self._operation, {**asked, "after": after}, type=self._own)
            yield from answer.page.nodes
            after = answer.page.page_info.after
            if after is None:
                return

    def rest(self, client: ShopifyClient, gid: str, page: Nodes[T]) -> list[T]:
        """Return a list of one thing from the page that is already here, or raise OwnerGone."""
        nodes, after = list(page.nodes), page.page_info.after
        while after is not None:
            asked = {"id": gid, "after": after}
            (owner,) = client.execute(self._operation, asked, type=self._of_one).values()
            if owner is None:
                raise OwnerGone
            nodes += owner.page.nodes
            after = owner.page.page_info.after
        return nodes
