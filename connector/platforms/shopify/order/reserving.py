"""Set pieces aside in Shopify's own count for a hold of ours, and put them back."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from connector.model.order import News, Telling
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.errors import KeyReused, NewKeyNeeded, StaleWrite
from connector.platforms.shopify.order.refusals import NotStocked
from connector.platforms.shopify.product.payload import Line

TRIES = 4
"""How many keys one telling may use up, because Shopify wants another after a try that failed."""
Ends = tuple[str, str, str]
RESERVE: Ends = ("available", "reserved", "reservation_created")
RELEASE: Ends = ("reserved", "available", "reservation_deleted")
Heap = tuple[str, str]


class _Level(Line):
    is_active: bool


class _Item(Line):
    tracked: bool
    inventory_level: _Level | None


class _Answer(Struct, rename="camel"):
    inventory_item: _Item | None


def move(client: ShopifyClient, telling: Telling) -> None:
    """Move pieces between `available` and `reserved`, once for a key however often it is told.

    What is asked follows from the telling alone, and so do the keys of its tries, one after the
    other. A telling that is repeated, after a crash too, therefore walks the same way: past the
    keys of tries that failed, to the one that was done or is still to be done. A hold binds its
    pieces even where the shop has less: Regie's own count has promised them already.
    """
    ends = RESERVE if telling.news is News.RESERVED else RELEASE
    pieces = _summed(telling)
    changes = [_change(telling, ends, heap, pieces[heap]) for heap in _counted(client, pieces)]
    if not changes:
        return
    given = {"reason": ends[2], "referenceDocumentUri": _document(telling), "changes": changes}
    for attempt in range(TRIES):
        try:
            _send(client, given, f"regie:{telling.key}:{attempt}")
        except (StaleWrite, NewKeyNeeded) as failed:
            last = failed
        else:
            return
    raise last


def _send(client: ShopifyClient, given: Mapping[str, Any], name: str) -> None:
    """Ask once under a key; one that came with other pieces was done, before they changed."""
    key = str(uuid5(NAMESPACE_URL, name))
    with suppress(KeyReused):
        client.execute("inventory_move", {"input": given}, type=Any, idempotency_key=key)


def _summed(telling: Telling) -> Mapping[Heap, int]:
    totals: dict[Heap, int] = {}
    for piece in telling.reservations:
        heap = (piece.stock_item, piece.place)
        totals[heap] = totals.get(heap, 0) + piece.quantity
    return totals


def _counted(client: ShopifyClient, heaps: Iterable[Heap]) -> list[Heap]:
    """Return the heaps that the shop counts; raise NotStocked for one that it has not."""
    found = []
    for item, place in heaps:
        asked = {"item": item, "location": place}
        told = client.execute("inventory_item_at_location", asked, type=_Answer).inventory_item
        if told is not None and not told.tracked:
            continue
        level = told.inventory_level if told else None
        if level is None or not level.is_active:
            raise NotStocked("The item is not stocked there.", item=item, place=place)
        found.append((item, place))
    return found


def _change(telling: Telling, ends: Ends, heap: Heap, quantity: int) -> dict[str, Any]:
    source, target, _ = ends
    return {
        "inventoryItemId": heap[0],
        "quantity": quantity,
        "from": _end(telling, source, heap[1]),
        "to": _end(telling, target, heap[1]),
    }


def _end(telling: Telling, name: str, place: str) -> dict[str, Any]:
    """Return one end of a move; it is relative, so that it matters to nobody what lay there."""
    end: dict[str, Any] = {"locationId": place, "name": name, "changeFromQuantity": None}
    return end if name == "available" else end | {"ledgerDocumentUri": _document(telling)}


def _document(telling: Telling) -> str:
    """Return the name under which the merchant sees it in his stock history."""
    return f"gid://regie/Reservation/{telling.key.partition('/')[0]}"
