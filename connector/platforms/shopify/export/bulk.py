"""Exports that Shopify prepares by itself: ordered, watched, and never taken when not whole."""

from collections.abc import Mapping

from msgspec import Struct

from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.document import document
from connector.platforms.shopify.errors import MissingScope, UserErrors
from connector.platforms.shopify.faults import ExportCanceled, ExportFailed

QUERIES: Mapping[str, str] = {
    "products": "bulk_products",
    "placement": "bulk_product_placement",
    "inventory": "bulk_inventory",
}
"""The three exports of a full read; together they tell everything about every product."""
BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})


class Operation(Struct, rename="camel"):
    """A BulkOperation; counts are texts at Shopify."""

    id: str
    status: str
    error_code: str | None = None
    object_count: int | str = 0
    root_object_count: int | str = 0
    url: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether its file is ready; no url then means that nothing was found."""
        return self.status == "COMPLETED"


class _Started(Struct, rename="camel"):
    bulk_operation: Operation


class _RunAnswer(Struct, rename="camel"):
    bulk_operation_run_query: _Started


class _PollAnswer(Struct, rename="camel"):
    bulk_operation: Operation | None


def start(client: ShopifyClient, kind: str) -> str | None:
    """Order an export and return its id; None while the shop takes no more of them.

    A second order of the same export does no harm, so a lost answer is simply asked again.
    """
    query = document(QUERIES[kind]).text
    try:
        answer = client.execute("bulk_run", {"query": query}, type=_RunAnswer, idempotent=True)
    except UserErrors as refused:
        if BUSY.intersection(refused.codes):
            return None
        raise
    return answer.bulk_operation_run_query.bulk_operation.id


def poll(client: ShopifyClient, kind: str, operation_id: str) -> Operation:
    """Return how an export stands, or raise what its end means.

    A partial file is never taken, nor one whose operation the shop no longer knows.
    """
    found = client.execute("bulk_poll", {"id": operation_id}, type=_PollAnswer).bulk_operation
    if found is None:
        raise ExportFailed(kind, "FORGOTTEN", None)
    match found.status:
        case "FAILED" if found.error_code == "ACCESS_DENIED":
            raise MissingScope(f"The export of {kind} needs more access.", shop=client.shop)
        case "FAILED" | "EXPIRED":
            raise ExportFailed(kind, found.status, found.error_code)
        case "CANCELED" | "CANCELING":
            raise ExportCanceled(kind)
    return found
