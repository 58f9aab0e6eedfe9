"""What Regie asks a merchant to allow, and which news it may then subscribe to."""

from collections.abc import Iterable, Mapping

from connector.platforms.shopify.access.auth import missing_scopes
from connector.platforms.shopify.errors import MissingScope

REQUIRED = ("read_products", "read_inventory", "read_locations", "read_publications")
"""Without these nothing is read."""
FLOOR = (
    "read_orders",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "read_fulfillments",
    "write_fulfillments",
    "write_inventory",
)
"""What the shop floor needs on top: orders, their parts, shipments and set-aside stock."""
OPTIONAL = ("read_legal_policies", *FLOOR)
"""Without these something is left out, and the rest goes on."""

_PRODUCTS = ("read_products",)
_STOCK = ("read_inventory",)
_ITEMS = ("read_inventory", "read_products")
_PLACES = ("read_locations",)
_ORDERS = ("read_orders", "read_marketplace_orders")
_WORK = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
TOPICS: Mapping[str, tuple[str, ...]] = {
    "PRODUCTS_CREATE": _PRODUCTS,
    "PRODUCTS_UPDATE": _PRODUCTS,
    "PRODUCTS_DELETE": _PRODUCTS,
    "INVENTORY_LEVELS_UPDATE": _STOCK,
    "INVENTORY_LEVELS_CONNECT": _STOCK,
    "INVENTORY_LEVELS_DISCONNECT": _STOCK,
    "INVENTORY_ITEMS_UPDATE": _ITEMS,
    "INVENTORY_ITEMS_DELETE": _ITEMS,
    "LOCATIONS_CREATE": _PLACES,
    "LOCATIONS_UPDATE": _PLACES,
    "LOCATIONS_DEACTIVATE": _PLACES,
    "LOCATIONS_ACTIVATE": _PLACES,
    "LOCATIONS_DELETE": _PLACES,
    "ORDERS_CREATE": _ORDERS,
    "ORDERS_UPDATED": _ORDERS,
    "ORDERS_CANCELLED": _ORDERS,
    "ORDERS_EDITED": _ORDERS,
    "ORDERS_DELETE": ("read_orders",),
    "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE": _WORK,
    "FULFILLMENT_ORDERS_MOVED": _WORK,
    "FULFILLMENT_ORDERS_CANCELLED": _WORK,
    "FULFILLMENT_ORDERS_PLACED_ON_HOLD": _WORK,
    "FULFILLMENT_ORDERS_HOLD_RELEASED": _WORK,
    "FULFILLMENT_ORDERS_SPLIT": _WORK,
    "FULFILLMENT_ORDERS_MERGED": _WORK,
    "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP": _WORK,
    "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_LOCAL_DELIVERY": _WORK,
    "FULFILLMENTS_UPDATE": ("read_fulfillments", "read_marketplace_orders"),
    "SHOP_UPDATE": (),
    "APP_SCOPES_UPDATE": (),
    "APP_UNINSTALLED": (),
}
"""Each topic with the scopes of which one suffices.

Left out: COLLECTIONS_UPDATE, for it comes with every product of an automatic collection and names
none (the sweep brings a new title to the products); BULK_OPERATIONS_FINISH, for exports are polled.
"""


def check(shop: str, granted: Iterable[str]) -> None:
    """Raise MissingScope that names every required scope the app does not hold."""
    missing = missing_scopes(",".join(granted), REQUIRED)
    if missing:
        names = ", ".join(missing)
        raise MissingScope(f"{shop} has not granted {names}.", shop=shop, required=names)


def lacking_for_orders(granted: Iterable[str]) -> tuple[str, ...]:
    """Return what the shop floor needs and the app does not hold."""
    return missing_scopes(",".join(granted), FLOOR)


def allowed_topics(granted: Iterable[str]) -> tuple[str, ...]:
    """Return the topics that these scopes open."""
    held = ",".join(granted)
    return tuple(
        topic
        for topic, wanted in TOPICS.items()
        if not wanted or any(not missing_scopes(held, (scope,)) for scope in wanted)
    )
