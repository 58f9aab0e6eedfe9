"""The shop itself: its name, money and language, its places, what holds for all its products."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec
from msgspec import Struct

from connector.model.errors import RegieError
from connector.model.language import BadLanguage, language_tag
from connector.model.location import Address, Geo, Location, LocationKind, Pickup
from connector.platforms import Context, Shop
from connector.platforms.errors import checked_currency
from connector.platforms.shopify.access import scopes
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.errors import MissingScope, ProtectedData, QueryRefused
from connector.platforms.shopify.lists import Listing
from connector.platforms.shopify.paging import Nodes
from connector.platforms.shopify.product.house_fields import NAMESPACE
from connector.platforms.shopify.product.normalise import NORMALISER
from connector.platforms.shopify.terms import PICKUP_MINUTES, Terms, location_id


class _Domain(Struct, rename="camel"):
    url: str


class _ShopAddress(Struct, rename="camel"):
    country_code_v2: str | None = msgspec.field(default=None, name="countryCodeV2")


class _Shop(Struct, rename="camel"):
    name: str
    url: str
    currency_code: str
    iana_timezone: str
    taxes_included: bool | None = None
    weight_unit: str = ""
    primary_domain: _Domain | None = None
    shop_address: _ShopAddress | None = None


class _Scope(Struct):
    handle: str


class _Installation(Struct, rename="camel"):
    access_scopes: list[_Scope]


class _ShopAnswer(Struct, rename="camel"):
    shop: _Shop
    current_app_installation: _Installation

    @property
    def granted(self) -> list[str]:
        return [scope.handle for scope in self.current_app_installation.access_scopes]


class _Address(Struct, rename="camel"):
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country_code: str | None = None
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class _Pickup(Struct, rename="camel"):
    pickup_time: str
    instructions: str | None = None


class _Metafield(Struct):
    namespace: str
    key: str
    value: str


class _Location(Struct, rename="camel"):
    id: str
    name: str
    is_active: bool
    fulfills_online_orders: bool
    updated_at: datetime | None = None
    address: _Address | None = None
    local_pickup: _Pickup | None = msgspec.field(default=None, name="localPickupSettingsV2")
    metafields: Nodes[_Metafield] | None = None


_LOCATIONS = Listing("locations", "locations", _Location)


class _Publication(Struct):
    id: str


class _Publications(Struct):
    publications: Nodes[_Publication]


class _Policy(Struct):
    type: str
    url: str


class _Policies(Struct, rename="camel"):
    shop_policies: list[_Policy]


class _PoliciesAnswer(Struct):
    shop: _Policies


class _Localization(Struct, rename="camel"):
    default_locale: str


class _SpokenDomain(Struct):
    localization: _Localization | None


class _SpokenShop(Struct, rename="camel"):
    primary_domain: _SpokenDomain


class _LanguageAnswer(Struct):
    shop: _SpokenShop


class Read(Struct, frozen=True):
    """The context as the engine wants it, and as products are read with it."""

    context: Context
    terms: Terms


def read_context(client: ShopifyClient) -> Read:
    """Ask for shop, places and channels; or raise MissingScope or UnknownCurrency."""
    answer = client.execute("shop", type=_ShopAnswer)
    scopes.check(client.shop, answer.granted)
    checked_currency(client.shop, answer.shop.currency_code)
    locations = tuple(_location(client.shop, found) for found in _LOCATIONS.every(client))
    publications = _publications(client)
    language = _language(client)
    digest = _digest(answer.shop, language, locations, publications)
    shop = _shop(answer.shop, language, _policies(client, answer.granted), answer.granted)
    context = Context(shop, locations, digest, client.skew_seconds or 0.0)
    return Read(
        context,
        Terms(client.shop, shop.currency, shop.tax_included, shop.language, digest),
    )


def granted_scopes(client: ShopifyClient) -> Sequence[str]:
    """Return what the merchant allows this app."""
    return client.execute("shop", type=_ShopAnswer).granted


def _publications(client: ShopifyClient) -> Sequence[str]:
    found = client.execute("publications", type=_Publications).publications
    return sorted(each.id for each in found.nodes)


def _language(client: ShopifyClient) -> str | None:
    """Return what the shop's texts are written in; None where it does not say, or refuses to.

    A passing fault is raised: a language that comes and goes would have every product read anew.
    """
    try:
        told = client.execute("shop_language", type=_LanguageAnswer).shop.primary_domain
        return language_tag(told.localization.default_locale) if told.localization else None
    except (MissingScope, ProtectedData, QueryRefused, BadLanguage):
        return None


def _policies(client: ShopifyClient, granted: Sequence[str]) -> dict[str, str]:
    """Return the legal texts' addresses by kind, where the merchant lets us know them."""
    if "read_legal_policies" not in granted:
        return {}
    try:
        found = client.execute("shop_policies", type=_PoliciesAnswer).shop.shop_policies
    except RegieError:
        return {}
    return {each.type.removesuffix("_POLICY").lower(): each.url for each in found}


def _shop(
    told: _Shop, language: str | None, policies: dict[str, str], granted: Sequence[str]
) -> Shop:
    return Shop(
        name=told.name,
        url=told.primary_domain.url if told.primary_domain else told.url,
        currency=told.currency_code,
        timezone=told.iana_timezone,
        language=language,
        country=told.shop_address.country_code_v2 if told.shop_address else None,
        tax_included=told.taxes_included,
        policies=policies,
        lacking=scopes.lacking_for_orders(granted),
    )


def _digest(
    shop: _Shop, language: str | None, locations: Iterable[Location], publications: Sequence[str]
) -> bytes:
    """Sum up what shapes every product, this reading of them included."""
    facts = (
        NORMALISER,
        shop.currency_code,
        shop.taxes_included,
        shop.weight_unit,
        language,
        sorted(place.external_id for place in locations),
        publications,
    )
    return blake2b(msgspec.json.encode(facts), digest_size=16).digest()


def _location(shop: str, told: _Location) -> Location:
    address = told.address
    return Location(
        id=location_id(shop, told.id),
        external_id=told.id,
        name=told.name,
        kind=LocationKind.STORE,
        active=told.is_active,
        fulfills_online=told.fulfills_online_orders,
        address=_address(address) if address else None,
        geo=_geo(address) if address else None,
        phone=(address.phone or None) if address else None,
        pickup=_pickup(told.local_pickup) if told.local_pickup else None,
        opening_hours=_opening_hours(told),
        as_of=told.updated_at,
    )


def _address(told: _Address) -> Address | None:
    if not (told.address1 or told.city or told.zip):
        return None
    return Address(
        line1=told.address1 or "",
        line2=told.address2 or None,
        postcode=told.zip or None,
        city=told.city or None,
        region=told.province_code or None,
        country=told.country_code or None,
    )


def _geo(told: _Address) -> Geo | None:
    if told.latitude is None or told.longitude is None:
        return None
    return Geo(told.latitude, told.longitude)


def _pickup(told: _Pickup) -> Pickup:
    return Pickup(PICKUP_MINUTES.get(told.pickup_time), told.instructions or None)


def _opening_hours(told: _Location) -> str | None:
    for each in told.metafields.nodes if told.metafields else ():
        if (each.namespace, each.key) == (NAMESPACE, "opening_hours"):
            return each.value
    return None
