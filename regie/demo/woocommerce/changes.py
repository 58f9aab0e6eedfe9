"""What a shopkeeper does to a running shop: each verb fires what the real shop fires, no more."""

from datetime import UTC, datetime
from typing import Any

from regie.demo.woocommerce.errors import unknown
from regie.demo.woocommerce.order import ordering
from regie.demo.woocommerce.order.orders import create_order, delete_order, update_order
from regie.demo.woocommerce.product.terms import update_entry
from regie.demo.woocommerce.product.variants import (
    create_variation,
    delete_variation,
    update_variation,
)
from regie.demo.woocommerce.product.writes import create_product, delete_product, update_product
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, stamp


class Changes:
    """The verbs of the shopkeeper, safe to call from any thread."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def set_price(self, item_id: int, regular: str, sale: str = "") -> Json:
        """Give a product or variation a new price."""
        return self._update(item_id, {"regular_price": regular, "sale_price": sale})

    def schedule_sale(self, item_id: int, sale: str, start: datetime, end: datetime) -> Json:
        """Announce a sale with a window; the price changes when the queue gets to it."""
        window = {
            "sale_price": sale,
            "date_on_sale_from_gmt": _gmt(start),
            "date_on_sale_to_gmt": _gmt(end),
        }
        return self._update(item_id, window)

    def set_stock(self, item_id: int, quantity: int) -> Json:
        """Count the shelf."""
        return self._update(item_id, {"manage_stock": True, "stock_quantity": quantity})

    def set_stock_silently(self, item_id: int, quantity: int) -> None:
        """Write the stock into the database as some plugins do: no date, no event."""
        with self._shop.lock:
            item = self._shop.sellable(item_id)
            if not item:
                raise unknown("product")
            item["stock_quantity"] = quantity
            item["stock_status"] = "instock" if quantity > 0 else "outofstock"

    def rename(self, item_id: int, name: str) -> Json:
        """Give a product another name."""
        return self._update(item_id, {"name": name})

    def edit(self, item_id: int, **fields: Any) -> Json:
        """Change any fields of a product or variation."""
        return self._update(item_id, fields)

    def rename_category(self, category_id: int, name: str) -> Json:
        """Give a category another name; no product counts as changed and nobody is told."""
        with self._shop.lock:
            return update_entry(self._shop, f"products/categories/{category_id}", {"name": name})

    def set_tax_rate(self, rate_id: int, percent: str) -> Json:
        """Change a tax rate; no product counts as changed and nobody is told."""
        with self._shop.lock:
            return update_entry(self._shop, f"taxes/{rate_id}", {"rate": f"{float(percent):.4f}"})

    def set_setting(self, group: str, name: str, value: str) -> None:
        """Change a setting of the shop; nobody is told."""
        with self._shop.lock:
            for entry in self._shop.entries(f"settings/{group}"):
                if entry["id"] == name:
                    entry["value"] = value
                    return
            self._shop.entries(f"settings/{group}").append({"id": name, "value": value})

    def create(self, **fields: Any) -> Json:
        """Add a product."""
        with self._shop.lock:
            return create_product(self._shop, fields)

    def create_variation(self, product_id: int, **fields: Any) -> Json:
        """Add a variation."""
        with self._shop.lock:
            return create_variation(self._shop, product_id, fields)

    def trash(self, item_id: int) -> Json:
        """Move a product or variation to the trash."""
        return self._delete(item_id, force=False)

    def restore(self, product_id: int) -> Json:
        """Take a product out of the trash; that counts as an update."""
        return self._update(product_id, {"status": "publish"})

    def force_delete(self, item_id: int) -> Json:
        """Remove a product or variation for good; nobody is told."""
        return self._delete(item_id, force=True)

    def sell(self, item_id: int, quantity: int = 1, **fields: Any) -> Json:
        """Let a customer buy something at the counter of the API, paid."""
        with self._shop.lock:
            item = self._shop.sellable(item_id)
            if not item:
                raise unknown("product")
            line = {"product_id": item_id, "quantity": quantity}
            if item["type"] == "variation":
                line |= {"product_id": item["parent_id"], "variation_id": item_id}
            body = {"line_items": [line], "set_paid": True, **fields}
            return create_order(self._shop, body)

    def place_order(self, lines: list[Json], **how: Any) -> Json:
        """Let a shopper buy: see `ordering.place_order`."""
        with self._shop.lock:
            return ordering.place_order(self._shop, lines, **how)

    def edit_order(self, order_id: int, quantities: dict[str | int, int]) -> Json:
        """Set how many pieces of each line are wanted."""
        with self._shop.lock:
            return ordering.edit_order(self._shop, order_id, quantities)

    def refund_order(
        self, order_id: int, quantities: dict[str | int, int], *, restock: bool = True
    ) -> Json:
        """Give back the money for pieces of lines."""
        with self._shop.lock:
            return ordering.refund_order(self._shop, order_id, quantities, restock=restock)

    def set_order_status(self, order_id: int, status: str) -> Json:
        """Move an order on."""
        with self._shop.lock:
            return update_order(self._shop, order_id, {"status": status})

    def delete_order(self, order_id: int, *, force: bool = False) -> Json:
        """Trash an order, or remove it for good."""
        with self._shop.lock:
            return delete_order(self._shop, order_id, force=force)

    def demote_webhook_owner(self) -> None:
        """Take the rights from the person who registered the webhooks."""
        with self._shop.lock:
            self._shop.webhooks.owner_demoted = True

    def _update(self, item_id: int, fields: Json) -> Json:
        with self._shop.lock:
            variation = self._shop.variations.get(item_id)
            if variation:
                return update_variation(self._shop, variation["parent_id"], item_id, fields)
            return update_product(self._shop, item_id, fields)

    def _delete(self, item_id: int, *, force: bool) -> Json:
        with self._shop.lock:
            variation = self._shop.variations.get(item_id)
            if variation:
                parent = variation["parent_id"]
                return delete_variation(self._shop, parent, item_id, force=force)
            return delete_product(self._shop, item_id, force=force)


def _gmt(moment: datetime) -> str:
    return stamp(moment.astimezone(UTC))
