"""A WooCommerce shop that behaves like the real one, with all its bad habits."""

from regie.demo.woocommerce.call import Key
from regie.demo.woocommerce.changes import Changes
from regie.demo.woocommerce.faults import Faults
from regie.demo.woocommerce.server import Served, serve
from regie.demo.woocommerce.shop import DEMO_SHOP, WooShop
from regie.demo.woocommerce.state import Options
from regie.demo.woocommerce.webhooks import Delivery

__all__ = [
    "DEMO_SHOP",
    "Changes",
    "Delivery",
    "Faults",
    "Key",
    "Options",
    "Served",
    "WooShop",
    "serve",
]
