"""What a shopper nearby may be promised: pick-up, times, delivery."""

from typing import Any

import graphene

from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.parts import Money
from gateway.catalogue.scalars import DateTime
from gateway.catalogue.store_type import Store
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.slot.promise import Day, NoPromise
from storefront.fulfillment.slot.slot import Bucket
from storefront.fulfillment.zone.decide import Certainty
from storefront.fulfillment.zone.fee import Component


def _enum(source: type, name: str, description: str) -> Any:
    return graphene.Enum.from_enum(
        source, name=name, description=lambda value: None if value else description
    )


PromiseDay = _enum(Day, "PromiseDay", "Which day, as the store's clock shows it.")
NoPromiseReason = _enum(NoPromise, "NoPromiseReason", "Why nothing is promised.")
ZoneCertainty = _enum(Certainty, "ZoneCertainty", "Whether the address lies in a delivery area.")
FeeComponent = _enum(Component, "FeeComponent", "A part of a delivery fee.")
Room = graphene.Enum(
    "Room",
    [(bucket.name, bucket.name) for bucket in Bucket],
    description="How much room a slot has left; counts are never told.",
)
SlotService = graphene.Enum(
    "SlotService",
    [(it.name, it.name) for it in (Service.PICKUP, Service.DELIVERY)],
    description="What a slot is for.",
)


class BasketLine(graphene.InputObjectType):
    """So many pieces of a variant."""

    variant_id = graphene.ID(required=True, description="Regie's id of the variant.")
    quantity = graphene.Int(
        required=True,
        default_value=1,
        description="Pieces, 1 to 1,000; where you are told stock in words only, 1.",
    )


class GeoInput(graphene.InputObjectType):
    """A point on the map, degrees WGS 84."""

    latitude = graphene.Float(required=True, description="Degrees north.")
    longitude = graphene.Float(required=True, description="Degrees east.")


class PickupPromise(DocumentType):
    """From when a basket can be collected in one store: "today from 15:00", without words."""

    store_id = graphene.ID(required=True, description="Regie's id of the store.")
    place = graphene.Field(Store, description="The place that the store is, where it may be seen.")
    name = graphene.String(required=True, description="Name for people.")
    distance_m = graphene.Int(description="Metres as the crow flies; null: no point was given.")
    ready_at = graphene.Field(DateTime, description="The earliest instant; null: none.")
    day = graphene.Field(PromiseDay, description="Its day on the store's clock.")
    date = graphene.String(description="Its date on the store's clock, ISO 8601.")
    time = graphene.String(description="Its time on the store's clock, such as 15:00.")
    slot = graphene.ID(description="The slot that it is, where the store has slots.")
    reason = graphene.Field(NoPromiseReason, description="Why there is none; null: there is one.")


class SlotOffer(DocumentType):
    """A stretch of time that may be chosen at checkout."""

    id = graphene.ID(required=True, description="What a checkout passes as `regie_slot`.")
    start_at = graphene.Field(graphene.NonNull(DateTime), description="When it begins.")
    end_at = graphene.Field(graphene.NonNull(DateTime), description="When it ends.")
    cutoff_at = graphene.Field(graphene.NonNull(DateTime), description="Until when to order.")
    room = graphene.Field(graphene.NonNull(Room), description="How much room is left.")
    price_delta = graphene.Field(Money, description="What this time costs more or less.")


class FeePart(DocumentType):
    """One part of a fee: the parts add up to it."""

    component = graphene.Field(graphene.NonNull(FeeComponent), description="What it is for.")
    amount = graphene.Field(graphene.NonNull(Money), description="How much; may be negative.")


class DeliveryEstimate(DocumentType):
    """What bringing a basket to a postcode would cost and take; a slot, not this, is a promise."""

    certainty = graphene.Field(
        graphene.NonNull(ZoneCertainty), description="Whether it is possible."
    )
    fee = graphene.Field(Money, description="What it costs; null: not possible.")
    parts = graphene.List(graphene.NonNull(FeePart), description="Why it costs that.")
    minutes_usual = graphene.Int(description="Half of such ways take no longer; an estimate.")
    minutes_most = graphene.Int(description="Nine in ten take no longer; an estimate.")
    source = graphene.String(description="Who estimates, such as haversine.")
    starts_from = graphene.Field(
        DateTime, description="A slot for it begins then or later: its area asks for a lead."
    )
