"""Recognise a Shopify shop by its one permanent name, such as hafen-und-hof.myshopify.com."""

import re

from connector.model.errors import InvalidInput

_SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.com")


class InvalidShop(InvalidInput):
    """The text is not a `*.myshopify.com` name; nothing may be sent there."""

    code = "invalid_shop"
    remedy = "Use the shop's permanent name, for example my-shop.myshopify.com."

    def __init__(self) -> None:
        super().__init__("This is not a Shopify shop name.")


def shop_domain(text: str) -> str:
    """Return the shop's domain in lower case, or raise InvalidShop.

    Always ask this before ShopifyAPI: its Session turns `evil.com` into `evil.myshopify.com`.
    """
    if not _SHOP.fullmatch(text):
        raise InvalidShop
    return text.lower()
