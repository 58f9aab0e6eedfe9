"""WooCommerce shops: read through their REST API, version wc/v3."""

from connector.platforms.woocommerce.platform import WooCommercePlatform

__all__ = ["WooCommercePlatform"]
