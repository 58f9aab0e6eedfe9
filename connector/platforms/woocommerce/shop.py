"""The shop itself: proven to be the one that the merchant named, with all that holds in it."""

from datetime import timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from connector.model.text import one_line
from connector.platforms import Config, Context, Shop
from connector.platforms.response import Response
from connector.platforms.woocommerce.client import CONNECTOR, VERSION, WooClient
from connector.platforms.woocommerce.errors import ApiMissing, WrongHome
from connector.platforms.woocommerce.facts import Facts, read_facts, read_settings
from connector.platforms.woocommerce.places import online, pickup_places
from connector.platforms.woocommerce.terms import Terms, category_tree


class Index(Struct):
    """What `/wp-json/` says to anybody."""

    name: str = ""
    home: str = ""
    timezone_string: str = ""
    gmt_offset: float | str = 0
    namespaces: tuple[str, ...] = ()


def read_shop(client: WooClient, config: Config) -> tuple[Context, Terms]:
    """Read shop, places and terms; proves address, clock and key."""
    response = client.index()
    index = _index(response, config)
    settings = read_settings(client)
    facts = read_facts(client, index.home, settings)
    digest = blake2b(msgspec.json.encode(facts, order="sorted"), digest_size=16).digest()
    shop = _shop(config, index, facts)
    stores = pickup_places(client, config.shop) if CONNECTOR in index.namespaces else ()
    places = (online(config.shop, shop.name, settings), *stores)
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


def _shop(config: Config, index: Index, facts: Facts) -> Shop:
    country = facts.settings["woocommerce_default_country"].partition(":")[0]
    taxed = facts.settings["woocommerce_calc_taxes"] == "yes"
    included = facts.settings["woocommerce_prices_include_tax"] == "yes"
    return Shop(
        name=one_line(index.name) or config.shop,
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


def _terms(shop_id: str, shop: Shop, facts: Facts, digest: bytes) -> Terms:
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
        shipping_classes={
            each.slug: one_line(each.name) for each in facts.terms["shipping_classes"]
        },
        digest=digest,
    )
