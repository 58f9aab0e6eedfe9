"""The schema of the merchant's surface: every way in, one line each."""

from functools import cache
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.merchant.types import Exposure, LedgerEntry, RegisteredAgent, StandingGrant


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
        description="The newest entries.",
    )

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
        _root: Any, info: GraphQLResolveInfo, first: int, agent_id: str | None = None
    ) -> Any:
        """Give the newest entries."""
        return info.context.ledger(agent_id, first)


@cache
def schema() -> graphene.Schema:
    """Return the schema, built once per process."""
    return graphene.Schema(query=Query)
