"""The schema of the merchant's surface: every way in, one line each."""

from functools import cache
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.merchant.floor_type import (
    Delivery,
    FloorCourier,
    FloorStore,
    Order,
    OrderConnection,
)
from gateway.merchant.mutation import Mutation
from gateway.merchant.types import (
    Exposure,
    LedgerEntry,
    Preview,
    RegisteredAgent,
    StandingGrant,
)


def _all(of: Any) -> graphene.NonNull:
    return graphene.NonNull(graphene.List(graphene.NonNull(of)))


class Query(graphene.ObjectType):
    """What a merchant can look up about those who read his catalogue; for operators only."""

    agents = graphene.Field(_all(RegisteredAgent), description="The register, oldest first.")
    grants = graphene.Field(_all(StandingGrant), description="The grants that stand.")
    exposure_of_product = graphene.Field(
        _all(Exposure),
        product_id=graphene.ID(required=True, description="Id of the product."),
        description="Who saw a product, the latest first.",
    )
    exposure_of_agent = graphene.Field(
        _all(Exposure),
        agent_id=graphene.ID(required=True, description="Id of the agent."),
        first=graphene.Int(required=True, default_value=100, description="1 to 100."),
        after=graphene.ID(description="Product behind which to go on."),
        description="What an agent saw, by product id.",
    )
    ledger = graphene.Field(
        _all(LedgerEntry),
        agent_id=graphene.ID(description="Only of this agent."),
        first=graphene.Int(required=True, default_value=20, description="1 to 100."),
        before=graphene.ID(description="Position behind which to go on."),
        description="The newest entries, the last first.",
    )
    preview = graphene.Field(
        Preview,
        required=True,
        agent=graphene.ID(required=True, description="Id or name of the agent, or `anonymous`."),
        purpose=graphene.String(description="search, compare, checkout, training; null: its own."),
        region=graphene.String(description="Two capitals (ISO 3166-1); null: not said."),
        product_id=graphene.ID(description="Also show this product as it would see it."),
        description="What an agent would see now.",
    )

    stores = graphene.Field(_all(FloorStore), description="The stores, by their code.")
    board = graphene.Field(
        _all(Order),
        store_ids=graphene.List(graphene.NonNull(graphene.ID), description="Null: all stores."),
        description="The open orders, the most urgent first.",
    )
    order = graphene.Field(
        Order,
        id=graphene.ID(required=True, description="Regie's id."),
        description="One order.",
    )
    finished_orders = graphene.Field(
        OrderConnection,
        required=True,
        number=graphene.String(description="A whole number, or three signs or more of its end."),
        day=graphene.String(description="Day on which it ended, as 2026-11-21, by store's clock."),
        store_ids=graphene.List(graphene.NonNull(graphene.ID), description="Null: all stores."),
        first=graphene.Int(required=True, default_value=20, description="1 to 100."),
        after=graphene.String(description="Where the last page ended."),
        description="Orders collected, delivered, cancelled or not fetched, the last first.",
    )
    deliveries = graphene.Field(
        _all(Delivery),
        store_ids=graphene.List(graphene.NonNull(graphene.ID), description="Null: all stores."),
        description="The deliveries that are not ended.",
    )
    couriers = graphene.Field(_all(FloorCourier), description="The couriers, oldest first.")

    @staticmethod
    def resolve_stores(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the stores."""
        return info.context.floor.stores()

    @staticmethod
    def resolve_board(
        _root: Any, info: GraphQLResolveInfo, store_ids: list[str] | None = None
    ) -> Any:
        """Give the open orders."""
        return info.context.floor.board(store_ids)

    @staticmethod
    def resolve_order(_root: Any, info: GraphQLResolveInfo, id: str) -> Any:  # noqa: A002 - the argument's public name
        """Give one order."""
        return info.context.floor.one_order(id)

    @staticmethod
    def resolve_finished_orders(_root: Any, info: GraphQLResolveInfo, **asked: Any) -> Any:
        """Give one page of what is over."""
        return info.context.floor.finished(**asked)

    @staticmethod
    def resolve_deliveries(
        _root: Any, info: GraphQLResolveInfo, store_ids: list[str] | None = None
    ) -> Any:
        """Give the open deliveries."""
        return info.context.floor.deliveries(store_ids)

    @staticmethod
    def resolve_couriers(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the couriers."""
        return info.context.floor.couriers()

    @staticmethod
    def resolve_agents(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the register."""
        return info.context.agents()

    @staticmethod
    def resolve_grants(_root: Any, info: GraphQLResolveInfo) -> Any:
        """Give the grants."""
        return info.context.grants()

    @staticmethod
    def resolve_exposure_of_product(_root: Any, info: GraphQLResolveInfo, product_id: str) -> Any:
        """Give who saw a product."""
        return info.context.exposure_of_product(product_id)

    @staticmethod
    def resolve_exposure_of_agent(
        _root: Any, info: GraphQLResolveInfo, agent_id: str, first: int, after: str = ""
    ) -> Any:
        """Give what an agent saw."""
        return info.context.exposure_of_agent(agent_id, first, after)

    @staticmethod
    def resolve_ledger(
        _root: Any,
        info: GraphQLResolveInfo,
        first: int,
        agent_id: str | None = None,
        before: str | None = None,
    ) -> Any:
        """Give the newest entries."""
        return info.context.ledger(agent_id, first, before)

    @staticmethod
    def resolve_preview(
        _root: Any,
        info: GraphQLResolveInfo,
        agent: str,
        purpose: str | None = None,
        region: str | None = None,
        product_id: str | None = None,
    ) -> Any:
        """Give what an agent would see."""
        return info.context.preview(agent, purpose, region, product_id)


@cache
def schema() -> graphene.Schema:
    """Return the schema, built once per process."""
    return graphene.Schema(query=Query, mutation=Mutation)
