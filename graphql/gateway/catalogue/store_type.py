"""A place of the retailer."""

import graphene

from gateway.catalogue import enums
from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import DateTime


class Address(DocumentType):
    """A postal address."""

    line1 = graphene.String(required=True, description="Street and number.")
    line2 = graphene.String(description="Rest of the street address.")
    postcode = graphene.String(description="Postal code.")
    city = graphene.String(description="City.")
    region = graphene.String(description="State or province.")
    country = graphene.String(description="Country, ISO 3166-1 alpha-2.")


class Geo(DocumentType):
    """A point on the map, degrees WGS 84."""

    latitude = graphene.Float(required=True, description="Degrees north.")
    longitude = graphene.Float(required=True, description="Degrees east.")


class Pickup(DocumentType):
    """Click and collect as the platform offers it."""

    ready_minutes = graphene.Int(description="The platform's promise in minutes; null: none.")
    instructions = graphene.String(description="What the shop tells who collects.")


class Store(DocumentType):
    """A store, a warehouse, a market stall, or a webshop that keeps one count for all."""

    id = graphene.ID(required=True, description="Regie's id, stable for ever.")
    external_id = graphene.String(required=True, description="The platform's id.")
    connection_id = graphene.ID(required=True, description="Id of the shop that it belongs to.")
    name = graphene.String(required=True, description="Name for people.")
    kind = graphene.NonNull(enums.LocationKind, description="What kind of place it is.")
    active = graphene.Boolean(required=True, description="Whether it is in use.")
    fulfills_online = graphene.Boolean(
        required=True, description="Whether its stock may be promised online."
    )
    address = graphene.Field(Address, description="Where it is; null: no address of its own.")
    geo = graphene.Field(Geo, description="Its point on the map, where known.")
    phone = graphene.String(description="Telephone, as the shop wrote it.")
    pickup = graphene.Field(Pickup, description="Null: no click and collect here.")
    opening_hours = graphene.String(description="The shop's own text; null: not told.")
    as_of = graphene.Field(DateTime, description="When this was true at the platform.")
