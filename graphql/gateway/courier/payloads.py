"""What a courier's step is answered with: what it led to, or why it was not taken."""

import graphene

from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import BigInt
from gateway.courier import enums
from gateway.courier.local_time import DateTime
from gateway.courier.types import Courier, CourierJob, Lease, UserError, listed

_ERRORS = graphene.Field(listed(UserError), description="Empty: it was done.")


class CourierPayload(DocumentType):
    """The courier, at work or not."""

    courier = graphene.Field(Courier, description="As he stands now.")
    user_errors = _ERRORS


class ClaimPayload(DocumentType):
    """Jobs that are his now."""

    jobs = graphene.List(graphene.NonNull(CourierJob), description="All that were asked for.")
    lease = graphene.Field(Lease, description="How long they are his.")
    user_errors = _ERRORS


class LeasePayload(DocumentType):
    """A lease that goes on."""

    lease = graphene.Field(Lease, description="How long the job is his.")
    user_errors = _ERRORS


class JobPayload(DocumentType):
    """A job after a step."""

    job = graphene.Field(CourierJob, description="As it was right after the step.")
    user_errors = _ERRORS


class OfflineResult(DocumentType):
    """What became of one queued step."""

    op_id = graphene.ID(required=True, description="Which one.")
    outcome = graphene.NonNull(
        enums.OfflineOutcome,
        description="WAITING is not settled and is to be sent again; the others are.",
    )
    at = graphene.Field(DateTime, description="The time that counts.")
    late = graphene.Boolean(required=True, description="It came late, or its time was corrected.")
    flags = graphene.Field(listed(enums.OfflineFlag), description="What is odd about its time.")
    skew_ms = graphene.NonNull(BigInt, description="By how much its time was corrected.")
    job = graphene.Field(CourierJob, description="As it was right after the step.")
    user_errors = _ERRORS
