"""The shop itself: its name, address, money, taxes and places, proven to be the right shop."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from connector.model.errors import InvalidInput, PlatformError
from connector.model.language import language_tag
from connector.model.location import Address, Location, LocationKind, Pickup
from connector.model.money import minor_digits
from connector.platforms import Config, Context, Shop
from connector.platforms.response import Response
from connector.platforms.woocommerce.client import CONNECTOR, VERSION, WooClient
from connector.platforms.woocommerce.errors import (
    ApiMissing,
    KeyLacksRights,
    KeyRefused,
    Refused,
    WrongHome,
)
from connector.platforms.woocommerce.terms import (
    PLATFORM,
    GlobalAttribute,
    TaxRate,
    Term,
    Terms,
    base_rates,
    category_tree,
    online_id,
)
from connector.model.ids import source_id

T = TypeVar("T")
NORMALISER = 1
"""Counts up whenever our reading of a product changes: all products are then read anew."""

PER_PAGE = 100
MOST_PAGES = 20
"""Of one kind of term or tax rate: a shop with more changes them by import, not by renaming."""


class Index(Struct):
    """What `/wp-json/` says to anybody."""

    name: str = ""
    home: str = ""
    timezone_string: str = ""
    gmt_offset: float | str = 0
    namespaces: tuple[str, ...] = ()


class Setting(Struct):
    """One setting; some values are lists, none of which we read."""

    id: str
    value: Any = ""


class _Environment(Struct):
    language: str = ""


class _Status(Struct):
    environment: _Environment = msgspec.field(default_factory=_Environment)


class _Currency(Struct):
    code: str = ""


class _PickupAddress(Struct):
    address_1: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""


class _PickupPlace(Struct):
    id: str
    name: str = ""
    address: _PickupAddress = msgspec.field(default_factory=_PickupAddress)
    details: str = ""
    enabled: bool = True


class _PickupSettings(Struct):
    enabled: str = "no"


class _Pickups(Struct):
    settings: _PickupSettings = msgspec.field(default_factory=_PickupSettings)
    locations: tuple[_PickupPlace, ...] = ()


class _Facts(Struct, frozen=True):
    """Everything that shapes all products, in a form whose bytes are the same for the same shop."""

    normaliser: int
    home: str
    currency: str
    language: str | None
    settings: Mapping[str, str]
    rates: Mapping[str, str]
    terms: Mapping[str, tuple[Term, ...]]
    attributes: tuple[GlobalAttribute, ...]


SHAPING = (
    "woocommerce_calc_taxes",
    "woocommerce_default_country",
    "woocommerce_dimension_unit",
    "woocommerce_manage_stock",
    "woocommerce_prices_include_tax",
    "woocommerce_weight_unit",
)
"""The settings that change how a product reads."""

TAXONOMIES = ("categories", "tags", "brands", "shipping_classes")


def read_shop(client: WooClient, config: Config) -> tuple[Context, Terms]:
    """Read shop, places and terms; proves address, clock and key."""
    response = client.index()
    index = _index(response, config)
    settings = _settings(client)
    facts = _facts(client, index, settings)
    digest = blake2b(msgspec.json.encode(facts, order="sorted"), digest_size=16).digest()
    shop = _shop(config, index, facts)
    places = (_online(config.shop, index, settings), *_pickup_places(client, config.shop, index))
    terms = _terms(config.shop, shop, facts, digest)
    return Context(shop, places, digest, response.skew_seconds or 0.0), terms


def _index(response: Response, config: Config) -> Index:
    """Read the index and see that it belongs to the shop that the merchant named."""
    index = response.decode(Index)
    if VERSION not in index.namespaces:
        raise ApiMissing(f"{config.shop} has no {VERSION}.", shop=config.shop)
    home = _address(index.home)
    allowed = {_address(config.shop), _address(config.endpoint or config.shop)}
    if home not in allowed and home.replace("http://", "https://", 1) not in allowed:
        raise WrongHome(config.shop, index.home)
    return index


def _address(url: str) -> str:
    """Return a URL in the form in which two of them are compared."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() + parts.path.rstrip("/")


def _settings(client: WooClient) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for group in ("general", "products", "tax"):
        entries = client.read(f"settings/{group}", list[Setting], _fields="id,value")
        found |= {entry.id: entry.value for entry in entries if isinstance(entry.value, str)}
    return found


def _facts(client: WooClient, index: Index, settings: Mapping[str, str]) -> _Facts:
    country, _, state = settings.get("woocommerce_default_country", "").partition(":")
    taxed = settings.get("woocommerce_calc_taxes") == "yes"
    table = list(_list(client, "taxes", TaxRate)) if taxed else []
    attributes = _by_id(_list(client, "products/attributes", GlobalAttribute))
    terms = {name: _by_id(_terms_of(client, f"products/{name}")) for name in TAXONOMIES}
    for attribute in attributes:
        path = f"products/attributes/{attribute.id}/terms"
        terms[attribute.slug] = _by_id(_terms_of(client, path))
    return _Facts(
        NORMALISER,
        index.home,
        _currency(client, settings),
        _language(client),
        {name: settings.get(name, "") for name in SHAPING},
        base_rates(table, country, state),
        terms,
        attributes,
    )


def _by_id(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(found, key=lambda each: each.id))  # type: ignore[attr-defined]  # all have


def _terms_of(client: WooClient, path: str) -> Iterator[Term]:
    """Read a taxonomy; older shops have no brands."""
    try:
        yield from _list(client, path, Term)
    except (ApiMissing, Refused):
        if not path.endswith("/brands"):
            raise


def _list(client: WooClient, path: str, type: type[T]) -> Iterator[T]:  # noqa: A002
    """Read a short list to its end, page by page."""
    fields = ",".join(each.encode_name for each in msgspec.structs.fields(type))  # type: ignore[arg-type]  # a struct
    for page in range(1, MOST_PAGES + 1):
        found = client.listing(
            path,
            {
                "per_page": PER_PAGE,
                "page": page,
                "orderby": None if path.endswith("attributes") else "id",
                "order": None if path.endswith("attributes") else "asc",
                "_fields": fields,
            },
        )
        for item in found.items:
            yield msgspec.json.decode(item, type=type, strict=False)
        if len(found.items) < PER_PAGE:
            return


def _currency(client: WooClient, settings: Mapping[str, str]) -> str:
    code = client.read("data/currencies/current", _Currency).code
    code = code or settings.get("woocommerce_currency", "")
    minor_digits(code)
    return code


def _language(client: WooClient) -> str | None:
    """Ask for the site's language; keys of lesser rights are not told."""
    try:
        status = client.read("system_status", _Status, _fields="environment.language")
        region = status.environment.language.split("_")[:2]
        return language_tag("_".join(region))
    except (Refused, ApiMissing, KeyLacksRights, KeyRefused, InvalidInput):
        return None


def _shop(config: Config, index: Index, facts: _Facts) -> Shop:
    country = facts.settings["woocommerce_default_country"].partition(":")[0]
    taxed = facts.settings["woocommerce_calc_taxes"] == "yes"
    included = facts.settings["woocommerce_prices_include_tax"] == "yes"
    return Shop(
        name=msgspec.convert(index.name, str) or config.shop,
        url=index.home,
        currency=facts.currency,
        timezone=_timezone(index),
        language=facts.language,
        country=country or None,
        tax_included=included if taxed else None,
        policies={},
    )


def _timezone(index: Index) -> str:
    """Return the zone's name; a site may know only its distance from UTC."""
    if index.timezone_string:
        return index.timezone_string
    hours = timedelta(hours=float(index.gmt_offset or 0))
    whole, rest = divmod(hours, timedelta(hours=1))
    return f"Etc/GMT{-whole:+d}" if whole and not rest else "UTC"


def _terms(shop_id: str, shop: Shop, facts: _Facts, digest: bytes) -> Terms:
    return Terms(
        shop=shop_id,
        currency=shop.currency,
        tax_included=shop.tax_included,
        language=shop.language,
        weight_unit=facts.settings["woocommerce_weight_unit"] or "kg",
        dimension_unit=facts.settings["woocommerce_dimension_unit"] or "cm",
        rates=facts.rates,
        categories=category_tree(facts.terms["categories"]),
        attributes={each.id: each for each in facts.attributes},
        shipping_classes={each.slug: each.name for each in facts.terms["shipping_classes"]},
        digest=digest,
    )


def _online(shop: str, index: Index, settings: Mapping[str, str]) -> Location:
    """Return the webshop as the place that holds the one count of everything."""
    country, _, region = settings.get("woocommerce_default_country", "").partition(":")
    line = settings.get("woocommerce_store_address", "")
    address = Address(
        line,
        settings.get("woocommerce_store_address_2") or None,
        settings.get("woocommerce_store_postcode") or None,
        settings.get("woocommerce_store_city") or None,
        region or None,
        country or None,
    )
    return Location(
        id=online_id(shop),
        external_id="shop",
        name=index.name or shop,
        kind=LocationKind.ONLINE,
        active=True,
        fulfills_online=True,
        address=address if line or address.city else None,
        geo=None,
        phone=None,
        pickup=None,
        opening_hours=None,
        as_of=None,
    )


def _pickup_places(client: WooClient, shop: str, index: Index) -> tuple[Location, ...]:
    """Return the stores where goods are fetched, if our plugin tells them; their stock is not."""
    if CONNECTOR not in index.namespaces:
        return ()
    try:
        found = client.plugin("pickup-locations", _Pickups)
    except (ApiMissing, Refused):
        return ()
    offered = found.settings.enabled == "yes"
    places = sorted(found.locations, key=lambda place: place.id)
    return tuple(_store(shop, place, active=offered and place.enabled) for place in places)


def _store(shop: str, place: _PickupPlace, *, active: bool) -> Location:
    told = place.address
    return Location(
        id=source_id("loc", PLATFORM, shop, place.id),
        external_id=place.id,
        name=place.name,
        kind=LocationKind.STORE,
        active=active,
        fulfills_online=False,
        address=Address(
            told.address_1,
            None,
            told.postcode or None,
            told.city or None,
            told.state or None,
            told.country or None,
        ),
        geo=None,
        phone=None,
        pickup=Pickup(None, place.details or None),
        opening_hours=None,
        as_of=None,
    )


__all__ = ["PlatformError", "read_shop"]
