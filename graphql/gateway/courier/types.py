"""What a courier sees: jobs on offer without any person, and his own with what he may know."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import BigInt
from gateway.courier import enums
from gateway.courier.local_time import DateTime


def listed(of: Any) -> graphene.NonNull:
    """Return the type of a list without gaps."""
    return graphene.NonNull(graphene.List(graphene.NonNull(of)))


def _field(of: Any, description: str) -> graphene.Field:
    return graphene.Field(of, description=description)


def _all(of: Any, description: str) -> graphene.Field:
    return graphene.Field(listed(of), description=description)


def _sure(of: Any, description: str) -> graphene.Field:
    return graphene.Field(graphene.NonNull(of), description=description)


class Money(DocumentType):
    """Whole minor units of an ISO 4217 currency."""

    amount = graphene.NonNull(BigInt, description="Minor units, such as cents.")
    currency = graphene.String(required=True, description="ISO 4217.")


class Point(DocumentType):
    """Degrees, WGS 84."""

    lat = graphene.Float(required=True, description="Latitude.")
    lng = graphene.Float(required=True, description="Longitude.")


class Window(DocumentType):
    """From when until when, on the store's clock."""

    start_at = _sure(DateTime, "The first moment.")
    end_at = _sure(DateTime, "The last moment.")


class Store(DocumentType):
    """Where parcels are fetched."""

    id = graphene.ID(required=True, description="Regie's id.")
    name = graphene.String(required=True, description="Name, in the courier's language.")
    timezone = graphene.String(required=True, description="Its own times (IANA), as of its slots.")
    address = _all(graphene.String, "Lines, as on a letter.")
    point = _field(Point, "Where it is.")
    phone = graphene.String(description="The store's own number.")
    instructions = graphene.String(description="How to collect, in the courier's language.")


class OfferedParcel(DocumentType):
    """A parcel without its code."""

    weight_g = graphene.Int(required=True, description="Grams.")
    volume_ml = graphene.Int(required=True, description="Millilitres.")
    temp = _sure(enums.Temp, "How warm it may become.")
    upright = graphene.Boolean(required=True, description="It must not lie.")


class JobOffer(DocumentType):
    """A job that may be taken; it tells nothing of who gets it."""

    job_id = graphene.ID(required=True, description="To claim it by.")
    store = _sure(Store, "Where to fetch it.")
    bundle_id = graphene.ID(description="It belongs to others.")
    fee = _sure(Money, "What it pays.")
    tip = _sure(Money, "What the shopper adds.")
    to_store_m = graphene.Int(description="Metres to the store, by 250.")
    to_dropoff_m = graphene.Int(
        required=True, description="Metres from the store to the area of the door, by 250."
    )
    area_cell = graphene.ID(required=True, description="The area of the door, 500 m wide.")
    pickup = _sure(Window, "When to fetch it.")
    dropoff = _sure(Window, "When to bring it.")
    parcels = _all(OfferedParcel, "What is to be carried.")
    vehicles = _all(enums.VehicleType, "What he may ride; empty: anything.")
    skills = _all(enums.Skill, "What he must be allowed to do.")
    cold = graphene.Boolean(required=True, description="Something must stay cold.")
    age_check = graphene.Int(description="The age to look at, in years.")
    cash = _field(Money, "Cash to take at the door.")
    proofs = _all(enums.ProofKind, "What the door asks for.")
    expires_at = _sure(DateTime, "The last moment to take it.")
    reason = _field(enums.Reason, "Why this courier may not take it; null: he may.")


class JobOfferConnection(DocumentType):
    """Offers, the nearest store's first."""

    nodes = _all(JobOffer, "The offers.")
    end_cursor = graphene.String(
        required=True, description="Pass as `after`: for what follows, or what is new."
    )
    has_next_page = graphene.Boolean(required=True, description="There are more.")


class Parcel(DocumentType):
    """A bag or box of a job that is his."""

    id = graphene.ID(required=True, description="Regie's id.")
    code = graphene.String(description="What its label says; null until it was scanned.")
    weight_g = graphene.Int(required=True, description="Grams.")
    volume_ml = graphene.Int(required=True, description="Millilitres.")
    temp = _sure(enums.Temp, "How warm it may become.")
    upright = graphene.Boolean(required=True, description="It must not lie.")
    age_min = graphene.Int(description="For whom it is, in years.")
    fate = _sure(enums.Fate, "Where it is.")


class Recipient(DocumentType):
    """Who gets it; each field is null while, or as soon as, it is not the courier's to know."""

    name = graphene.String(description="First name, from pick-up on.")
    alternate = graphene.String(description="First name of who may take it as well.")
    phone = graphene.String(description="The last two digits.")
    street = graphene.String(description="Without its number until pick-up.")
    street2 = graphene.String(description="Second line, from pick-up on.")
    postcode = graphene.String(description="Postcode.")
    city = graphene.String(description="City.")
    point = _field(Point, "The door, from pick-up on.")
    notes = graphene.String(description="For whoever stands at the door.")
    door_code = graphene.String(description="To open the house by.")


class Lease(DocumentType):
    """How long a job is his without a sign of him."""

    fence = graphene.Int(required=True, description="To show with every step.")
    until = _sure(DateTime, "When it ends, unless it is renewed before.")
    latest = _field(DateTime, "How far it can be renewed; null: he carries it, without end.")
    renewals = graphene.Int(required=True, description="How often it was renewed.")


class CourierJob(DocumentType):
    """A job of this courier."""

    id = graphene.ID(required=True, description="Regie's id.")
    state = _sure(enums.JobState, "How far it is.")
    fence = graphene.Int(required=True, description="To show with every step.")
    rev = graphene.Int(required=True, description="Rises with every change.")
    store = _sure(Store, "Where to fetch it, and to bring it back.")
    pickup = _sure(Window, "When to fetch it.")
    dropoff = _sure(Window, "When to bring it.")
    to_dropoff_m = graphene.Int(required=True, description="Metres from the store, by 250.")
    leave_at_door = graphene.Boolean(required=True, description="Nobody needs to be there.")
    recipient = _sure(Recipient, "Who gets it.")
    parcels = _all(Parcel, "What is to be carried.")
    cold = graphene.Boolean(required=True, description="Something must stay cold.")
    age_check = graphene.Int(description="The age to look at, in years.")
    cash = _field(Money, "Cash to take at the door.")
    cash_collected = _field(Money, "Cash that was taken.")
    fee = _sure(Money, "What it pays.")
    tip = _sure(Money, "What the shopper adds.")
    pickup_proofs = _all(enums.ProofKind, "What the store asks for.")
    dropoff_proofs = _all(enums.ProofKind, "What the door asks for.")
    bundle_id = graphene.ID(description="It belongs to others.")
    lease = _field(Lease, "How long it is his; null: it is not.")
    overdue = graphene.Boolean(required=True, description="The store was alarmed.")
    attempts = graphene.Int(required=True, description="Tries that failed.")
    failure = _field(enums.FailReason, "Why the last try failed.")
    cancel_reason = graphene.String(description="Why the store called it off.")
    arrived_at = _field(DateTime, "When he came to the door.")
    undo_until = _field(DateTime, "Until when `reopen` works.")
    actions = _all(graphene.String, "Steps that may follow now.")


class Vehicle(DocumentType):
    """What he rides."""

    id = graphene.ID(required=True, description="For goOnline.")
    type = _sure(enums.VehicleType, "What kind.")
    volume_ml = graphene.Int(required=True, description="Room, in millilitres.")
    weight_g = graphene.Int(required=True, description="Grams that it carries.")
    cold = graphene.Boolean(required=True, description="It keeps things cold.")


class Wages(DocumentType):
    """What he earned since midnight, and the cash that he has not handed in."""

    jobs = graphene.Int(required=True, description="Deliveries today.")
    earned = _all(Money, "By currency.")
    cash_owed = _all(Money, "By currency.")


class Courier(DocumentType):
    """Who asks."""

    id = graphene.ID(required=True, description="Regie's id.")
    display_name = graphene.String(required=True, description="How he is called.")
    state = _sure(enums.CourierState, "Where he stands.")
    membership = _field(enums.MembershipState, "What the merchant says.")
    vehicles = _all(Vehicle, "What he has.")
    skills = _all(enums.Skill, "What he is allowed to do.")
    checks_valid_until = _field(DateTime, "When the first check that is needed ends.")
    online_vehicle_id = graphene.ID(description="What he rides now; null: he is not at work.")
    online_since = _field(DateTime, "Since when he is at work.")
    stores = _all(Store, "The merchant's open stores.")
    wages = _sure(Wages, "What he earned.")

    @staticmethod
    def resolve_stores(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the stores."""
        return info.context.stores()

    @staticmethod
    def resolve_wages(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the wages."""
        return info.context.wages()


class Stop(DocumentType):
    """One halt of a tour."""

    kind = _sure(enums.StopKind, "What is done there.")
    job_id = graphene.ID(required=True, description="For which job.")
    arrive_at = _sure(DateTime, "When, by estimate.")


class Bundle(DocumentType):
    """Jobs that go well together; reckoned to the middle of each area."""

    job_ids = _all(graphene.ID, "Which jobs.")
    stops = _all(Stop, "In which order.")
    travel_s = graphene.Int(required=True, description="Seconds on the way, by estimate.")
    saved_s = graphene.Int(required=True, description="Seconds less than one by one.")


class UserError(DocumentType):
    """Why a step was not taken."""

    code = graphene.String(required=True, description="Stable, in snake_case.")
    field = graphene.String(description="Which argument is wrong.")
    message = graphene.String(required=True, description="In English, with what to do.")
    retry_after_ms = graphene.Int(description="When to try again.")
    current = _field(enums.JobState, "How far the job is, where that is his business.")
    left = graphene.Int(description="Tries left for a code.")
    reason = graphene.String(description="First rule that fails, for not_eligible.")
    missing = graphene.List(graphene.NonNull(graphene.String), description="Proofs that lack.")
