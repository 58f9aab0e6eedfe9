"""One wish to be told of some news, as the shop keeps it."""

from collections.abc import Mapping
from typing import Any

from regie.demo.shopify.state import ShopState
from regie.demo.shopify.store import Row, gid


def subscribe(
    shop: ShopState, topic: str, given: Mapping[str, Any], version: str, origin: str
) -> Row:
    """Keep a subscription."""
    moment, number = shop.clock.stamp(), shop.store.new_number()
    uri = given.get("uri") or given.get("callbackUrl")
    row = {
        "id": gid("WebhookSubscription", number),
        "legacyResourceId": str(number),
        "topic": topic,
        "uri": uri,
        "callbackUrl": uri,
        "name": given.get("name"),
        "format": "JSON",
        "filter": "",
        "includeFields": list(given.get("includeFields") or []),
        "metafieldNamespaces": list(given.get("metafieldNamespaces") or []),
        "metafields": [],
        "apiVersion": {"handle": version, "displayName": version, "supported": True},
        "createdAt": moment,
        "updatedAt": moment,
        "origin": origin,
    }
    return shop.store.put(shop.store.subscriptions, row)
