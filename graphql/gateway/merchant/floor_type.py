"""The shop floor as its merchant sees it: stores, orders, deliveries, couriers."""

from typing import Any

import graphene
from graphql import GraphQLError, value_from_ast_untyped
from graphql.language import ast

from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.parts import Money
from gateway.catalogue.scalars import DateTime


def _all(of: Any) -> graphene.NonNull:
    return graphene.NonNull(graphene.List(graphene.NonNull(of)))


class Document(graphene.Scalar):
    """A JSON object, in the form in which the same thing is returned."""

    @staticmethod
    def serialize(value: Any) -> Any:  # type: ignore[override]  # declared as None
        """Pass the stored object on."""
        return value

    @staticmethod
    def parse_value(value: Any) -> dict[str, Any]:  # type: ignore[override]  # declared as None
        """Take an object; what it must hold is checked where it is used."""
        if not isinstance(value, dict):
            raise GraphQLError("Document must be a JSON object.")
        return value

    @staticmethod
    def parse_literal(node: ast.ValueNode, variables: Any = None) -> dict[str, Any]:  # type: ignore[override]  # declared as None
        """Take a literal in a query."""
        return Document.parse_value(value_from_ast_untyped(node, variables))


class HeldPieces(graphene.InputObjectType):
    """So many pieces of a variant."""

    variant_id = graphene.ID(required=True, description="Regie's id of the variant.")
    quantity = graphene.Int(required=True, default_value=1, description="Pieces, 1 to 1,000.")


class UserError(DocumentType):
    """Why a mutation changed nothing."""

    code = graphene.String(required=True, description="Stable; see the list of error codes.")
    field = graphene.String(description="What it is about, where one field is.")
    message = graphene.String(required=True, description="What to do, in English.")


class FloorStore(DocumentType):
    """A store with everything that its page edits."""

    id = graphene.ID(required=True, description="Regie's id.")
    code = graphene.String(required=True, description="The merchant's own short name.")
    status = graphene.String(required=True, description="DRAFT, ACTIVE, PAUSED or ARCHIVED.")
    store = graphene.Field(graphene.NonNull(Document), description="Name, address, terms.")
    hours = graphene.Field(_all(Document), description="Opening hours by service.")
    slot_templates = graphene.Field(_all(Document), description="What slots are made of.")
    zones = graphene.Field(_all(Document), description="Delivery areas, the first to match first.")
    fees = graphene.Field(Document, description="What shoppers pay for delivery.")
    pay = graphene.Field(Document, description="What couriers get.")


class OrderLine(DocumentType):
    """One thing of an order; amounts are pieces."""

    id = graphene.ID(required=True, description="Regie's id of the line.")
    variant_id = graphene.ID(description="Regie's id of the variant, where it is known.")
    sku = graphene.String(required=True, description="The merchant's article number.")
    title = graphene.String(required=True, description="What it is called.")
    quantity = graphene.Int(required=True, description="Owed.")
    picked = graphene.Int(required=True, description="In the bag, or handed over.")
    refunded = graphene.Int(required=True, description="Taken off.")
    surplus = graphene.Int(required=True, description="In the bag, and belongs on the shelf.")
    substitutes = graphene.ID(description="The line that it stands in for.")


class Customer(DocumentType):
    """Who is served, as long as the store may see it; null is not there any more."""

    name = graphene.String(description="Name.")
    phone = graphene.String(description="Telephone.")
    email = graphene.String(description="E-mail address.")
    street = graphene.String(description="Street and number.")
    postcode = graphene.String(description="Postal code.")
    city = graphene.String(description="City.")
    notes = graphene.String(description="What was written for the door.")


class Order(DocumentType):
    """What one store owes for one order."""

    id = graphene.ID(required=True, description="Regie's id.")
    number = graphene.String(required=True, description="What people call it.")
    store_id = graphene.ID(required=True, description="The store.")
    state = graphene.String(required=True, description="How far it is.")
    method = graphene.String(required=True, description="PICKUP or DELIVERY.")
    flags = graphene.Field(_all(graphene.String), description="What a person must look at.")
    attention = graphene.Field(_all(graphene.String), description="Why.")
    start_at = graphene.Field(DateTime, description="When its window begins.")
    end_at = graphene.Field(DateTime, description="When its window ends.")
    ended_at = graphene.Field(DateTime, description="When it was over; null: it goes on.")
    lines = graphene.Field(_all(OrderLine), description="What is in it.")
    total = graphene.Field(Money, description="What it costs.")
    payment = graphene.String(required=True, description="Where the money is.")
    job_id = graphene.ID(description="Its delivery.")
    customer = graphene.Field(Customer, description="Who is served.")
    events = graphene.Field(_all(graphene.String), description="What may be done now.")


class OrderConnection(DocumentType):
    """Orders that are over, the last to end first."""

    nodes = graphene.Field(_all(Order), description="The orders.")
    end_cursor = graphene.String(description="Pass as `after` for those before; null: none are.")
    has_next_page = graphene.Boolean(required=True, description="There are more.")


class Parcel(DocumentType):
    """One bag or box."""

    code = graphene.String(required=True, description="What is on its label.")
    fate = graphene.String(required=True, description="Where it is.")
    temp = graphene.String(required=True, description="How cold it must stay.")


class Delivery(DocumentType):
    """One delivery job."""

    id = graphene.ID(required=True, description="Regie's id.")
    store_id = graphene.ID(required=True, description="Where it begins.")
    order_ids = graphene.Field(_all(graphene.ID), description="What it brings.")
    state = graphene.String(required=True, description="How far it is.")
    courier_id = graphene.ID(description="Who holds it.")
    fence = graphene.Int(required=True, description="How often it was claimed.")
    overdue = graphene.Boolean(required=True, description="Whether the courier is not heard of.")
    start_at = graphene.Field(DateTime, description="When its window begins.")
    end_at = graphene.Field(DateTime, description="When its window ends.")
    parcels = graphene.Field(_all(Parcel), description="What is carried.")
    pay = graphene.Field(Money, description="What the courier gets.")


class FloorCourier(DocumentType):
    """A courier as the merchant knows him."""

    id = graphene.ID(required=True, description="Regie's id.")
    display_name = graphene.String(required=True, description="What the board calls him.")
    state = graphene.String(required=True, description="Where he stands.")
    bond = graphene.String(description="What this merchant says of him.")
    online = graphene.Boolean(required=True, description="Whether he looks for work.")
    open_jobs = graphene.Int(required=True, description="How many deliveries he holds.")
    cash = graphene.Field(_all(Money), description="Cash that he holds, by currency.")


class StorePayload(DocumentType):
    """What became of a store."""

    store = graphene.Field(FloorStore, description="The store; null where nothing was done.")
    user_errors = graphene.Field(_all(UserError), description="Why nothing was done.")


class OrderPayload(DocumentType):
    """What became of an order."""

    order = graphene.Field(Order, description="The order; null where nothing was done.")
    user_errors = graphene.Field(_all(UserError), description="Why nothing was done.")


class Hold(DocumentType):
    """Stock and a slot that are kept for one basket."""

    id = graphene.ID(required=True, description="What the order carries as `regie_hold`.")
    state = graphene.String(required=True, description="ACTIVE, CONSUMED, RELEASED or EXPIRED.")
    slot = graphene.ID(description="The slot that is kept with it.")
    expires_at = graphene.Field(DateTime, description="When it ends by itself.")


class HoldPayload(DocumentType):
    """What became of a hold."""

    hold = graphene.Field(Hold, description="The hold; null where nothing was done.")
    user_errors = graphene.Field(_all(UserError), description="Why nothing was done.")


class CourierPayload(DocumentType):
    """What became of a courier; `link` lets him join, once."""

    courier_id = graphene.ID(description="Regie's id; null where nothing was done.")
    link = graphene.String(description="An invitation's address; shown this once.")
    user_errors = graphene.Field(_all(UserError), description="Why nothing was done.")


class DeliveryPayload(DocumentType):
    """What became of a delivery."""

    delivery = graphene.Field(Delivery, description="The delivery; null where nothing was done.")
    user_errors = graphene.Field(_all(UserError), description="Why nothing was done.")
