"""What of a visible product may be seen: a value that is cheap to hold, to compare and to cache."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from storefront.disclosure.field import COUNTS, NEEDS, Group

_ALL = frozenset(Group)
Stores = frozenset[str] | None
"""Ids of places; None is all of them."""
NOWHERE: frozenset[str] = frozenset()


class Mask(Struct, frozen=True):
    """Groups of fields, how exactly prices are told, and three sets of places.

    `stores` may be known at all, `levels` are those whose stock is told, `counts` those whose
    stock is told in pieces.
    """

    groups: frozenset[Group]
    exact_price: bool = True
    stores: Stores = None
    levels: Stores = None
    counts: Stores = None

    @property
    def is_clear(self) -> bool:
        """Whether nothing is withheld."""
        return self == CLEAR

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that name the mask in keys of caches."""
        return _digest(self)

    def __or__(self, other: "Mask") -> "Mask":
        """Return what one sees who holds both: no more than the two show one by one."""
        prices = [it.exact_price for it in (self, other) if Group.PRICE in it.groups]
        return Mask(
            self.groups | other.groups,
            not prices or any(prices),
            _both(self.stores, other.stores),
            _both(self.levels, other.levels),
            _both(self.counts, other.counts),
        )


CLEAR = Mask(_ALL)


def union(masks: Iterable[Mask]) -> Mask:
    """Return what one sees who holds all of these; at least one must be given."""
    first, *rest = masks
    for mask in rest:
        first |= mask
    return first


def _both(one: Stores, other: Stores) -> Stores:
    return None if one is None or other is None else one | other


def in_all(several: Iterable[Stores]) -> Stores:
    """Return the places that lie in all of these sets."""
    named = [it for it in several if it is not None]
    return frozenset.intersection(*named) if named else None


@lru_cache(maxsize=1024)
def _digest(mask: Mask) -> bytes:
    groups = sorted(group.value for group in mask.groups)
    places = [it and sorted(it) for it in (mask.stores, mask.levels, mask.counts)]
    told = msgspec.json.encode((groups, mask.exact_price, places))
    return blake2b(told, digest_size=16).digest()


@lru_cache(maxsize=1024)
def withheld(mask: Mask) -> frozenset[str]:
    """Return the fields that answer null under the mask, as `Type.field`."""
    found = {
        f"{kind}.{name}"
        for kind, fields in NEEDS.items()
        for name, needs in fields.items()
        if not needs <= mask.groups
    }
    if mask.levels == NOWHERE:
        found.add("Variant.inventory")
    if mask.counts == NOWHERE:
        found |= {f"InventoryLevel.{name}" for name in COUNTS}
    return frozenset(found)


def rounded(amount: int) -> int:
    """Round minor units to two digits that count, halves away from zero: 1299 gives 1300."""
    size = abs(amount)
    step = int(10 ** max(len(str(size)) - 2, 0))
    whole = (size + step // 2) // step * step
    return whole if amount >= 0 else -whole


def conceal(document: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """Return a canonical document as the mask lets it be seen; the given one stays as it is."""
    shown = _blanked(document, "Product", mask)
    shown["variants"] = [_variant(it, mask) for it in document["variants"]]
    return shown if mask.exact_price else _roughly(shown, ("priceRange",))


def _blanked(part: Mapping[str, Any], kind: str, mask: Mask) -> dict[str, Any]:
    hidden = withheld(mask)
    return {name: None if f"{kind}.{name}" in hidden else part[name] for name in part}


def _variant(variant: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    shown = _blanked(variant, "Variant", mask)
    if shown.get("inventory") is not None:
        shown["inventory"] = levels_shown(shown["inventory"], mask)
    return shown if mask.exact_price else _roughly(shown, ("price", "compareAtPrice", "offers"))


def levels_shown(levels: Iterable[Mapping[str, Any]], mask: Mask) -> list[Any]:
    """Return the levels of the places whose stock is told, in pieces only where that is told."""
    return [
        level if _is_in(level, mask.counts) else {**level, **_NO_COUNTS}
        for level in levels
        if _is_in(level, mask.levels)
    ]


_NO_COUNTS = dict.fromkeys(COUNTS)


def _is_in(level: Mapping[str, Any], stores: Stores) -> bool:
    return stores is None or level["locationId"] in stores


def _roughly(part: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return part | {name: _with_rounded_money(part[name]) for name in names if name in part}


def _with_rounded_money(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_rounded_money(it) for it in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"amount", "currency"}:
        return {**value, "amount": rounded(value["amount"])}
    return {name: _with_rounded_money(it) for name, it in value.items()}
