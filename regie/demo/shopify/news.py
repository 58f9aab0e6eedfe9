"""Which change is told under which topic."""

from regie.demo.shopify import payloads
from regie.demo.shopify.order import payloads as order_payloads
from regie.demo.shopify.query.paging import number
from regie.demo.shopify.state import ShopState
from regie.demo.shopify.store import Row
from regie.demo.shopify.webhooks import PostOffice


class News:
    """Turns changes into webhooks for whoever subscribed."""

    def __init__(self, shop: ShopState, post: PostOffice) -> None:
        self._shop = shop
        self._post = post

    def product_changed(self, product: Row, topic: str = "PRODUCTS_UPDATE") -> None:
        """Tell that a product is new or other than before."""
        body = payloads.product_body(self._shop.store, product)
        extra = [(row["namespace"], payloads.metafield_body(row)) for row in product["metafields"]]
        self._post.tell(topic, body, metafields=extra)

    def product_deleted(self, product: Row) -> None:
        """Tell that a product is gone, and its inventory items with it."""
        self._post.tell("PRODUCTS_DELETE", {"id": number(product["id"])})
        for variant in product["variants"]:
            item = variant["inventoryItem"]["id"]
            body = {"id": number(item), "admin_graphql_api_id": item}
            self._post.tell("INVENTORY_ITEMS_DELETE", body)

    def level_changed(self, level: Row) -> None:
        """Tell that a location holds more or less of something."""
        self._level("INVENTORY_LEVELS_UPDATE", level)

    def level_connected(self, level: Row) -> None:
        """Tell that a location now stocks something."""
        self._level("INVENTORY_LEVELS_CONNECT", level)

    def level_disconnected(self, level: Row) -> None:
        """Tell that a location no longer stocks something."""
        body = payloads.level_body(self._shop.store, level)
        kept = ("inventory_item_id", "location_id")
        self._post.tell("INVENTORY_LEVELS_DISCONNECT", {key: body[key] for key in kept})

    def _level(self, topic: str, level: Row) -> None:
        self._post.tell(topic, payloads.level_body(self._shop.store, level))

    def location_changed(self, location: Row, topic: str = "LOCATIONS_UPDATE") -> None:
        """Tell that a location is other than before."""
        self._post.tell(topic, payloads.location_body(self._shop.store, location))

    def order_changed(self, order: Row, topic: str = "ORDERS_UPDATED") -> None:
        """Tell that an order is new or other than before."""
        body = order_payloads.order_body(self._shop.store, order, self._shop.approved)
        self._post.tell(topic, body)

    def order_edited(self, order: Row) -> None:
        """Tell that the merchant changed what was bought."""
        self._post.tell("ORDERS_EDITED", order_payloads.edit_body(self._shop.store, order))

    def order_deleted(self, order: Row) -> None:
        """Tell that an order is gone."""
        self._post.tell("ORDERS_DELETE", {"id": number(order["id"])})

    def part_changed(self, part: Row, topic: str) -> None:
        """Tell what happened to a part of an order."""
        self._post.tell(topic, order_payloads.part_body(part))

    def part_moved(self, part: Row) -> None:
        """Tell that another place owes a part now."""
        self._post.tell("FULFILLMENT_ORDERS_MOVED", order_payloads.moved_body(part))

    def shipment_changed(self, shipment: Row, topic: str = "FULFILLMENTS_UPDATE") -> None:
        """Tell that something left, or what befell it."""
        body = order_payloads.shipment_body(self._shop.store, shipment)
        self._post.tell(topic, body)

    def bulk_finished(self, operation: Row) -> None:
        """Tell that an export came to its end."""
        self._post.tell("BULK_OPERATIONS_FINISH", payloads.bulk_body(operation))

    def uninstalled(self) -> None:
        """Tell that the merchant removed the app."""
        shop = self._shop.store.shop
        body = {
            "id": number(shop["id"]),
            "name": shop["name"],
            "email": shop["email"],
            "domain": shop["primaryDomain"]["host"],
            "myshopify_domain": self._shop.domain,
            "plan_name": shop["plan"]["publicDisplayName"].lower(),
        }
        self._post.tell("APP_UNINSTALLED", body)

    def scopes_changed(self, previous: tuple[str, ...], current: tuple[str, ...]) -> None:
        """Tell that the merchant granted or took back rights."""
        body = {
            "id": number(self._shop.store.installation["id"]),
            "previous": sorted(previous),
            "current": sorted(current),
            "updated_at": self._shop.clock.stamp().removesuffix("Z") + ".000Z",
        }
        self._post.tell("APP_SCOPES_UPDATE", body)
