"""What a merchant does in the admin while Regie watches."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from regie.demo.shopify.creation import new_product
from regie.demo.shopify.loading import digest, keep_level
from regie.demo.shopify.oauth import TokenDesk
from regie.demo.shopify.query.fields import quantity
from regie.demo.shopify.stock import new_level, settle, shift_with_on_hand
from regie.demo.shopify.store import Row, gid, kind_of
from regie.demo.shopify.telling import TellingShop

CENT: Final = Decimal("0.01")
UNITS: Final = {
    "MG": Decimal("0.001"),
    "G": Decimal(1),
    "KG": Decimal(1000),
    "ML": Decimal(1),
    "CL": Decimal(10),
    "L": Decimal(1000),
    "M3": Decimal(1_000_000),
    "MM": Decimal(1),
    "CM": Decimal(10),
    "M": Decimal(1000),
    "M2": Decimal(1),
    "ITEM": Decimal(1),
}


def amount(value: Decimal) -> str:
    """Write an amount as MoneyV2 does: no more than one idle zero."""
    text = f"{value.normalize():f}"
    return text if "." in text else f"{text}.0"


class Changes:
    """The admin's verbs; things are named by id, handle, SKU or name."""

    def __init__(self, shop: TellingShop, tokens: TokenDesk) -> None:
        self._shop = shop
        self._tokens = tokens

    def set_price(self, variant: str, price: str, compare_at: str | None = None) -> Row:
        """Change a price, and the crossed-out one beside it."""
        with self._shop.lock:
            row = self._shop.store.variant(variant)
            row["price"] = str(Decimal(price).quantize(CENT))
            row["compareAtPrice"] = compare_at and str(Decimal(compare_at).quantize(CENT))
            _reprice(row)
            row["updatedAt"] = self._shop.clock.stamp()
            return self._touch(row["product"])

    def set_stock(self, variant: str, location: str, available: int) -> Row:
        """Count what can be sold at one location; the product itself is not touched."""
        with self._shop.lock:
            item, place = self._item(variant), self._shop.store.location(location)
            moment = self._shop.clock.stamp()
            level = self._shop.store.level(item, place)
            if level is None:
                level = keep_level(self._shop.store, item, new_level(item, place, 0, moment))
                self._shop.news.level_connected(level)
            delta = available - quantity(level, "available")["quantity"]
            shift_with_on_hand(level, "available", delta, moment)
            self._shop.news.level_changed(level)
            return level

    def disconnect_level(self, variant: str, location: str) -> Row | None:
        """Stop stocking an item at a location."""
        with self._shop.lock:
            level = self._shop.store.level(self._item(variant), self._shop.store.location(location))
            if level is not None and level["isActive"]:
                settle(level, -quantity(level, "available")["quantity"])
                level["isActive"] = False
                level["updatedAt"] = self._shop.clock.stamp()
                self._shop.news.level_disconnected(level)
            return level

    def _item(self, variant: str) -> Row:
        item: Row = self._shop.store.variant(variant)["inventoryItem"]
        return item

    def rename(self, product: str, title: str) -> Row:
        """Give a product another title; its address stays."""
        return self._edit(product, title=title)

    def set_status(self, product: str, status: str) -> Row:
        """Make a product ACTIVE, DRAFT, ARCHIVED or UNLISTED."""
        return self._edit(product, status=status)

    def describe(self, product: str, html: str) -> Row:
        """Write another description."""
        return self._edit(product, descriptionHtml=html)

    def _edit(self, product: str, **values: Any) -> Row:
        with self._shop.lock:
            row = self._shop.store.product(product)
            row |= values
            return self._touch(row)

    def delete(self, product: str) -> Row:
        """Delete a product with its variants and stock."""
        with self._shop.lock:
            store, row = self._shop.store, self._shop.store.product(product)
            for variant in row["variants"]:
                store.drop(store.variants, variant)
                store.drop(store.items, variant["inventoryItem"])
            store.drop(store.products, row)
            self._shop.news.product_deleted(row)
            return row

    def create(self, title: str, price: str, **more: Any) -> Row:
        """Add a product with one variant: `sku`, `barcode`, `vendor`, `status`, `location`, …."""
        with self._shop.lock:
            row = new_product(self._shop.store, self._shop.clock.stamp(), title, price, **more)
            self._shop.news.product_changed(row, "PRODUCTS_CREATE")
            return row

    def publish(self, product: str, publication: str) -> Row:
        """Show a product in a channel."""
        return self._place(product, publication, shown=True)

    def unpublish(self, product: str, publication: str) -> Row:
        """Hide a product from a channel."""
        return self._place(product, publication, shown=False)

    def _place(self, product: str, publication: str, *, shown: bool) -> Row:
        with self._shop.lock:
            store, row = self._shop.store, self._shop.store.product(product)
            channel, moment = store.publication(publication), self._shop.clock.stamp()
            for placed in row["resourcePublicationsV2"]:
                if placed["publication"] is channel:
                    placed["isPublished"] = shown
            if channel is next(iter(store.publications.values())):
                row["publishedAt"] = moment if shown else None
            return self._touch(row)

    def set_metafield(self, owner: str, namespace: str, key: str, kind: str, value: str) -> Row:
        """Write a metafield; like the real shop this does not touch `updatedAt`."""
        with self._shop.lock:
            held = self._shop.store.by_id.get(owner) or self._shop.store.product(owner)
            rows, moment = held["metafields"], self._shop.clock.stamp()
            row = next((r for r in rows if (r["namespace"], r["key"]) == (namespace, key)), None)
            if row is None:
                row = {"id": gid("Metafield", self._shop.store.new_number()), "createdAt": moment}
                row |= {"namespace": namespace, "key": key, "ownerType": kind_of(held).upper()}
                rows.append(row)
            row |= {"type": kind, "value": value}
            row |= {"compareDigest": digest(value), "updatedAt": moment}
            return row

    def set_location_active(self, location: str, *, active: bool) -> Row:
        """Open or close a location."""
        with self._shop.lock:
            row, moment = self._shop.store.location(location), self._shop.clock.stamp()
            row |= {"isActive": active, "deactivatedAt": None if active else moment}
            row["updatedAt"] = moment
            topic = "LOCATIONS_ACTIVATE" if active else "LOCATIONS_DEACTIVATE"
            self._shop.news.location_changed(row, topic)
            return row

    def rename_location(self, location: str, name: str) -> Row:
        """Give a location another name."""
        with self._shop.lock:
            row = self._shop.store.location(location)
            row |= {"name": name, "updatedAt": self._shop.clock.stamp()}
            self._shop.news.location_changed(row)
            return row

    def set_scopes(self, scopes: tuple[str, ...]) -> None:
        """Grant the app other rights."""
        with self._shop.lock:
            previous, self._shop.scopes = self._shop.scopes, scopes
            self._shop.news.scopes_changed(previous, scopes)

    def uninstall(self) -> None:
        """Remove the app: its tokens die at once, the last news still goes out."""
        with self._shop.lock:
            self._shop.news.uninstalled()
            self._tokens.remove_app()

    def install(self) -> None:
        """Let the merchant install the app again: it may ask for tokens."""
        with self._shop.lock:
            self._tokens.installed = True

    def _touch(self, product: Row) -> Row:
        """Date a product anew and tell it."""
        product["updatedAt"] = self._shop.clock.stamp()
        self._shop.news.product_changed(product)
        return product


def _reprice(variant: Row) -> None:
    """Carry a price into the price per unit and the product's range."""
    measure, per_unit = variant["unitPriceMeasurement"], variant["unitPrice"]
    if measure and per_unit:
        held = Decimal(str(measure["quantityValue"])) * UNITS[measure["quantityUnit"]]
        shown = Decimal(str(measure["referenceValue"])) * UNITS[measure["referenceUnit"]]
        price = (Decimal(variant["price"]) * shown / held).quantize(CENT, ROUND_HALF_UP)
        variant["unitPrice"] = per_unit | {"amount": amount(price)}
    product = variant["product"]
    prices = [Decimal(row["price"]) for row in product["variants"]]
    ends = {"minVariantPrice": min(prices), "maxVariantPrice": max(prices)}
    product["priceRangeV2"] = {
        end: product["priceRangeV2"][end] | {"amount": amount(value)} for end, value in ends.items()
    }
