"""The schema of the courier's surface: what he can look at, and what he does."""

from functools import cache
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.courier import enums
from gateway.courier.inputs import GeoIn
from gateway.courier.mutation import Mutation
from gateway.courier.rides import RideConnection
from gateway.courier.types import Bundle, Courier, CourierJob, JobOfferConnection, listed
from gateway.weight import Weight

MOST = Weight(cost=2_000, introspection=50_000, depth=8, aliases=10, directives=20)


class Query(graphene.ObjectType):
    """What a courier can look at; for couriers who are signed in."""

    me = graphene.NonNull(Courier, description="Who asks.")
    available_jobs = graphene.Field(
        graphene.NonNull(JobOfferConnection),
        near=graphene.Argument(GeoIn, required=True, description="Where he is."),
        radius_m=graphene.Int(
            required=True, default_value=3000, description="How far a store may be, in metres."
        ),
        vehicle=enums.VehicleType(description="As if he rode this one of his."),
        first=graphene.Int(required=True, default_value=20, description="1 to 100."),
        after=graphene.String(description="The endCursor of a former answer."),
        wait_seconds=graphene.Int(
            required=True,
            default_value=0,
            description="With `after`: wait up to 25 s until an offer came or went, "
            "and begin the list anew.",
        ),
        description="Open jobs, the nearest store's first.",
    )
    my_jobs = graphene.Field(
        listed(CourierJob),
        states=graphene.List(
            graphene.NonNull(enums.JobState), description="Only these; without, all that he holds."
        ),
        description="His own jobs, the newest change first.",
    )
    my_rides = graphene.Field(
        graphene.NonNull(RideConnection),
        first=graphene.Int(required=True, default_value=50, description="1 to 100."),
        after=graphene.String(description="The endCursor of a former answer."),
        description="His own jobs that ended in the last 30 days, the latest first.",
    )
    bundle_suggestions = graphene.Field(
        listed(Bundle),
        job_ids=graphene.List(graphene.NonNull(graphene.ID), description="Only among these."),
        near=graphene.Argument(GeoIn, required=True, description="Where he is."),
        description="Open jobs that go well together, the most saving first.",
    )

    @staticmethod
    def resolve_me(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the courier."""
        return info.context.me()

    @staticmethod
    def resolve_available_jobs(
        _root: Any,
        info: GraphQLResolveInfo,
        near: Any,
        radius_m: int,
        first: int,
        wait_seconds: int,
        vehicle: Any = None,
        after: str | None = None,
    ) -> Any:
        """Give the offers."""
        return info.context.offers(near, radius_m, vehicle, first, after, wait_seconds)

    @staticmethod
    def resolve_my_jobs(_root: Any, info: GraphQLResolveInfo, states: Any = None) -> Any:
        """Give his jobs."""
        return info.context.my_jobs(states)

    @staticmethod
    def resolve_my_rides(
        _root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None
    ) -> Any:
        """Give what he finished."""
        return info.context.rides(first, after)

    @staticmethod
    def resolve_bundle_suggestions(
        _root: Any, info: GraphQLResolveInfo, near: Any, job_ids: Any = None
    ) -> Any:
        """Give bundles."""
        return info.context.bundles(job_ids, near)


@cache
def schema() -> graphene.Schema:
    """Return the schema, built once per process."""
    return graphene.Schema(query=Query, mutation=Mutation)
