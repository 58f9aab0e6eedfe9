"""Lists with pages: products by keyset, changes by sequence number."""

from collections.abc import Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from connector.store.listing.page import Filter, Sort
from connector.store.search.index import FacetKind
from gateway.catalogue import cursor, enums
from gateway.catalogue.asking import Asking
from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.facets import FacetList, facet_list
from gateway.catalogue.product_type import Product
from gateway.catalogue.scalars import BigInt
from gateway.errors import BadSince
from storefront.disclosure.view import Listed

_COUNT_CAP = 1000


class PageInfo(DocumentType):
    """Where the page ends (Relay cursor connections)."""

    has_next_page = graphene.Boolean(required=True, description="Whether more follow.")
    has_previous_page = graphene.Boolean(required=True, description="Whether some came before.")
    start_cursor = graphene.String(description="Cursor of the first item.")
    end_cursor = graphene.String(description="Pass it as `after` to go on.")


class ProductEdge(DocumentType):
    """A product and its cursor."""

    cursor = graphene.String(required=True, description="Pass it as `after` to go on from here.")
    node = graphene.NonNull(Product, description="The product.")


class ProductConnection(DocumentType):
    """A page of products."""

    nodes = graphene.NonNull(
        graphene.List(graphene.NonNull(Product)), description="The products of the page."
    )
    edges = graphene.NonNull(
        graphene.List(graphene.NonNull(ProductEdge)), description="The same with cursors."
    )
    page_info = graphene.NonNull(PageInfo, description="Where the page ends.")
    total_count = graphene.Int(
        required=True, description="Matches, counted up to 1000: 1000 means that many or more."
    )

    facets = graphene.Field(
        FacetList,
        by=graphene.Argument(graphene.NonNull(enums.FacetKind), description="What to count by."),
        first=graphene.Int(default_value=20, description="So many values, 1 to 100."),
        description="How many products of the whole list have which value, by the search index.",
    )

    @staticmethod
    def resolve_facets(
        page: dict[str, Any], info: GraphQLResolveInfo, by: FacetKind, first: int
    ) -> dict[str, Any]:
        """Count only when asked."""
        return facet_list(info.context, page["filter"], by, first)

    @staticmethod
    def resolve_edges(page: dict[str, Any], _info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """Put to each product its cursor, only when asked."""
        pairs = zip(page["listed"], page["nodes"], strict=True)
        return [{"cursor": _cursor(page["sort"], it), "node": node} for it, node in pairs]

    @staticmethod
    def resolve_total_count(page: dict[str, Any], info: GraphQLResolveInfo) -> int:
        """Count only when asked."""
        asking: Asking = info.context
        return asking.view.total(page["filter"], page["sort"], _COUNT_CAP)


class Change(DocumentType):
    """A product that changed; a deleted one is a tombstone without content."""

    sequence = graphene.NonNull(BigInt, description="Number in the merchant's change sequence.")
    product_id = graphene.ID(required=True, description="Which product.")
    deleted = graphene.Boolean(required=True, description="True: forget it.")
    product = graphene.Field(Product, description="As it stands now; null when deleted.")


class ChangeList(DocumentType):
    """What changed behind a number, oldest first, each product once."""

    nodes = graphene.NonNull(
        graphene.List(graphene.NonNull(Change)), description="The changes of this answer."
    )
    next_since = graphene.NonNull(BigInt, description="Pass it as `since` to go on.")
    has_more = graphene.Boolean(required=True, description="Whether more changes wait.")


def product_page(
    asking: Asking, wanted: Filter, sort: Sort, first: int, after: str | None
) -> dict[str, Any]:
    """Return one page; one more than asked is read, to know whether it goes on."""
    position = cursor.decode(sort, after) if after is not None else None
    found = asking.view.page(wanted, sort, position, first + 1, asking.form)
    shown = found[:first]
    _note_cursors(asking, [it.id for it in shown])
    nodes = asking.page(shown)
    return {
        "nodes": nodes,
        "listed": shown,
        "pageInfo": {
            "hasNextPage": len(found) > first,
            "hasPreviousPage": after is not None,
            "startCursor": _cursor(sort, shown[0]) if shown else None,
            "endCursor": _cursor(sort, shown[-1]) if shown else None,
        },
        "filter": wanted,
        "sort": sort,
    }


def _note_cursors(asking: Asking, ids: Sequence[str]) -> None:
    """Note whom the cursors name: each holds the id of its product, in clear."""
    asking.named_by("ProductEdge.cursor", ids)
    asking.named_by("PageInfo.startCursor", ids[:1])
    asking.named_by("PageInfo.endCursor", ids[-1:])


def _cursor(sort: Sort, found: Listed) -> str:
    return cursor.encode(sort, found.position)


def change_list(asking: Asking, since: int, first: int) -> dict[str, Any]:
    """Return the changes behind `since`."""
    if since < 0:
        raise BadSince(f"`since` is {since}.", field="since")
    found = asking.view.changes(since, first, asking.form)
    products = asking.all_shown(found.products)
    asking.named_by("Change.productId", [it.id for it in found.products])
    return {
        "nodes": [
            {
                "sequence": it.seq,
                "productId": it.id,
                "deleted": it.deleted,
                "product": product,
            }
            for it, product in zip(found.products, products, strict=True)
        ],
        "nextSince": found.next_since,
        "hasMore": found.has_more,
    }
