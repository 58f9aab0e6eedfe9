"""What a checkout asks for its basket: keep it, a little longer, give it back."""

from hashlib import blake2b
from typing import Any

from connector.model.errors import InvalidInput
from gateway.merchant.deed import Given, Merchant
from gateway.merchant.floor_record import instant
from storefront.fulfillment.hold import Hold
from storefront.fulfillment.store import holds, people
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import holding

_MOST_LINES, _MOST_PIECES, _LONGEST_NAME = 50, 1000, 200


def take_hold(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Keep stock and a slot for a checkout's basket."""
    lines = [Wanted(it["variant_id"], it["quantity"]) for it in given["lines"]]
    if not 1 <= len(lines) <= _MOST_LINES:
        raise InvalidInput("A basket has 1 to 50 lines.", field="lines")
    if any(not 1 <= line.quantity <= _MOST_PIECES for line in lines):
        raise InvalidInput("A line has 1 to 1,000 pieces.", field="lines.quantity")
    for field in ("cart", "session"):
        if not 0 < len(given[field]) <= _LONGEST_NAME:
            raise InvalidInput("A name has 1 to 200 signs.", field=field)
    hold = holding.take(
        here,
        given["store_id"],
        lines,
        cart=given["cart"],
        session=_hashed(given["session"]),
        address=_marked(merchant, here, given.get("address")),
        slot_key=given.get("slot"),
    )
    return {"hold": _hold(hold)}


def extend_hold(_merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give a hold ten minutes more, once."""
    return {"hold": _hold(holds.extend(here, given["hold_id"]))}


def release_hold(_merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give a hold back."""
    return {"hold": _hold(holding.release(here, given["hold_id"]))}


def _hashed(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _marked(merchant: Merchant, here: Floor, address: str | None) -> bytes | None:
    """Return a keyed hash: there are so few addresses that any other could be turned back."""
    if not address:
        return None
    return people.sealer(merchant.records.floor, here).mark("address", address)


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "state": hold.state.value,
        "slot": hold.slot_key,
        "expiresAt": instant(hold.expires_at),
    }
