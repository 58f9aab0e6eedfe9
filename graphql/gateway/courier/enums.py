"""Enumerations of the courier's schema, taken from the rules so that the two cannot differ."""

from enum import Enum
from typing import Any

import graphene

from storefront.fulfillment.courier import courier, eligibility
from storefront.fulfillment.job import job, offline, proof
from storefront.fulfillment.order import order
from storefront.fulfillment.route import errand
from storefront.fulfillment.work.offline import Outcome


class _ReleaseReason(Enum):
    """Why a courier gives a job back."""

    TOO_FAR = "TOO_FAR"
    ORDER_NOT_READY = "ORDER_NOT_READY"
    VEHICLE_BREAKDOWN = "VEHICLE_BREAKDOWN"
    BY_MISTAKE = "BY_MISTAKE"
    PERSONAL = "PERSONAL"
    OTHER = "OTHER"


class _OfflineKind(Enum):
    """What may be done without a network."""

    arrive = "arrive"
    pickUp = "pickUp"  # noqa: N815 - the name of the mutation
    deliver = "deliver"
    fail = "fail"
    startReturn = "startReturn"  # noqa: N815 - the name of the mutation
    loseParcel = "loseParcel"  # noqa: N815 - the name of the mutation


def _enum(source: type, name: str, description: str) -> Any:
    return graphene.Enum.from_enum(
        source, name=name, description=lambda value: None if value else description
    )


JobState = _enum(job.JobState, "JobState", "How far a job is.")
Fate = _enum(job.Fate, "ParcelFate", "Where a parcel is.")
ProofKind = _enum(job.ProofKind, "ProofKind", "What proves a step.")
FailReason = _enum(job.FailureCode, "FailReason", "Why a delivery did not succeed.")
ReleaseReason = _enum(_ReleaseReason, "ReleaseReason", "Why a courier gives a job back.")
Stage = _enum(proof.Stage, "Stage", "At which end of the way.")
Temp = _enum(order.Temp, "Temp", "How warm a parcel may become.")
VehicleType = _enum(courier.VehicleType, "VehicleType", "What a courier rides.")
Skill = _enum(courier.Skill, "Skill", "What a courier is allowed and has learnt to do.")
CourierState = _enum(courier.CourierState, "CourierState", "Where a courier stands.")
MembershipState = _enum(
    courier.MembershipState, "MembershipState", "What the merchant says of a courier."
)
Reason = _enum(
    eligibility.Reason, "IneligibleReason", "The first reason why a job may not be taken."
)
StopKind = _enum(errand.StopKind, "StopKind", "What is done at a stop.")
OfflineKind = _enum(_OfflineKind, "OfflineKind", "What may be done without a network.")
OfflineFlag = _enum(offline.Flag, "OfflineFlag", "What is odd about the time of a queued step.")
OfflineOutcome = _enum(Outcome, "OfflineOutcome", "What became of a queued step.")
