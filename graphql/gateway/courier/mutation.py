"""Every step of a courier, one line each; a repeated key gets the first answer again."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.courier import enums
from gateway.courier.inputs import (
    OPERATIONS,
    GeoIn,
    MoneyIn,
    ProofIn,
    arrive_of,
    deliver_of,
    fail_of,
    operation_of,
)
from gateway.courier.payloads import (
    ClaimPayload,
    CourierPayload,
    JobPayload,
    LeasePayload,
    OfflineResult,
)
from gateway.courier.types import listed
from storefront.fulfillment.work.deeds import (
    LoseParcel,
    PickUp,
    Release,
    Reopen,
    Retry,
    StartReturn,
)

Info = GraphQLResolveInfo
_JOB = {
    "job_id": graphene.ID(required=True, description="Which job."),
    "fence": graphene.Int(required=True, description="The fence of his claim."),
}
_KEY = {"key": graphene.ID(required=True, description="Fresh for every wish, 1 to 200 signs.")}


def _step(description: str, of: Any = JobPayload, **arguments: Any) -> graphene.Field:
    return graphene.Field(
        graphene.NonNull(of), description=description, **_JOB, **arguments, **_KEY
    )


class Mutation(graphene.ObjectType):
    """What a courier does; each answer is 200 and says in userErrors what was refused."""

    go_online = graphene.Field(
        graphene.NonNull(CourierPayload),
        vehicle_id=graphene.ID(required=True, description="On which vehicle."),
        near=graphene.Argument(
            GeoIn, required=True, description="Where he is; only the area is kept with him."
        ),
        description="Begin to look for work.",
    )
    go_offline = graphene.Field(
        graphene.NonNull(CourierPayload),
        description="Stop looking for work; jobs that are his stay his.",
    )
    claim_job = graphene.Field(
        graphene.NonNull(ClaimPayload),
        job_id=graphene.ID(required=True, description="Which job."),
        **_KEY,
        description="Take a job; of all who ask one gets it.",
    )
    claim_bundle = graphene.Field(
        graphene.NonNull(ClaimPayload),
        job_ids=graphene.Argument(listed(graphene.ID), description="Which jobs, six at most."),
        **_KEY,
        description="Take several jobs together: all of them, or none.",
    )
    renew_lease = graphene.Field(
        graphene.NonNull(LeasePayload),
        **_JOB,
        near=graphene.Argument(GeoIn, description="Where he is."),
        description="Hold a job longer.",
    )
    arrive = _step(
        "Say that he is at the store or at the door.",
        stage=graphene.NonNull(enums.Stage, description="PICKUP or DROPOFF."),
        near=graphene.Argument(GeoIn, description="Where he is: within 300 m."),
        reason=graphene.String(description="Why it counts all the same, if he is not."),
    )
    pick_up = _step(
        "Take the parcels against the store's code.",
        code=graphene.String(required=True, description="What the store shows."),
        parcels=graphene.Argument(
            listed(graphene.String), description="What the labels say, all of them."
        ),
    )
    deliver = _step(
        "Hand it over.",
        proof=graphene.Argument(ProofIn, required=True, description="What the shopper showed."),
        cod_collected=graphene.Argument(MoneyIn, description="Cash that was taken."),
    )
    fail = _step(
        "Say that it did not succeed.",
        reason=graphene.NonNull(enums.FailReason, description="Why."),
        note=graphene.String(description="For the store; sealed, gone after a day."),
        proof=graphene.Argument(ProofIn, description="How often he tried to reach the shopper."),
    )
    start_return = _step("Bring it back to the store.")
    release = _step(
        "Give it back before pick-up.",
        reason=graphene.NonNull(enums.ReleaseReason, description="Why."),
    )
    reopen = _step("Take back a delivery or failure, within ten minutes.")
    retry = _step("Try once more.")
    lose_parcel = _step(
        "Say that a parcel is gone.",
        parcel=graphene.String(required=True, description="What its label says."),
    )
    submit_offline = graphene.Field(
        listed(OfflineResult),
        ops=graphene.Argument(OPERATIONS, description="The queue, 100 at most."),
        description="Send in what was done without a network.",
    )

    @staticmethod
    def resolve_go_online(_root: Any, info: Info, vehicle_id: str, near: Any) -> Any:
        """Begin."""
        return info.context.go_online(vehicle_id, near)

    @staticmethod
    def resolve_go_offline(_root: Any, info: Info) -> Any:
        """Stop."""
        return info.context.go_offline()

    @staticmethod
    def resolve_claim_job(_root: Any, info: Info, job_id: str, key: str) -> Any:
        """Claim one."""
        return info.context.claim([job_id], key)

    @staticmethod
    def resolve_claim_bundle(_root: Any, info: Info, job_ids: list[str], key: str) -> Any:
        """Claim several."""
        return info.context.claim(list(dict.fromkeys(job_ids)), key)

    @staticmethod
    def resolve_renew_lease(
        _root: Any, info: Info, job_id: str, fence: int, near: Any = None
    ) -> Any:
        """Renew."""
        return info.context.renew(job_id, fence, near)

    @staticmethod
    def resolve_arrive(
        _root: Any,
        info: Info,
        job_id: str,
        fence: int,
        key: str,
        stage: Any,
        near: Any = None,
        reason: str | None = None,
    ) -> Any:
        """Arrive."""
        return info.context.take(job_id, fence, key, lambda: arrive_of(stage, near, reason))

    @staticmethod
    def resolve_pick_up(
        _root: Any, info: Info, job_id: str, fence: int, key: str, code: str, parcels: list[str]
    ) -> Any:
        """Pick up."""
        return info.context.take(job_id, fence, key, lambda: PickUp(code, tuple(parcels)))

    @staticmethod
    def resolve_deliver(
        _root: Any,
        info: Info,
        job_id: str,
        fence: int,
        key: str,
        proof: Any,
        cod_collected: Any = None,
    ) -> Any:
        """Deliver."""
        return info.context.take(job_id, fence, key, lambda: deliver_of(proof, cod_collected))

    @staticmethod
    def resolve_fail(
        _root: Any,
        info: Info,
        job_id: str,
        fence: int,
        key: str,
        reason: Any,
        note: str | None = None,
        proof: Any = None,
    ) -> Any:
        """Fail."""
        return info.context.take(job_id, fence, key, lambda: fail_of(reason, note, proof))

    @staticmethod
    def resolve_start_return(_root: Any, info: Info, job_id: str, fence: int, key: str) -> Any:
        """Return."""
        return info.context.take(job_id, fence, key, StartReturn)

    @staticmethod
    def resolve_release(
        _root: Any, info: Info, job_id: str, fence: int, key: str, reason: Any
    ) -> Any:
        """Release."""
        return info.context.take(job_id, fence, key, lambda: Release(reason.value))

    @staticmethod
    def resolve_reopen(_root: Any, info: Info, job_id: str, fence: int, key: str) -> Any:
        """Reopen."""
        return info.context.take(job_id, fence, key, Reopen)

    @staticmethod
    def resolve_retry(_root: Any, info: Info, job_id: str, fence: int, key: str) -> Any:
        """Retry."""
        return info.context.take(job_id, fence, key, Retry)

    @staticmethod
    def resolve_lose_parcel(
        _root: Any, info: Info, job_id: str, fence: int, key: str, parcel: str
    ) -> Any:
        """Lose a parcel."""
        return info.context.take(job_id, fence, key, lambda: LoseParcel(parcel))

    @staticmethod
    def resolve_submit_offline(_root: Any, info: Info, ops: list[Any]) -> Any:
        """Take the queue."""
        return info.context.submit([operation_of(it) for it in ops])
