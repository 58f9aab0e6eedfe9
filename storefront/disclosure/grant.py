"""A merchant's consent: who may see what of which products, what for, where and how long."""

import re
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from connector.model.errors import InvalidInput
from connector.store.listing.extent import Extent
from connector.store.product import rows
from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import WHOLESALE, Group
from storefront.disclosure.mask import NOWHERE, Mask

_COUNTRY = re.compile("[A-Z]{2}")
_HASH = re.compile("[0-9a-f]{64}")
_MOST = 200


class BadGrant(InvalidInput):
    """A grant that cannot stand."""

    code = "bad_grant"
    remedy = "See docs/reference/grants.md."


class SafetyWithheld(BadGrant):
    """Prices without the safety facts and terms that belong to them."""

    code = "safety_withheld"
    remedy = "Grant the groups safety and policies beside price: the law lets no one hide them."


class Price(Enum):
    """How exactly prices are shown, where they are shown at all."""

    EXACT = "exact"
    ROUNDED = "rounded"


class Stock(Enum):
    """Pieces, or only words such as in stock."""

    EXACT = "exact"
    BAND = "band"


class ProductSet(Struct, frozen=True, omit_defaults=True):
    """Products by what a shop owner knows of them: any of these, or `all`; categories by key."""

    all: bool = False
    connections: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    @property
    def names_something(self) -> bool:
        """Whether it can hold a product at all."""
        return any(getattr(self, name) for name in self.__struct_fields__)

    def facets(self) -> tuple[str, ...]:
        """Return the facets that lead to its products."""
        found = {rows.category_key(key) for key in (*self.categories, *self.collections)}
        found |= {rows.tag_key(tag) for tag in self.tags}
        found |= {rows.brand_key(brand) for brand in self.brands}
        return tuple(sorted(found))


class Budget(Struct, frozen=True):
    """How much may be asked in a minute: requests, and cost points of queries."""

    requests: int = 120
    cost: int = 60_000


class Grant(Struct, frozen=True):
    """One consent; `agent_id` None is whoever reaches the tier.

    No `regions` means everywhere, no `operations` any query; else only those with these hashes
    (SHA-256 of the text, hex). Times are epoch milliseconds; `valid_to` is the first moment after.
    """

    id: str
    agent_id: str | None
    fields: frozenset[Group]
    include: ProductSet
    exclude: ProductSet = ProductSet()
    price: Price = Price.EXACT
    stock: Stock = Stock.EXACT
    stores: tuple[str, ...] | None = None
    purposes: frozenset[Purpose] = frozenset({Purpose.SEARCH, Purpose.COMPARE, Purpose.CHECKOUT})
    regions: frozenset[str] = frozenset()
    tier: Tier = Tier.CONTRACT
    valid_from: int | None = None
    valid_to: int | None = None
    budget: Budget = Budget()
    operations: frozenset[str] = frozenset()

    def extent(self) -> Extent:
        """Return its products in the words of the store."""
        left_out = self.exclude
        return Extent(
            everything=self.include.all,
            facets=self.include.facets(),
            connections=self.include.connections,
            products=self.include.products,
            without_facets=left_out.facets(),
            without_connections=left_out.connections,
            without_products=left_out.products,
        )

    def mask(self) -> Mask:
        """Return what it lets be seen of a product."""
        named = None if self.stores is None else frozenset(self.stores)
        stores = named if Group.STORES in self.fields else NOWHERE
        levels = stores if Group.STOCK in self.fields else NOWHERE
        return Mask(
            self.fields | {Group.IDENTITY},
            self.price is Price.EXACT or Group.PRICE not in self.fields,
            stores,
            levels,
            levels if self.stock is Stock.EXACT else NOWHERE,
        )


def check(grant: Grant) -> Grant:
    """Return the grant if it can stand, or raise BadGrant that names the field."""
    if Group.PRICE in grant.fields and not grant.fields >= WHOLESALE:
        raise SafetyWithheld("Prices are granted without safety and policies.", field="fields")
    if not grant.include.names_something:
        raise BadGrant("The grant names no products.", field="include")
    if not grant.purposes:
        raise BadGrant("The grant names no purpose.", field="purposes")
    if grant.exclude.all:
        raise BadGrant("The grant leaves everything out.", field="exclude")
    if grant.agent_id is None and grant.tier is Tier.CONTRACT:
        raise BadGrant("A contract has a partner: name the agent.", field="agent")
    _check_texts(grant)
    _check_numbers(grant)
    return grant


def _check_texts(grant: Grant) -> None:
    for region in grant.regions:
        if not _COUNTRY.fullmatch(region):
            raise BadGrant(f"{region!r} is no ISO 3166-1 country code.", field="regions")
    for operation in grant.operations:
        if not _HASH.fullmatch(operation):
            raise BadGrant("An operation is named by 64 hex digits.", field="operations")
    for part in (grant.include, grant.exclude):
        for name in part.__struct_fields__[1:]:
            if len(getattr(part, name)) > _MOST:
                raise BadGrant(f"At most {_MOST} {name} fit into one grant.", field=name)


def _check_numbers(grant: Grant) -> None:
    begin, end = grant.valid_from, grant.valid_to
    if begin is not None and end is not None and begin >= end:
        raise BadGrant("The grant ends before it begins.", field="valid_to")
    if grant.budget.requests < 1 or grant.budget.cost < 1:
        raise BadGrant("A budget is at least 1.", field="budget")


class Preset(Struct, frozen=True):
    """A ready-made choice in a shop owner's words."""

    name: str
    says: str
    fields: frozenset[Group]
    price: Price = Price.EXACT
    stock: Stock = Stock.BAND
    purposes: frozenset[Purpose] = frozenset({Purpose.SEARCH, Purpose.COMPARE})


_SHOW = frozenset(Group) - {Group.PRICE, Group.STOCK}

PRESETS: Mapping[str, Preset] = {
    "show": Preset("Show, don't sell", "What it is and where you are, no price, no stock.", _SHOW),
    "compare": Preset(
        "Show with prices", "Everything a shopper compares; stock only as a word.", frozenset(Group)
    ),
    "full": Preset(
        "Full partner",
        "Everything, exactly, up to checkout.",
        frozenset(Group),
        Price.EXACT,
        Stock.EXACT,
        frozenset({Purpose.SEARCH, Purpose.COMPARE, Purpose.CHECKOUT}),
    ),
}
"""`nothing` is no preset: it is the absence of a grant, which is the default."""
