"""All that shapes every product of a shop, read from its settings, tax table and taxonomies."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from connector.model.errors import InvalidInput
from connector.model.language import language_tag
from connector.platforms.errors import checked_currency
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import ApiMissing, KeyLacksRights, KeyRefused, Refused
from connector.platforms.woocommerce.terms import GlobalAttribute, TaxRate, Term, base_rates

T = TypeVar("T", Term, TaxRate)
NORMALISER = 2
"""Counts up whenever our reading of a product changes: all products are then read anew."""

PER_PAGE = 100
MOST_PAGES = 20
"""Of one taxonomy: a shop with more terms changes them by import, which touches its products."""

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


class Facts(Struct, frozen=True):
    """Everything that shapes all products, in a form whose bytes are the same for the same shop."""

    normaliser: int
    home: str
    currency: str
    language: str | None
    settings: Mapping[str, str]
    rates: Mapping[str, str]
    terms: Mapping[str, tuple[Term, ...]]
    attributes: tuple[GlobalAttribute, ...]


def read_settings(client: WooClient) -> Mapping[str, str]:
    """Return the settings of the three groups that say something about goods."""
    found: dict[str, str] = {}
    for group in ("general", "products", "tax"):
        entries = client.read(f"settings/{group}", list[Setting], _fields="id,value")
        found |= {entry.id: entry.value for entry in entries if isinstance(entry.value, str)}
    return found


def read_facts(client: WooClient, home: str, settings: Mapping[str, str]) -> Facts:
    """Read everything that shapes products; only an administrator's key may."""
    country, _, state = settings.get("woocommerce_default_country", "").partition(":")
    taxed = settings.get("woocommerce_calc_taxes") == "yes"
    table = _list(client, "taxes", TaxRate) if taxed else ()
    fields = _fields(GlobalAttribute)
    attributes = client.read("products/attributes", list[GlobalAttribute], _fields=fields)
    terms = {name: _terms_of(client, f"products/{name}") for name in TAXONOMIES}
    for attribute in attributes:
        path = f"products/attributes/{attribute.id}/terms"
        terms[attribute.slug] = _terms_of(client, path)
    return Facts(
        NORMALISER,
        home,
        checked_currency(home, _currency(client, settings)),
        _language(client),
        {name: settings.get(name, "") for name in SHAPING},
        base_rates(table, country, state),
        terms,
        tuple(sorted(attributes, key=lambda each: each.id)),
    )


def _terms_of(client: WooClient, path: str) -> tuple[Term, ...]:
    """Read a taxonomy by id; older shops have no brands."""
    try:
        found = list(_list(client, path, Term))
    except (ApiMissing, Refused):
        if not path.endswith("/brands"):
            raise
        return ()
    return tuple(sorted(found, key=lambda term: term.id))


def _list(client: WooClient, path: str, type: type[T]) -> Iterator[T]:  # noqa: A002 - as msgspec
    """Read a short list to its end, page by page."""
    asked = {"orderby": "id", "order": "asc", "per_page": PER_PAGE, "_fields": _fields(type)}
    for page in range(1, MOST_PAGES + 1):
        found = client.listing(path, {**asked, "page": page})
        for item in found.items:
            yield msgspec.json.decode(item, type=type, strict=False)
        if len(found.items) < PER_PAGE:
            return


def _fields(type: type[Struct]) -> str:  # noqa: A002 - as msgspec
    return ",".join(each.encode_name for each in msgspec.structs.fields(type))


def _currency(client: WooClient, settings: Mapping[str, str]) -> str:
    code = client.read("data/currencies/current", _Currency).code
    return code or settings.get("woocommerce_currency", "")


def _language(client: WooClient) -> str | None:
    """Ask for the site's language; keys of lesser rights are not told."""
    try:
        status = client.read("system_status", _Status, _fields="environment.language")
        region = status.environment.language.split("_")[:2]
        return language_tag("_".join(region))
    except (Refused, ApiMissing, KeyLacksRights, KeyRefused, InvalidInput):
        return None
