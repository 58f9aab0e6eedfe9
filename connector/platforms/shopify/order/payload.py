"""Shopify's own words for an order, its parts at the places that owe them, and its buyer."""

from datetime import datetime

import msgspec
from msgspec import Struct

from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.payload import Amount, Line, Ref


class MoneyPart(Line):
    """MoneyBag: an amount in the shop's own currency."""

    shop_money: Amount


class SoldPart(Line):
    """LineItem: what was bought, over all parts; `current_quantity` is after edits and refunds."""

    id: str
    quantity: int
    current_quantity: int
    original_unit_price_set: MoneyPart | None = None


class PartLine(Line):
    """FulfillmentOrderLineItem: how much of something bought one place owes."""

    id: str
    product_title: str
    total_quantity: int
    remaining_quantity: int
    line_item: SoldPart
    variant_title: str | None = None
    sku: str | None = None
    variant: Ref | None = None

    @property
    def fulfilled(self) -> int:
        """How many pieces have left the place."""
        return self.total_quantity - self.remaining_quantity


class MethodPart(Line):
    """DeliveryMethod."""

    method_type: str
    min_delivery_date_time: datetime | None = None
    max_delivery_date_time: datetime | None = None


class PlacePart(Line):
    """FulfillmentOrderAssignedLocation; a location that was deleted keeps its name."""

    name: str
    location: Ref | None = None


class OwedPart(Line):
    """FulfillmentOrder."""

    id: str
    status: str
    updated_at: datetime
    line_items: Nodes[PartLine]
    assigned_location: PlacePart | None = None
    delivery_method: MethodPart | None = None


class AttributePart(Line):
    """One key-value pair that a checkout wrote into the order."""

    key: str
    value: str | None = None


class OrderPayload(Line):
    """Order, without anything about a person."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    test: bool
    current_total_price_set: MoneyPart
    total_outstanding_set: MoneyPart
    fulfillment_orders: Nodes[OwedPart]
    cancelled_at: datetime | None = None
    display_financial_status: str | None = None
    source_name: str | None = None
    payment_gateway_names: tuple[str, ...] = ()
    custom_attributes: tuple[AttributePart, ...] = ()


class MailingPart(Line):
    """MailingAddress; what the app may not see is left out."""

    name: str | None = None
    phone: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province_code: str | None = None
    zip: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    country_code_v2: str | None = msgspec.field(default=None, name="countryCodeV2")

    def __repr__(self) -> str:
        """Show nothing: a representation may land in a log."""
        return "MailingPart(...)"


class DestinationPart(Line):
    """FulfillmentOrderDestination."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        """Show nothing: a representation may land in a log."""
        return "DestinationPart(...)"

    @property
    def name(self) -> str | None:
        """The first and the last name, as far as they are known."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or None


class DestinedPart(Line):
    """A part with where it goes."""

    destination: DestinationPart | None = None


class ContactPayload(Line):
    """Order, with nothing but who bought."""

    fulfillment_orders: Nodes[DestinedPart]
    customer_locale: str | None = None
    note: str | None = None
    email: str | None = None
    phone: str | None = None
    billing_address: MailingPart | None = None
    shipping_address: MailingPart | None = None

    def __repr__(self) -> str:
        """Show nothing: a representation may land in a log."""
        return "ContactPayload(...)"


class Told(Struct):
    """An answer that may hold an order."""

    order: OrderPayload | None


class ToldContact(Struct):
    """An answer that may hold an order's buyer."""

    order: ContactPayload | None
