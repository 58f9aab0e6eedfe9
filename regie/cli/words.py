"""A grant and the moments of the register in words that a shop owner would use."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, Price, ProductSet, Stock

GROUPS: Mapping[Group, str] = {
    Group.IDENTITY: "name and brand",
    Group.DESCRIPTION: "descriptions",
    Group.MEDIA: "pictures",
    Group.PRICE: "prices",
    Group.STOCK: "stock",
    Group.STORES: "stores",
    Group.ATTRIBUTES: "properties",
    Group.SAFETY: "safety facts",
    Group.HUMAN_VALUE: "what only this shop can say",
    Group.POLICIES: "returns and warranty",
}
_PURPOSES: Mapping[Purpose, str] = {
    Purpose.SEARCH: "to search",
    Purpose.COMPARE: "to compare",
    Purpose.CHECKOUT: "to buy",
    Purpose.TRAINING: "to train models",
}
_EVERYONE: Mapping[Tier, str] = {
    Tier.ANONYMOUS: "everyone",
    Tier.CLAIMED: "everyone who says a registered name",
    Tier.VERIFIED: "everyone with a verified signature",
    Tier.CONTRACT: "everyone with a key",
}
_NEEDED: Mapping[Tier, str] = {
    Tier.ANONYMOUS: "known in any way",
    Tier.CLAIMED: "that at least says its name",
    Tier.VERIFIED: "with a verified signature or a key",
    Tier.CONTRACT: "with a key",
}
_SETS: Mapping[str, tuple[str, str]] = {
    "connections": ("shop", "shops"),
    "categories": ("category", "categories"),
    "collections": ("collection", "collections"),
    "tags": ("tag", "tags"),
    "brands": ("brand", "brands"),
    "products": ("product", "products"),
}


def moment(at: int) -> str:
    """Return a time of the tables (epoch milliseconds) as people read it."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


def listed(words: Iterable[str]) -> str:
    """Join words as in a sentence: a, b and c."""
    *most, last = list(words) or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def plural(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def told(grant: Grant, agent: str | None) -> Iterator[str]:
    """Yield the lines of a grant: who sees which products, what of them, and on what terms."""
    whom = _EVERYONE[grant.tier] if agent is None else f"{agent}, {_NEEDED[grant.tier]},"
    yield f"{whom} sees {_products(grant)}"
    yield f"shown: {listed(_shown(grant))}"
    hidden = [GROUPS[group] for group in Group if group not in grant.mask().groups]
    if hidden:
        yield f"kept back: {listed(hidden)}"
    yield "; ".join(_conditions(grant))


def _products(grant: Grant) -> str:
    chosen = "all products" if grant.include.all else f"products of {_set(grant.include)}"
    left_out = _set(grant.exclude) if grant.exclude.names_something else ""
    return f"{chosen}, but not of {left_out}" if left_out else chosen


def _set(products: ProductSet) -> str:
    found = []
    for name, (one, many) in _SETS.items():
        values = getattr(products, name)
        if values:
            found.append(f"{one if len(values) == 1 else many} {', '.join(values)}")
    return " or ".join(found)


def _shown(grant: Grant) -> Iterator[str]:
    exactly = {
        Group.PRICE: "prices (rounded)" if grant.price is Price.ROUNDED else "exact prices",
        Group.STOCK: "stock in words" if grant.stock is Stock.BAND else "stock in pieces",
        Group.STORES: "all stores" if grant.stores is None else _stores(grant.stores),
    }
    groups = grant.mask().groups
    return (exactly.get(group, GROUPS[group]) for group in Group if group in groups)


def _stores(stores: tuple[str, ...]) -> str:
    return f"only {'store' if len(stores) == 1 else 'stores'} {', '.join(stores)}"


def _conditions(grant: Grant) -> Iterator[str]:
    yield listed(_PURPOSES[it] for it in Purpose if it in grant.purposes)
    yield f"in {', '.join(sorted(grant.regions))}" if grant.regions else "everywhere"
    if grant.valid_from is not None:
        yield f"from {moment(grant.valid_from)}"
    if grant.valid_to is not None:
        yield f"until {moment(grant.valid_to)}"
    if grant.operations:
        yield f"only by {plural(len(grant.operations), 'listed query', 'listed queries')}"
    yield f"{grant.budget.requests} requests and {grant.budget.cost} cost points a minute"
