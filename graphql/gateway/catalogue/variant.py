"""The sellable thing: offers, stock per place, identifiers."""

from collections.abc import Iterator
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.catalogue import enums, parts
from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import DateTime
from gateway.catalogue.store_type import Store
from gateway.compiler import looked_up, matching


class Offer(DocumentType):
    """Price and terms in one channel and market, as they hold now."""

    channel = graphene.String(required=True, description="Where it holds, such as online.")
    market = graphene.String(required=True, description="For whom, such as default.")
    price = graphene.NonNull(
        parts.Money, description="What a shopper pays now; computed from base price and sale."
    )
    compare_at_price = graphene.Field(
        parts.Money, description="Strike price as it holds now, only where above the price."
    )
    base_price = graphene.NonNull(
        parts.Money, description="The price outside a sale, stated by the shop."
    )
    stated_compare_at = graphene.Field(
        parts.Money, description="Strike price as the shop states it, whatever the price is."
    )
    sale = graphene.Field(parts.Sale, description="A running, coming or past sale of the shop.")
    unit_price = graphene.Field(
        parts.UnitPrice, description="Price per kg, litre and so on, as it holds now."
    )
    unit_measure = graphene.Field(
        parts.UnitMeasure, description="The measures that the shop states for its unit price."
    )
    stated_unit_price = graphene.Field(
        parts.Money, description="Unit price outside a sale, as the shop states it."
    )
    tax_included = graphene.Boolean(description="Whether amounts hold the tax; null is unknown.")
    tax_rate = graphene.String(description="Percent as decimal text, where the shop tells it.")
    sellable = graphene.Boolean(required=True, description="Whether the shop sells it at all.")
    as_of = graphene.Field(DateTime, description="When this was true at the platform.")


class InventoryLevel(DocumentType):
    """How much one place holds; null counts are unknown, which is not zero."""

    store = graphene.Field(Store, description="The place; null when it was just removed.")
    location_id = graphene.ID(required=True, description="Id of the place.")
    availability = graphene.NonNull(
        enums.Availability, description="What this place can promise; judged by Regie."
    )
    promised_online = graphene.Boolean(
        required=True, description="Whether online shoppers may count on this stock."
    )
    tracked = graphene.Boolean(required=True, description="Whether the shop counts it here.")
    active = graphene.Boolean(required=True, description="Whether the place stocks it.")
    on_hand = graphene.Int(description="Pieces on the shelf, counted by the platform.")
    available = graphene.Int(description="Pieces that the platform still sells; may be below 0.")
    committed = graphene.Int(description="Pieces promised to orders, by the platform.")
    reserved = graphene.Int(description="Pieces held back, by the platform.")
    incoming = graphene.Int(description="Pieces on the way, by the platform.")
    policy = graphene.NonNull(enums.StockPolicy, description="What the shop does at zero.")
    stated = graphene.Field(
        enums.Availability, description="The shop's own word where it keeps no count."
    )
    pool = graphene.String(
        description="Levels with one pool are one heap of goods: do not add them up."
    )
    as_of = graphene.Field(DateTime, description="When this was true at the platform.")

    @staticmethod
    @looked_up("stores", "locationId")
    def resolve_store(level: dict[str, Any], info: GraphQLResolveInfo) -> Any:
        """Look the place up among the merchant's places."""
        return info.context.stores.get(level.get("locationId"))


class Variant(DocumentType):
    """One sellable version of a product; a simple product has exactly one."""

    id = graphene.ID(required=True, description="Regie's id, stable for ever.")
    external_id = graphene.String(required=True, description="The platform's id.")
    stock_item = graphene.String(
        description="The platform's id of what is counted, where it is not the variant's own."
    )
    title = graphene.String(required=True, description="Name beside the product's title.")
    position = graphene.Int(required=True, description="Place in the shop's order, from 1.")
    enabled = graphene.Boolean(required=True, description="False: kept, but not for sale.")
    sku = graphene.String(description="The merchant's own article number.")
    gtin = graphene.Field(parts.Gtin, description="Barcode, judged by GS1 rules.")
    mpn = graphene.String(description="The manufacturer's part number.")
    options = graphene.NonNull(
        graphene.List(graphene.NonNull(parts.SelectedOption)),
        description="The choices that it stands for.",
    )
    attributes = graphene.List(
        graphene.NonNull(parts.Attribute), description="Facts of this variant."
    )
    media = graphene.List(graphene.NonNull(parts.Media), description="Its own pictures.")
    weight = graphene.Field(parts.Weight, description="As the shop states it; null is unknown.")
    dimensions = graphene.Field(
        parts.Dimensions, description="As the shop states them; null is unknown."
    )
    requires_shipping = graphene.Boolean(description="False: nothing to carry.")
    country_of_origin = graphene.String(description="Where it was made, ISO 3166-1 alpha-2.")
    customs_code = graphene.String(description="Harmonised System code.")
    price = graphene.Field(parts.Money, description="Price of the first offer; null: no price.")
    compare_at_price = graphene.Field(parts.Money, description="Strike price of the first offer.")
    availability = graphene.Field(
        enums.Availability, description="What an online shopper can be promised; by Regie."
    )
    offers = graphene.List(graphene.NonNull(Offer), description="Prices by channel and market.")
    inventory = graphene.Field(
        graphene.List(graphene.NonNull(InventoryLevel)),
        store=graphene.ID(description="Id of a store: only its stock."),
        description="Stock per place, in pieces; empty: the shop does not count it.",
    )
    as_of = graphene.Field(DateTime, description="When this was true at the platform.")

    @staticmethod
    @matching("inventory", "locationId", "store")
    def resolve_inventory(
        variant: dict[str, Any], _info: GraphQLResolveInfo, store: str | None = None
    ) -> Any:
        """Give all levels, or the one place's."""
        levels = variant.get("inventory")
        return levels if store is None or levels is None else [*_at(store, levels)]


def _at(store: str, levels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (level for level in levels if level.get("locationId") == store)
