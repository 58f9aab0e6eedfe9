"""Agents, grants, exposure and ledger as their merchant sees them."""

from typing import Any

import graphene

from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import BigInt, DateTime
from gateway.merchant.floor_type import Document


def _all(of: Any) -> graphene.NonNull:
    return graphene.NonNull(graphene.List(graphene.NonNull(of)))


class RegisteredAgent(DocumentType):
    """Who may ask, if something is granted to him."""

    id = graphene.ID(required=True, description="Regie's id.")
    name = graphene.String(required=True, description="Name that the merchant gave.")
    kind = graphene.String(required=True, description="assistant, aggregator and so on.")
    contact = graphene.String(required=True, description="Whom to write to.")
    purpose = graphene.String(required=True, description="What holds where a request names none.")
    terms = graphene.Int(description="Version of the terms that it accepted; null: none.")
    created_at = graphene.Field(DateTime, description="When it was entered.")
    revoked_at = graphene.Field(DateTime, description="When its door was closed; null: it is open.")


def _some(of: Any, description: str) -> Any:
    return graphene.Field(_all(of), description=description)


class GrantedProducts(DocumentType):
    """Products by what is known of them: any of these, or all."""

    all = graphene.Boolean(required=True, description="All that may be shown at all.")
    connections = _some(graphene.ID, "Of these connected shops.")
    categories = _some(graphene.String, "Of these categories, by key.")
    collections = _some(graphene.String, "Of these collections, by key.")
    tags = _some(graphene.String, "With these tags.")
    brands = _some(graphene.String, "Of these brands.")
    products = _some(graphene.ID, "These.")


class StandingGrant(DocumentType):
    """One consent that stands."""

    id = graphene.ID(required=True, description="Regie's id.")
    agent_id = graphene.ID(description="For whom; null: everyone of the tier.")
    fields = graphene.Field(_all(graphene.String), description="Groups of fields.")
    price = graphene.String(required=True, description="exact or rounded.")
    stock = graphene.String(required=True, description="exact (pieces) or band (words).")
    purposes = graphene.Field(_all(graphene.String), description="What for.")
    regions = graphene.Field(_all(graphene.String), description="Countries; empty: everywhere.")
    tier = graphene.String(required=True, description="The least that the agent must prove.")
    valid_from = graphene.Field(DateTime, description="First moment; null: it began long ago.")
    valid_to = graphene.Field(DateTime, description="First moment after; null: no end.")
    products = graphene.Field(GrantedProducts, required=True, description="Of which products.")
    except_ = graphene.Field(
        GrantedProducts,
        name="except",
        required=True,
        description="Of which it is not, all the same.",
    )
    stores = graphene.List(
        graphene.NonNull(graphene.ID), description="Which stores and their stock; null: all."
    )
    requests_per_minute = graphene.NonNull(BigInt, description="How often it may ask.")
    cost_per_minute = graphene.NonNull(BigInt, description="Cost points that it may use.")
    operations = _some(graphene.String, "SHA-256 of the only queries, hex; empty: any query.")


class Exposure(DocumentType):
    """One product that one agent has seen."""

    agent_id = graphene.ID(required=True, description="Who; anonymous and operator are words.")
    product_id = graphene.ID(required=True, description="Which product.")
    first_at = graphene.Field(DateTime, description="First answer that showed it.")
    last_at = graphene.Field(DateTime, description="Last answer that showed it.")
    answers = graphene.NonNull(BigInt, description="How many answers showed it.")
    fields = graphene.Field(
        _all(graphene.String), description="Schema coordinates that were shown with it."
    )
    terms = graphene.Int(description="Version of the terms of the last answer.")


class PreviewPart(DocumentType):
    """Products that an agent would see in one way."""

    products = graphene.Int(required=True, description="How many.")
    withheld = graphene.Field(_all(graphene.String), description="Schema coordinates kept back.")
    price = graphene.String(required=True, description="exact, rounded or hidden.")
    stock = graphene.String(required=True, description="pieces, words or hidden.")
    stores = graphene.List(
        graphene.NonNull(graphene.ID), description="Whose stock is seen; null: all stores'."
    )


class Preview(DocumentType):
    """What an agent would see now. Nothing was asked in its name, and nothing is on record."""

    tier = graphene.String(required=True, description="What the agent can prove at its best.")
    purpose = graphene.String(required=True, description="What it would say that it asks for.")
    region = graphene.String(description="Country that the answer would be for.")
    products = graphene.Int(required=True, description="How many products it would see.")
    of = graphene.Int(required=True, description="How many there are.")
    parts = graphene.Field(
        _all(PreviewPart),
        description="One for each grant; a product of several shows what any of them shows.",
    )
    only_listed_queries = graphene.Boolean(
        required=True, description="Whether it may send listed queries only."
    )
    until = graphene.Field(DateTime, description="When this ends; null: no end.")
    code = graphene.String(description="Why it sees nothing, for programs.")
    reason = graphene.String(description="Why it sees nothing, for people.")
    product = graphene.Field(
        Document, description="The product that was asked for as it would see it; null: not at all."
    )


class LedgerEntry(DocumentType):
    """One answer or refusal on record."""

    position = graphene.String(required=True, description="writer:number, as in receipts.")
    hash = graphene.String(required=True, description="SHA-256 of the entry, hex.")
    at = graphene.Field(DateTime, description="When it was written.")
    agent_id = graphene.ID(required=True, description="Who asked.")
    tier = graphene.Int(required=True, description="0 anonymous, 1 claimed, 2 verified, 3 key.")
    purpose = graphene.String(required=True, description="What for.")
    region = graphene.String(description="Where, ISO 3166-1.")
    operation = graphene.String(description="SHA-256 of the query, hex.")
    decision = graphene.String(required=True, description="answered, not_modified, refused...")
    code = graphene.String(description="Code of the error.")
    status = graphene.Int(required=True, description="HTTP status.")
    terms = graphene.Int(description="Version of the terms.")
    size = graphene.NonNull(BigInt, description="Bytes of the body.")
    fields = graphene.List(
        graphene.NonNull(graphene.String), description="What it showed; null: its time was up."
    )
    products = graphene.List(graphene.NonNull(graphene.ID), description="Products that it showed.")
