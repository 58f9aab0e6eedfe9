"""How many products of a list have which brand, category, tag or attribute value."""

from typing import Any

import graphene

from connector.store.listing.page import Filter
from connector.store.search.index import FacetKind
from gateway.catalogue.asking import Asking
from gateway.catalogue.document_type import DocumentType


class Facet(DocumentType):
    """One value and how many products of the list have it."""

    key = graphene.String(description="Of an attribute its key, in lower case; else null.")
    value = graphene.String(
        required=True, description="As the filter takes it; all but categories in lower case."
    )
    count = graphene.Int(required=True, description="Products of the list that have it.")


class FacetList(DocumentType):
    """The most frequent values."""

    values = graphene.NonNull(
        graphene.List(graphene.NonNull(Facet)), description="Most frequent first, then by value."
    )
    complete = graphene.Boolean(
        required=True,
        description="False: the list has more than 1000 products, of which 1000 were counted.",
    )


def facet_list(asking: Asking, wanted: Filter, by: FacetKind, first: int) -> dict[str, Any]:
    """Count, and return the first so many values."""
    found = asking.view.facets(wanted, by)
    frequent = sorted(found.counts.items(), key=lambda it: (-it[1], it[0]))[:first]
    return {
        "values": [_facet(key.removeprefix(by), count, by) for key, count in frequent],
        "complete": found.complete,
    }


def _facet(text: str, count: int, by: FacetKind) -> dict[str, Any]:
    key, value = None, text
    if by is FacetKind.ATTRIBUTE:
        key, _, value = text.partition("=")
    return {"key": key, "value": value, "count": count}
