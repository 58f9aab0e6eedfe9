"""The retailer and the shops that were connected."""

from datetime import UTC, datetime
from typing import Any

import graphene
import orjson

from connector.store.connections import Shopfront
from gateway.catalogue.asking import Asking
from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import BigInt, DateTime
from storefront.disclosure.field import Group
from storefront.disclosure.sight import Sight


class Policy(DocumentType):
    """A policy that the shop published."""

    kind = graphene.String(required=True, description="Such as returns, shipping, privacy, terms.")
    url = graphene.String(required=True, description="Where it stands.")


class Freshness(DocumentType):
    """How true the catalogue is."""

    as_of = graphene.Field(
        DateTime, description="Everything the shop had then is here; null: never synced."
    )
    lag_seconds = graphene.Float(
        description="Seconds that the last refresh took to arrive here; null: never synced."
    )


class ConnectedShop(DocumentType):
    """One shop at a platform."""

    id = graphene.ID(required=True, description="Id of the connection.")
    platform = graphene.String(required=True, description="Such as shopify.")
    shop = graphene.String(required=True, description="Domain or address.")
    status = graphene.String(required=True, description="Either active or uninstalled.")
    name = graphene.String(description="Name for people.")
    url = graphene.String(description="Where shoppers go.")
    currency = graphene.String(description="ISO 4217 code of its prices.")
    timezone = graphene.String(description="Time zone of the shop, IANA name.")
    language = graphene.String(description="BCP 47 tag of its texts.")
    country = graphene.String(description="Country, ISO 3166-1 alpha-2.")
    tax_included = graphene.Boolean(description="Whether its prices hold the tax.")
    policies = graphene.List(graphene.NonNull(Policy), description="What the shop promises.")
    freshness = graphene.NonNull(Freshness, description="How true its products are.")


class Merchant(DocumentType):
    """The retailer."""

    id = graphene.ID(required=True, description="Regie's id.")
    name = graphene.String(required=True, description="Name for people.")
    sequence = graphene.NonNull(BigInt, description="Version of the catalogue: newest change.")
    shops = graphene.NonNull(
        graphene.List(graphene.NonNull(ConnectedShop)), description="Connected shops, oldest first."
    )


def merchant(asking: Asking) -> dict[str, Any]:
    """Return the merchant with all shops."""
    found = asking.view.merchant()
    return {
        "id": found.id,
        "name": found.name,
        "sequence": asking.view.sequence(),
        "shops": [_shop(shopfront, asking.view.sight) for shopfront in asking.view.connections()],
    }


def _shop(shopfront: Shopfront, sight: Sight) -> dict[str, Any]:
    facts = orjson.loads(shopfront.shop_facts) if shopfront.shop_facts else {}
    told = Group.POLICIES in sight.widest.groups
    named = (facts.get("policies") or {}).items() if told else ()
    policies = [{"kind": kind, "url": url} for kind, url in named] if told else None
    own = {name: getattr(shopfront, name) for name in ("id", "platform", "shop", "status")}
    return {**facts, **own, "policies": policies, "freshness": _freshness(shopfront)}


def _freshness(shopfront: Shopfront) -> dict[str, Any]:
    lag = shopfront.lag_ms
    return {
        "asOf": _instant(shopfront.as_of),
        "lagSeconds": None if lag is None else lag / 1000,
    }


def _instant(moment: int | None) -> str | None:
    if moment is None:
        return None
    text = datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
