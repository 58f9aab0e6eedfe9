"""What shoppers and the merchant do to orders while Regie watches."""

from collections.abc import Mapping, Sequence
from typing import Any

from regie.demo.shopify.order import shipping
from regie.demo.shopify.order import stock as order_stock
from regie.demo.shopify.order.rows import (
    assigned,
    new_line,
    new_order,
    new_part,
    new_piece,
    price_up,
)
from regie.demo.shopify.query.answers import NotInShop
from regie.demo.shopify.store import Row
from regie.demo.shopify.telling import TellingShop

ENDED = frozenset({"CLOSED", "CANCELLED"})


class OrderBook:
    """The verbs; orders are named by id, number or name ("#1001"), goods by SKU."""

    def __init__(self, shop: TellingShop) -> None:
        self._shop = shop

    def place(
        self,
        lines: Sequence[Mapping[str, Any]],
        *,
        method: str = "PICK_UP",
        location: str | None = None,
        **more: Any,
    ) -> Row:
        """Buy `lines` of {sku, quantity, location?, method?}; each place gets a part of its own.

        `more`: buyer {firstName, lastName, email, phone}, address, attributes, window (two ISO
        moments), financial (PAID, PENDING, AUTHORIZED), gateway, note, locale, test, source.
        """
        with self._shop.lock:
            store, moment = self._shop.store, self._shop.clock.stamp()
            order = new_order(store, moment, more)
            parts: dict[tuple[str, str], Row] = {}
            for wish in lines:
                place = store.location(wish.get("location") or location or self._first_place())
                how = str(wish.get("method") or method)
                key = (place["id"], how)
                if key not in parts:
                    parts[key] = new_part(store, order, moment, how, place, more)
                variant, quantity = store.variant(wish["sku"]), int(wish.get("quantity", 1))
                line = new_line(store, order, variant, quantity)
                self._owe(parts[key], line, quantity)
            price_up(store, order)
            store.put(store.orders, order)
            self._shop.news.order_changed(order, "ORDERS_CREATE")
            for part in parts.values():
                self._shop.news.part_changed(part, "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE")
            return order

    def _first_place(self) -> str:
        return str(next(iter(self._shop.store.locations)))

    def _owe(self, part: Row, line: Row, quantity: int) -> None:
        piece = new_piece(self._shop.store, part, line, quantity)
        order_stock.sell(self._shop, part, piece, quantity)

    def pay(self, order: str) -> Row:
        """Note that the money came."""
        with self._shop.lock:
            row = self.find(order)
            row["displayFinancialStatus"] = "PAID"
            return self._touch(row)

    def edit(self, order: str, sku: str, quantity: int) -> Row:
        """Set how many pieces are wanted; a new SKU becomes a line of the first open part."""
        with self._shop.lock:
            row = self.find(order)
            line = next((each for each in row["lineItems"] if each["sku"] == sku), None)
            if line is None:
                variant = self._shop.store.variant(sku)
                self._owe(
                    self._open_part(row),
                    new_line(self._shop.store, row, variant, quantity),
                    quantity,
                )
            elif quantity > line["currentQuantity"]:
                self._add(row, line, quantity - line["currentQuantity"])
            else:
                self._take_off(row, line, line["currentQuantity"] - quantity, restock=True)
            row["edited"] = True
            self._touch(row)
            self._shop.news.order_edited(row)
            return row

    def _open_part(self, row: Row) -> Row:
        for part in row["fulfillmentOrders"]:
            if part["status"] not in ENDED:
                found: Row = part
                return found
        first = row["fulfillmentOrders"][0]
        place, moment = first["assignedLocation"]["location"], self._shop.clock.stamp()
        method = first["deliveryMethod"]["methodType"]
        return new_part(self._shop.store, row, moment, method, place, {})

    def _add(self, row: Row, line: Row, quantity: int) -> None:
        line["quantity"] += quantity
        line["currentQuantity"] += quantity
        for part in row["fulfillmentOrders"]:
            for piece in part["lineItems"]:
                if piece["lineItem"] is line and part["status"] not in ENDED:
                    piece["totalQuantity"] += quantity
                    piece["remainingQuantity"] += quantity
                    order_stock.sell(self._shop, part, piece, quantity)
                    self._touch_part(part)
                    return
        self._owe(self._open_part(row), line, quantity)

    def _take_off(self, row: Row, line: Row, quantity: int, *, restock: bool) -> None:
        """Want fewer pieces: those that have not left come off their parts, the others do not."""
        line["currentQuantity"] -= quantity
        for part in row["fulfillmentOrders"]:
            for piece in [each for each in part["lineItems"] if each["lineItem"] is line]:
                some = min(quantity, piece["remainingQuantity"])
                quantity -= some
                self._strike(part, piece, some, restock=restock)
        for part in row["fulfillmentOrders"]:
            for piece in [each for each in part["lineItems"] if each["lineItem"] is line]:
                some = min(quantity, piece["totalQuantity"] - piece["remainingQuantity"])
                quantity -= some
                if restock:
                    order_stock.restock(self._shop, part, piece, some)

    def _strike(self, part: Row, piece: Row, quantity: int, *, restock: bool) -> None:
        if not quantity:
            return
        piece["totalQuantity"] -= quantity
        piece["remainingQuantity"] -= quantity
        back = order_stock.unsell if restock else order_stock.leave
        back(self._shop, part, piece, quantity)
        if not piece["totalQuantity"]:
            part["lineItems"].remove(piece)
        if not any(each["remainingQuantity"] for each in part["lineItems"]):
            part["status"] = "CLOSED"
        self._touch_part(part)

    def refund(self, order: str, sku: str, quantity: int = 1, *, restock: bool = True) -> Row:
        """Give back the money for pieces, whether they have left or not."""
        with self._shop.lock:
            row = self.find(order)
            line = next(each for each in row["lineItems"] if each["sku"] == sku)
            self._take_off(row, line, quantity, restock=restock)
            all_back = not any(each["currentQuantity"] for each in row["lineItems"])
            row["displayFinancialStatus"] = "REFUNDED" if all_back else "PARTIALLY_REFUNDED"
            return self._touch(row)

    def cancel(self, order: str, reason: str = "CUSTOMER", *, restock: bool = True) -> Row:
        """Call off an order; what has not left goes back on the shelf."""
        with self._shop.lock:
            row, moment = self.find(order), self._shop.clock.stamp()
            for part in row["fulfillmentOrders"]:
                if part["status"] not in ENDED:
                    self._cancel_part(part, restock=restock)
            row |= {"cancelledAt": moment, "cancelReason": reason, "closedAt": moment}
            paid = row["displayFinancialStatus"] == "PAID"
            row["displayFinancialStatus"] = "REFUNDED" if paid else "VOIDED"
            self._touch(row)
            self._shop.news.order_changed(row, "ORDERS_CANCELLED")
            return row

    def _cancel_part(self, part: Row, *, restock: bool) -> None:
        for piece in part["lineItems"]:
            some = piece["remainingQuantity"]
            piece["lineItem"]["currentQuantity"] -= some
            back = order_stock.unsell if restock else order_stock.leave
            back(self._shop, part, piece, some)
            piece["remainingQuantity"] = 0
        part["status"] = "CANCELLED"
        self._touch_part(part)
        self._shop.news.part_changed(part, "FULFILLMENT_ORDERS_CANCELLED")

    def fulfill(self, order: str, place: int = 0) -> Row:
        """Mark a part as fulfilled in the admin, past Regie."""
        with self._shop.lock:
            part = self.find(order)["fulfillmentOrders"][place]
            rows = [(each, each["remainingQuantity"]) for each in part["lineItems"]]
            return shipping.ship(self._shop, part, [each for each in rows if each[1]], [])

    def hold(self, order: str, place: int = 0) -> Row:
        """Put a part on hold in the admin."""
        with self._shop.lock:
            part = self.find(order)["fulfillmentOrders"][place]
            return shipping.hold(self._shop, part, {"reason": "OTHER"}, ours=False)

    def release(self, order: str, place: int = 0) -> Row:
        """Lift every hold of a part."""
        with self._shop.lock:
            part = self.find(order)["fulfillmentOrders"][place]
            shipping.release(self._shop, part, [each["id"] for each in part["fulfillmentHolds"]])
            return self._named(part)

    def move(self, order: str, location: str, place: int = 0) -> Row:
        """Let another location owe a part."""
        with self._shop.lock:
            part = self.find(order)["fulfillmentOrders"][place]
            for piece in part["lineItems"]:
                order_stock.unsell(self._shop, part, piece, piece["remainingQuantity"])
            part["assignedLocation"] = assigned(self._shop.store.location(location))
            for piece in part["lineItems"]:
                order_stock.sell(self._shop, part, piece, piece["remainingQuantity"])
            self._touch_part(part)
            self._touch(part["order"])
            self._shop.news.part_moved(part)
            return self._named(part)

    def delete(self, order: str) -> Row:
        """Delete an order as if it had never been."""
        with self._shop.lock:
            store, row = self._shop.store, self.find(order)
            for part in row["fulfillmentOrders"]:
                store.drop(store.parts, part)
            store.drop(store.orders, row)
            self._shop.news.order_deleted(row)
            return row

    def find(self, order: str) -> Row:
        """Return an order by id, number or name."""
        for row in self._shop.store.orders.values():
            if order in {row["id"], row["legacyResourceId"], row["name"]}:
                return row
        raise NotInShop("order", order)

    def _named(self, part: Row) -> Row:
        return {"id": part["id"]}

    def _touch_part(self, part: Row) -> None:
        part["updatedAt"] = self._shop.clock.stamp()

    def _touch(self, row: Row) -> Row:
        price_up(self._shop.store, row)
        row["updatedAt"] = self._shop.clock.stamp()
        self._shop.news.order_changed(row)
        return row


def shown(order: Row) -> Row:
    """Return how an order stands, for people who look behind the stage."""
    return {
        "id": order["id"],
        "name": order["name"],
        "paid": order["displayFinancialStatus"],
        "cancelled": order["cancelledAt"] is not None,
        "parts": [
            {
                "id": part["id"],
                "status": part["status"],
                "method": part["deliveryMethod"]["methodType"],
                "place": part["assignedLocation"]["name"],
                "prepared": part["prepared"],
                "holds": [each["handle"] for each in part["fulfillmentHolds"]],
                "lines": [
                    {key: each[key] for key in ("sku", "totalQuantity", "remainingQuantity")}
                    for each in part["lineItems"]
                ],
                "shipments": [
                    {
                        "status": each["status"],
                        "shown": each["displayStatus"],
                        "events": [event["status"] for event in each["events"]],
                    }
                    for each in part["fulfillments"]
                ],
            }
            for part in order["fulfillmentOrders"]
        ],
    }
