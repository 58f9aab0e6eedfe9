"""What goes on record of an answer: which fields went out, of which products, of which places."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from graphql import get_named_type

from gateway.catalogue.asking import Asking
from gateway.catalogue.local import OF_A_BASKET
from gateway.catalogue.schema import schema
from storefront.disclosure.ledger.entry import Detail, detail_of
from storefront.disclosure.mask import Mask, withheld

_NONE: frozenset[str] = frozenset()


def detail(fields: frozenset[str], told: frozenset[str], asking: Asking) -> Detail:
    """Return what goes on record of an answer with these fields.

    `told` are those that are not withheld outside of products. A field that is null in every
    product for its mask was not shown; what is null in some of them sets these apart.
    """
    kinds, masks = _kinds(fields), asking.masks()
    hidden = frozenset.intersection(*map(withheld, masks.values())) if masks else _NONE
    shown = told - hidden if hidden else told
    looked_at = frozenset([it.id for it in asking.noted]) if "Product" in kinds else _NONE
    products = looked_at | asking.named(fields)
    parts = _parts(shown, looked_at, products, masks, asking)
    return detail_of(shown, products, _places(kinds, masks, asking), parts)


@lru_cache(maxsize=1024)
def _kinds(fields: frozenset[str]) -> frozenset[str]:
    """Return the types that fields are of."""
    return frozenset(it.partition(".")[0] for it in fields)


def _places(kinds: frozenset[str], masks: Mapping[int, Mask], asking: Asking) -> frozenset[str]:
    """Return the places that are told of; where levels are, all whose stock may be told."""
    found = asking.placed(kinds)
    if "InventoryLevel" not in kinds:
        return found
    levels = [mask.levels for mask in masks.values()]
    told = frozenset(asking.stores)
    every = None in levels
    return found | (told if every else told & _NONE.union(*(it or _NONE for it in levels)))


def _parts(
    shown: frozenset[str],
    looked_at: frozenset[str],
    products: frozenset[str],
    masks: Mapping[int, Mask],
    asking: Asking,
) -> Mapping[frozenset[str], Iterable[str]] | None:
    """Return the products of which less went out than of others, by what did; mostly none."""
    promised = frozenset(asking.promised) if shown & OF_A_BASKET else _NONE
    is_named_too = looked_at and len(looked_at) < len(products)
    if not (promised or is_named_too or _differ(shown, masks)):
        return None
    found = _by_lack(shown, looked_at, products, asking)
    if promised:
        found = _by_promise(found, promised, shown & OF_A_BASKET)
    return {shown - lack: ids for lack, ids in found.items() if lack}


def _differ(shown: frozenset[str], masks: Mapping[int, Mask]) -> bool:
    """Tell whether less went out of some products than of others for their masks."""
    if len(masks) < 2:
        return False
    return len({_lacking(shown, withheld(mask)) for mask in masks.values()}) > 1


def _by_lack(
    shown: frozenset[str], looked_at: frozenset[str], products: frozenset[str], asking: Asking
) -> dict[frozenset[str], set[str]]:
    """Sort products by what of the fields did not go out of them; who was named lacks all."""
    found: dict[frozenset[str], set[str]] = {}
    lacks = {key: _lacking(shown, withheld(mask)) for key, mask in asking.masks().items()}
    for it in asking.noted if looked_at else ():
        found.setdefault(lacks[id(it.mask)], set()).add(it.id)
    if named := products - looked_at:
        found.setdefault(_below(shown, _NONE), set()).update(named)
    return found


def _by_promise(
    found: Mapping[frozenset[str], set[str]], promised: frozenset[str], fields: frozenset[str]
) -> dict[frozenset[str], set[str]]:
    """Sort them further by whether a promise, which has these fields, was told of them."""
    told = {lack: ids & promised for lack, ids in found.items()}
    untold = {lack | fields: ids - promised for lack, ids in found.items()}
    return {lack: ids for lack, ids in (told | untold).items() if ids}


def _lacking(fields: frozenset[str], hidden: frozenset[str]) -> frozenset[str]:
    """Return the fields that a product cannot have shown of which some are hidden."""
    return _below(fields, _NONE) - _below(fields, fields & hidden) if hidden else _NONE


@lru_cache(maxsize=1024)
def _below(fields: frozenset[str], hidden: frozenset[str]) -> frozenset[str]:
    """Return the fields of products and of all that lies in them, hidden ones aside."""
    found: set[str] = set()
    waiting, met = ["Product"], {"Product"}
    while waiting:
        kind = waiting.pop()
        here = [it for it in fields - hidden if it.startswith(f"{kind}.")]
        inner = {_type_of(*it.split(".")) for it in here} - met
        found.update(here)
        met |= inner
        waiting += inner
    return frozenset(found)


def _type_of(kind: str, field: str) -> str:
    """Return the type of what a field holds."""
    of: Any = schema().graphql_schema.get_type(kind)
    inner: Any = get_named_type(of.fields[field].type)
    return str(inner.name)
