"""The schema of the catalogue: every way in, one line each."""

from functools import cache
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from connector.store.listing.page import Sort
from gateway.catalogue import local, lookup, product_filter
from gateway.catalogue.enums import ProductSort
from gateway.catalogue.lists import ChangeList, ProductConnection, change_list, product_page
from gateway.catalogue.local_type import (
    BasketLine,
    DeliveryEstimate,
    GeoInput,
    PickupPromise,
    SlotOffer,
    SlotService,
)
from gateway.catalogue.merchant_type import Merchant, merchant
from gateway.catalogue.product_type import Product
from gateway.catalogue.scalars import BigInt
from gateway.catalogue.store_type import Store
from gateway.compiler import LeafType

_SAFE = 2**53 - 1
ENTITIES = frozenset({"Product"})
"""Types that resolvers return as stored entities, not as documents."""
LEAF_TYPES = {"BigInt": LeafType(int, -_SAFE, _SAFE), "DateTime": LeafType(str)}
"""What our own scalars show as it is stored."""


class Query(graphene.ObjectType):
    """The canonical catalogue of one retailer.

    Facts are as the shop's platform told them at `asOf`, unless a description says that Regie
    computed or judged them. Amounts are minor units, times UTC, null is unknown.
    """

    product = graphene.Field(
        Product,
        id=graphene.ID(description="Regie's id."),
        handle=graphene.String(description="Name in the shop's addresses."),
        gtin=graphene.String(description="GTIN of a variant: 8, 12, 13 or 14 digits."),
        sku=graphene.String(description="The merchant's article number of a variant."),
        platform_id=graphene.String(description="The platform's id of a product or variant."),
        description="One product by exactly one key; null when there is none.",
    )
    products = graphene.Field(
        graphene.NonNull(ProductConnection),
        first=graphene.Int(required=True, default_value=20, description="Page size, 1 to 100."),
        after=graphene.String(description="Cursor of the item before the page."),
        filter=graphene.Argument(
            product_filter.ProductFilter, description="What to narrow the list to."
        ),
        sort=graphene.Argument(
            ProductSort, required=True, default_value=Sort.ID, description="Order of the list."
        ),
        description="Products, page by page; deep pages cost what the first costs.",
    )
    changes = graphene.Field(
        graphene.NonNull(ChangeList),
        since=graphene.Argument(
            BigInt, required=True, default_value=0, description="The last `nextSince`; 0 begins."
        ),
        first=graphene.Int(
            required=True, default_value=100, description="At most so many, 1 to 100."
        ),
        description="What changed, with tombstones: to keep a copy true. After a change of your "
        "grants begin anew with 0: what they open or close is no change of a product.",
    )
    stores = graphene.List(
        graphene.NonNull(Store), description="All places of the retailer, by id."
    )
    store = graphene.Field(
        Store,
        id=graphene.ID(required=True, description="Id of the place."),
        description="One place by its id; null when there is none.",
    )
    pickup = graphene.List(
        graphene.NonNull(PickupPromise),
        lines=graphene.Argument(
            graphene.NonNull(graphene.List(graphene.NonNull(BasketLine))),
            description="What is to be collected together.",
        ),
        near=graphene.Argument(GeoInput, description="Nearest stores first; null: by their code."),
        first=graphene.Int(required=True, default_value=5, description="At most so many, 1 to 20."),
        description="Where and from when a basket can be collected.",
    )
    slots = graphene.List(
        graphene.NonNull(SlotOffer),
        store_id=graphene.ID(required=True, description="Id of the store."),
        service=graphene.Argument(
            SlotService, required=True, default_value="PICKUP", description="What it is for."
        ),
        days=graphene.Int(required=True, default_value=7, description="So many days, 1 to 14."),
        description="The coming slots of a store; empty where it works without.",
    )
    delivery = graphene.Field(
        DeliveryEstimate,
        store_id=graphene.ID(required=True, description="Id of the store."),
        country=graphene.String(required=True, description="ISO 3166-1 alpha-2."),
        postcode=graphene.String(required=True, description="As it is written on a letter."),
        subtotal=graphene.Int(
            required=True, default_value=0, description="Worth of the basket in minor units."
        ),
        description="What bringing a basket to a postcode would cost and take.",
    )
    merchant = graphene.Field(
        graphene.NonNull(Merchant), description="The retailer, his shops and their policies."
    )

    @staticmethod
    def resolve_product(_root: Any, info: GraphQLResolveInfo, **keys: str | None) -> Any:
        """Look up by the one key given."""
        asking = info.context
        return asking.shown(lookup.find(asking.view, keys, asking.form_of_one))

    @staticmethod
    def resolve_products(
        _root: Any,
        info: GraphQLResolveInfo,
        first: int,
        sort: Sort,
        after: str | None = None,
        filter: dict[str, Any] | None = None,  # noqa: A002 - the argument's public name
    ) -> Any:
        """Give a page."""
        wanted = product_filter.read(filter)
        return product_page(info.context, wanted, sort, first, after)

    @staticmethod
    def resolve_changes(_root: Any, info: GraphQLResolveInfo, since: int, first: int) -> Any:
        """Give the changes behind a number."""
        return change_list(info.context, since, first)

    @staticmethod
    def resolve_stores(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give all places, by id; null where none may be seen."""
        asking = info.context
        return asking.all_stores() if asking.view.sight.shows_stores else None

    @staticmethod
    def resolve_store(_root: Any, info: GraphQLResolveInfo, id: str) -> Any:  # noqa: A002 - as above
        """Give one place."""
        return info.context.one_store(id)

    @staticmethod
    def resolve_pickup(
        _root: Any,
        info: GraphQLResolveInfo,
        lines: list[dict[str, Any]],
        first: int,
        near: dict[str, float] | None = None,
    ) -> Any:
        """Give where and when."""
        return local.pickup(info.context, lines, near, first)

    @staticmethod
    def resolve_slots(
        _root: Any, info: GraphQLResolveInfo, store_id: str, service: str, days: int
    ) -> Any:
        """Give the times."""
        return local.slots(info.context, store_id, service, days)

    @staticmethod
    def resolve_delivery(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str,
        country: str,
        postcode: str,
        subtotal: int,
    ) -> Any:
        """Give the estimate."""
        return local.delivery(info.context, store_id, country, postcode, subtotal)

    @staticmethod
    def resolve_merchant(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the merchant."""
        return merchant(info.context)


@cache
def schema() -> graphene.Schema:
    """Return the schema, built once per process."""
    return graphene.Schema(query=Query)
