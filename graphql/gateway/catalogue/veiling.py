"""What a mask of the disclosure means for plans: fields that answer null, and rounded ones."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gateway.compiler import CLEAR, Change, Veil, looks_at_value
from storefront.disclosure.mask import NOWHERE, Mask, levels_shown, rounded, withheld


@lru_cache(maxsize=1024)
def veil_of(mask: Mask) -> Veil:
    """Return the veil of a mask; equal masks share it."""
    if mask.is_clear:
        return CLEAR
    changed: dict[str, Change] = {}
    if not mask.exact_price:
        changed["Money.amount"] = _rounded
    if not (mask.levels is None and mask.counts in (None, NOWHERE)):
        changed["Variant.inventory"] = _Levels(mask)
    return Veil(mask.digest, withheld(mask), changed)


@looks_at_value
def _rounded(amount: Any, _money: Mapping[str, Any]) -> int:
    return rounded(amount)


class _Levels:
    """Shows of a variant's stock what the mask lets be told of each place."""

    looks_at_value = True

    def __init__(self, mask: Mask) -> None:
        self._mask = mask

    def __call__(self, levels: Any, _variant: Mapping[str, Any]) -> list[Any]:
        return levels_shown(levels, self._mask)
