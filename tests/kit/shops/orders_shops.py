"""The two fake shops as the stories of orders need them: bought from, changed, looked at."""

from typing import Any, Protocol

from msgspec import Struct

from connector.store.connections import Shopfront
from regie.demo.shopify import ShopifyShop
from regie.demo.shopify.order.book import shown
from regie.demo.woocommerce import WooShop

COFFEE, CUP, PAN = "KAF-1-250-B", "KAF-1-500-B", 107
HERE, THERE, PICKUP_PLACE = "Laden Ottensen", "Laden Eimsbüttel", "Winkel Twijnstraat"
MARA = {
    "firstName": "Mara",
    "lastName": "Testmann",
    "email": "mara@testmann.example",
    "phone": "+49 171 5550123",
}
DOOR = {
    "address1": "Quittenpfad 7",
    "zip": "22765",
    "city": "Hamburg",
    "countryCode": "DE",
    "latitude": 53.5511,
    "longitude": 9.9937,
}
ANNA = {
    "first_name": "Anna",
    "last_name": "Zonnebloem",
    "email": "anna@zon.example",
    "address_1": "Kwartelpad 99",
    "phone": "+31 30 5550124",
}
SECRETS = ("Testmann", "mara@", "5550123", "Quittenpfad", "Zonnebloem", "anna@", "Kwartelpad")
"""Parts of the buyers' data that must lie nowhere in plain."""


class Side(Protocol):
    """One shop as the stories need it; orders are named by the platform's id."""

    front: Shopfront
    stock: int

    def buy(self, quantity: int = 2, *, delivery: bool = False, paid: bool = True) -> str: ...
    def pay(self, order: str) -> None: ...
    def edit(self, order: str, quantity: int) -> None: ...
    def cancel(self, order: str) -> None: ...
    def refund(self, order: str, quantity: int) -> None: ...
    def state(self, order: str) -> str: ...
    def picture(self, order: str) -> object: ...
    def count(self) -> int: ...
    def close(self, *, closed: bool) -> None: ...


class Hafen(Struct):
    """The Shopify shop."""

    shop: ShopifyShop
    front: Shopfront
    stock: int = 10

    def buy(self, quantity: int = 2, *, delivery: bool = False, paid: bool = True) -> str:
        row = self.shop.orders.place(
            [{"sku": COFFEE, "quantity": quantity}],
            method="LOCAL" if delivery else "PICK_UP",
            location=HERE,
            buyer=MARA,
            address=DOOR if delivery else None,
            financial="PAID" if paid else "PENDING",
        )
        return str(row["id"])

    def pay(self, order: str) -> None:
        self.shop.orders.pay(order)

    def edit(self, order: str, quantity: int) -> None:
        self.shop.orders.edit(order, COFFEE, quantity)

    def cancel(self, order: str) -> None:
        self.shop.orders.cancel(order)

    def refund(self, order: str, quantity: int) -> None:
        self.shop.orders.refund(order, COFFEE, quantity)

    def state(self, order: str) -> str:
        part = self.picture(order)["parts"][0]
        stands = [each["shown"] for each in part["shipments"] if each["status"] == "SUCCESS"]
        if stands:
            return {"OUT_FOR_DELIVERY": "out"}.get(stands[-1], "done")
        if "regie-cancelled" in part["holds"]:
            return "cancelled in the store"
        return "prepared" if part["prepared"] or part["status"] == "IN_PROGRESS" else "open"

    def picture(self, order: str) -> Any:
        return shown(self.shop.orders.find(order))

    def count(self) -> int:
        item = self.shop.store.variant(COFFEE)["inventoryItem"]
        level = self.shop.store.level(item, self.shop.store.location(HERE))
        rows = level["quantities"] if level else []
        return int(next(row["quantity"] for row in rows if row["name"] == "available"))

    def close(self, *, closed: bool) -> None:
        self.shop.closed = 423 if closed else None


class Pan(Struct):
    """The WooCommerce shop, with our plugin in it."""

    shop: WooShop
    front: Shopfront
    stock: int = 14

    def buy(self, quantity: int = 2, *, delivery: bool = False, paid: bool = True) -> str:
        way = "delivery" if delivery else "pickup"
        lines = [{"item_id": PAN, "quantity": quantity}]
        row = self.shop.changes.place_order(lines, way=way, paid=paid, person=ANNA)
        return str(row["id"])

    def pay(self, order: str) -> None:
        self.shop.changes.set_order_status(int(order), "processing")

    def edit(self, order: str, quantity: int) -> None:
        self.shop.changes.edit_order(int(order), {self._line(order): quantity})

    def cancel(self, order: str) -> None:
        self.shop.changes.set_order_status(int(order), "cancelled")

    def refund(self, order: str, quantity: int) -> None:
        self.shop.changes.refund_order(int(order), {self._line(order): quantity})

    def _line(self, order: str) -> int:
        return int(self.shop.orders[int(order)]["line_items"][0]["id"])

    def state(self, order: str) -> str:
        found = self.picture(order)
        status, notes = found["status"], found["notes"]
        words = {"rg-ready": "prepared", "completed": "done"}
        if status in words:
            return words[status]
        if any("cancelled in the store" in note for note in notes):
            return "cancelled in the store"
        return "out" if any("out for delivery" in note for note in notes) else "open"

    def picture(self, order: str) -> Any:
        row = self.shop.orders[int(order)]
        notes = [each["note"] for each in self.shop.entries(f"orders/{order}/notes")]
        return {"status": row["status"], "notes": notes, "meta": list(row["meta_data"])}

    def count(self) -> int:
        return int(self.shop.products[PAN]["stock_quantity"])

    def close(self, *, closed: bool) -> None:
        self.shop.faults.update(unavailable=1.0 if closed else 0.0)
