"""Set pieces aside in Shopify's own count for a hold of ours, and put them back."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from connector.model.order import News, Telling
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.errors import KeyReused, NewKeyNeeded, StaleWrite
from connector.platforms.shopify.payload import Line, QuantityPart
from connector.platforms.shopify.refusals import NotStocked

CAREFUL = 3
"""How often to insist that nobody counted meanwhile; after that the move alone is told."""
Ends = tuple[str, str, str]
RESERVE: Ends = ("available", "reserved", "reservation_created")
RELEASE: Ends = ("reserved", "available", "reservation_deleted")
Heap = tuple[str, str]


class _Level(Line):
    is_active: bool
    quantities: list[QuantityPart]


class _Item(Line):
    tracked: bool
    inventory_level: _Level | None


class _Answer(Struct, rename="camel"):
    inventory_item: _Item | None


def move(client: ShopifyClient, telling: Telling) -> None:
    """Move pieces between `available` and `reserved`, once for a key however often it is told.

    Every try has a key of its own, made of the telling's. A first key that was used before means
    that this was told before: a second telling reads other counts, and moves nothing. A hold
    binds its pieces even where the shop has less: Regie's own count has promised them already.
    """
    ends = RESERVE if telling.news is News.RESERVED else RELEASE
    pieces = _summed(telling)
    for attempt in range(CAREFUL + 1):
        counts = _counts(client, pieces)
        changes = [
            _change(telling, ends, heap, pieces[heap], count if attempt < CAREFUL else {})
            for heap, count in counts.items()
        ]
        if not changes:
            return
        given = {"reason": ends[2], "referenceDocumentUri": _document(telling), "changes": changes}
        key = str(uuid5(NAMESPACE_URL, f"regie:{telling.key}:{attempt}"))
        try:
            client.execute("inventory_move", {"input": given}, type=Any, idempotency_key=key)
        except (StaleWrite, NewKeyNeeded):
            continue
        except KeyReused:
            return
        return


def _summed(telling: Telling) -> Mapping[Heap, int]:
    totals: dict[Heap, int] = {}
    for piece in telling.reservations:
        heap = (piece.stock_item, piece.place)
        totals[heap] = totals.get(heap, 0) + piece.quantity
    return totals


def _counts(client: ShopifyClient, heaps: Iterable[Heap]) -> dict[Heap, Any]:
    """Read what lies there now; what nobody counts is left out."""
    found = {}
    for item, place in heaps:
        asked = {"item": item, "location": place}
        told = client.execute("inventory_item_at_location", asked, type=_Answer).inventory_item
        if told is not None and not told.tracked:
            continue
        level = told.inventory_level if told else None
        if level is None or not level.is_active:
            raise NotStocked("The item is not stocked there.", item=item, place=place)
        found[item, place] = {each.name: each.quantity for each in level.quantities}
    return found


def _change(
    telling: Telling, ends: Ends, heap: Heap, quantity: int, count: Mapping[str, int]
) -> dict[str, Any]:
    source, target, _ = ends
    return {
        "inventoryItemId": heap[0],
        "quantity": quantity,
        "from": _end(telling, source, heap[1], count),
        "to": _end(telling, target, heap[1], count),
    }


def _end(telling: Telling, name: str, place: str, count: Mapping[str, int]) -> dict[str, Any]:
    end = {"locationId": place, "name": name, "changeFromQuantity": count.get(name)}
    return end if name == "available" else end | {"ledgerDocumentUri": _document(telling)}


def _document(telling: Telling) -> str:
    """Return the name under which the merchant sees it in his stock history."""
    return f"gid://regie/Reservation/{telling.key.partition('/')[0]}"
