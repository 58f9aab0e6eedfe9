"""What grants open, told a second time: plain loops over grants, products and cells.

Nothing here uses the masks, extents or decisions of `storefront.disclosure`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct, structs

from storefront.disclosure.agent import Agent, Kind, Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, Price, ProductSet, Stock

AGENTS = (
    Agent("agt_1", "Finder", Kind.ASSISTANT, "a@example.org", claims=("FinderBot",)),
    Agent("agt_2", "Other", Kind.AGGREGATOR, "b@example.org", Purpose.COMPARE, ("OtherBot",)),
)
PLENTY = Budget(10**9, 10**12)
PRODUCT_NEEDS: Mapping[str, Group] = {
    **dict.fromkeys(("description", "summary", "seo"), Group.DESCRIPTION),
    "media": Group.MEDIA,
    "priceRange": Group.PRICE,
    "availability": Group.STOCK,
    "attributes": Group.ATTRIBUTES,
    **dict.fromkeys(("safety", "ageRestriction", "temperatureClass"), Group.SAFETY),
    "humanValue": Group.HUMAN_VALUE,
    "policies": Group.POLICIES,
}
VARIANT_NEEDS: Mapping[str, Group] = {
    **dict.fromkeys(
        ("attributes", "weight", "dimensions", "requiresShipping", "countryOfOrigin"),
        Group.ATTRIBUTES,
    ),
    "customsCode": Group.ATTRIBUTES,
    "media": Group.MEDIA,
    **dict.fromkeys(("price", "compareAtPrice", "offers"), Group.PRICE),
    "availability": Group.STOCK,
}
PIECES = ("onHand", "available", "committed", "reserved", "incoming")


class Who(Struct, frozen=True):
    """One caller as he appears at the door."""

    agent_id: str | None
    tier: int
    purpose: str | None = None
    region: str | None = None

    @property
    def meant(self) -> Purpose:
        """What he asks for, said or not."""
        if self.purpose:
            return Purpose(self.purpose)
        return Purpose.COMPARE if self.agent_id == "agt_2" else Purpose.SEARCH


def open_to(who: Who, grants: Sequence[Grant], now: int, operation: str) -> list[Grant]:
    """Return the grants that open something for this caller, now and by this operation."""
    found = []
    for grant in grants:
        if grant.agent_id is not None and grant.agent_id != who.agent_id:
            continue
        if who.tier < grant.tier or who.meant not in grant.purposes:
            continue
        if grant.regions and who.region not in grant.regions:
            continue
        if grant.valid_from is not None and now < grant.valid_from:
            continue
        if grant.valid_to is not None and now >= grant.valid_to:
            continue
        if grant.operations and operation not in grant.operations:
            continue
        found.append(grant)
    return found


def is_in(chosen: ProductSet, document: Mapping[str, Any], connection: str) -> bool:
    """Tell whether a set names a product."""
    classes = {it["key"] for it in document["categories"]}
    tags = {it.lower() for it in document["tags"]}
    return (
        chosen.all
        or connection in chosen.connections
        or document["id"] in chosen.products
        or any(it in classes for it in (*chosen.categories, *chosen.collections))
        or any(it.lower() in tags for it in chosen.tags)
        or (document["brand"] or "").lower() in {it.lower() for it in chosen.brands}
    )


def covers(grant: Grant, document: Mapping[str, Any], connection: str) -> bool:
    """Tell whether a grant shows anything of a product."""
    return (
        document["publication"]["publishable"]
        and is_in(grant.include, document, connection)
        and not is_in(grant.exclude, document, connection)
    )


def shown(document: Mapping[str, Any], grants: Sequence[Grant]) -> dict[str, Any] | None:
    """Return what the grants that cover a product show of it, all else null."""
    if not grants:
        return None
    found = _part(document, PRODUCT_NEEDS, grants)
    found["variants"] = [_variant(it, grants) for it in document["variants"]]
    return found


def _part(
    part: Mapping[str, Any], needs: Mapping[str, Group], grants: Sequence[Grant]
) -> dict[str, Any]:
    found = {}
    for name, value in part.items():
        need = needs.get(name)
        is_open = need is None or any(need in it.fields for it in grants)
        exact = any(Group.PRICE in it.fields and it.price is Price.EXACT for it in grants)
        found[name] = (
            (value if need is not Group.PRICE or exact else rough(value)) if is_open else None
        )
    return found


def _variant(variant: Mapping[str, Any], grants: Sequence[Grant]) -> dict[str, Any]:
    found = _part(variant, VARIANT_NEEDS, grants)
    both = [it for it in grants if {Group.STOCK, Group.STORES} <= it.fields and it.stores != ()]
    found["inventory"] = _levels(variant["inventory"], both) if both else None
    return found


def _levels(levels: Sequence[Mapping[str, Any]], grants: Sequence[Grant]) -> list[Any]:
    found = []
    for level in levels:
        here = [it for it in grants if it.stores is None or level["locationId"] in it.stores]
        exact = any(it.stock is Stock.EXACT for it in here)
        if here:
            found.append(level if exact else {**level, **dict.fromkeys(PIECES)})
    return found


def rough(value: Any) -> Any:
    """Round every amount to two digits that count, by its decimal text."""
    if isinstance(value, list):
        return [rough(it) for it in value]
    if not isinstance(value, dict):
        return value
    if set(value) != {"amount", "currency"}:
        return {name: rough(it) for name, it in value.items()}
    digits = str(value["amount"])
    rest = len(digits) - 2
    up = int(digits[:2]) + (rest > 0 and int(digits[2]) >= 5)
    return {**value, "amount": up * 10**rest if rest > 0 else value["amount"]}


def stores_of(grants: Sequence[Grant], every: Sequence[str]) -> list[str] | None:
    """Return the places that grants let be known; None where they speak of none."""
    telling = [it for it in grants if Group.STORES in it.fields]
    if not telling:
        return None
    return [
        place for place in every if any(it.stores is None or place in it.stores for it in telling)
    ]


def told_at(grants: Sequence[Grant], pieces: int, every: Sequence[str]) -> set[str] | None:
    """Return the places whose stock grants tell of so many pieces; None where they tell of none.

    A word tells whether one piece is there.
    """
    telling = [it for it in grants if {Group.STOCK, Group.STORES} <= it.fields and it.stores != ()]
    if pieces > 1:
        telling = [it for it in telling if it.stock is Stock.EXACT]
    if not telling:
        return None
    return {it for it in every if any(each.stores is None or it in each.stores for each in telling)}


def sets(products: Sequence[str]) -> st.SearchStrategy[ProductSet]:
    """Return sets of products as a shop owner names them."""
    some = {
        "connections": ("con_1", "con_2", "con_9"),
        "categories": ("mugs", "jugs", "beer", "summer"),
        "collections": ("summer", "winter", "nothing"),
        "tags": ("Kitchen", "new", "gift", "nothing"),
        "brands": ("EMALIA", "ölwerk", "kai & co"),
        "products": (*products, "prd_nothing"),
    }
    parts = {
        name: st.lists(st.sampled_from(of), max_size=2).map(tuple) for name, of in some.items()
    }
    return st.builds(ProductSet, **parts)


def grants_over(
    products: Sequence[str], places: Sequence[str], now: int, operations: Sequence[str] = ()
) -> st.SearchStrategy[Grant]:
    """Return grants of every kind, more of those that open something."""
    moments = st.sampled_from([None, None, None, now - 1, now, now + 1])
    included = st.one_of(
        st.just(ProductSet(all=True)), sets(products).filter(lambda it: it != ProductSet())
    )
    return st.builds(
        Grant,
        st.uuids().map(lambda it: f"grt_{it.hex}"),
        st.sampled_from([None, "agt_1", "agt_1", "agt_1", "agt_2"]),
        st.frozensets(st.sampled_from(Group)).map(_lawful),
        included,
        exclude=st.one_of(st.just(ProductSet()), sets(products)),
        price=st.sampled_from(Price),
        stock=st.sampled_from(Stock),
        stores=st.none()
        | st.lists(st.sampled_from([*places, "loc_nothing"]), max_size=2).map(tuple),
        purposes=st.sampled_from([frozenset(Purpose), frozenset(Purpose), _some_purposes()]),
        regions=st.sampled_from([frozenset(), frozenset(), frozenset({"DE", "NL"})]),
        tier=st.sampled_from([*Tier, Tier.CONTRACT]),
        valid_from=moments,
        valid_to=moments,
        budget=st.just(PLENTY),
        operations=st.sampled_from(
            [frozenset(), frozenset(), *map(frozenset, _listed(operations))]
        ),
    ).filter(_stands)


def _listed(operations: Sequence[str]) -> list[set[str]]:
    return [{it} for it in operations]


def _some_purposes() -> frozenset[Purpose]:
    return frozenset({Purpose.SEARCH, Purpose.TRAINING})


def _lawful(fields: frozenset[Group]) -> frozenset[Group]:
    return fields | {Group.SAFETY, Group.POLICIES} if Group.PRICE in fields else fields


def _stands(grant: Grant) -> bool:
    begin, end = grant.valid_from, grant.valid_to
    return begin is None or end is None or begin < end


def wide(grant: Grant) -> Grant:
    """Return the same consent for whoever comes, always and everywhere."""
    return structs.replace(
        grant,
        agent_id=None,
        tier=Tier.ANONYMOUS,
        purposes=frozenset(Purpose),
        regions=frozenset(),
        valid_from=None,
        valid_to=None,
        operations=frozenset(),
    )


whos = st.builds(
    Who,
    st.sampled_from(["agt_1", "agt_1", "agt_2", None]),
    st.sampled_from([3, 3, 3, 1]),
    st.sampled_from([None, None, "search", "compare", "checkout", "training"]),
    st.sampled_from([None, None, "NL", "FR"]),
).map(lambda it: structs.replace(it, tier=0) if it.agent_id is None else it)
