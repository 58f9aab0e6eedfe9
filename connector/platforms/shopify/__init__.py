"""Shopify: one connected shop as Regie reads it."""

from connector.platforms.shopify.platform import ShopifyPlatform

__all__ = ["ShopifyPlatform"]
