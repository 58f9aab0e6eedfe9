"""See to it that the shop tells us its news, all of it, at the right address."""

from collections.abc import Mapping
from typing import Any

import structlog
from msgspec import Struct

from connector.platforms import HookReport
from connector.platforms.shopify.access.scopes import TOPICS, allowed_topics
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.context import granted_scopes
from connector.platforms.shopify.errors import MissingScope, ProtectedData, UserErrors
from connector.platforms.shopify.lists import Listing

log = structlog.get_logger(__name__)

INCLUDED: Mapping[str, tuple[str, ...]] = {
    "PRODUCTS_CREATE": ("id", "admin_graphql_api_id", "updated_at"),
    "PRODUCTS_UPDATE": ("id", "admin_graphql_api_id", "updated_at"),
    "ORDERS_CREATE": ("id", "admin_graphql_api_id", "updated_at"),
    "ORDERS_UPDATED": ("id", "admin_graphql_api_id", "updated_at"),
    "ORDERS_CANCELLED": ("id", "admin_graphql_api_id", "updated_at"),
    "FULFILLMENTS_UPDATE": ("id", "admin_graphql_api_id", "order_id", "updated_at"),
}
"""A webhook is a reason to read, so it need not carry the facts, least of all a customer's.

`updated_at` must be among the fields: without one that changes Shopify takes news for repeats.
"""


class _Hook(Struct, rename="camel"):
    id: str
    topic: str
    uri: str | None = None


_HOOKS = Listing("webhook_list", "webhookSubscriptions", _Hook)


def ensure(client: ShopifyClient, callback_url: str) -> HookReport:
    """Keep what calls `callback_url`, make what is missing, replace what calls elsewhere.

    The compliance topics are not here: Shopify takes them from the app's TOML only.
    """
    wanted = allowed_topics(granted_scopes(client))
    known = _known(client)
    kept: list[str] = []
    created: list[str] = []
    failed: list[str] = []
    for topic in wanted:
        right = [hook for hook in known if hook.topic == topic and hook.uri == callback_url]
        wrong = [hook for hook in known if hook.topic == topic and hook.uri != callback_url]
        for hook in wrong:
            _drop(client, hook)
        if right:
            kept.append(topic)
        else:
            (created if _create(client, topic, callback_url) else failed).append(topic)
    return HookReport(tuple(kept), tuple(created), tuple(failed))


def _known(client: ShopifyClient) -> list[_Hook]:
    return [hook for hook in _HOOKS.every(client) if hook.topic in TOPICS]


def _create(client: ShopifyClient, topic: str, callback_url: str) -> bool:
    """Subscribe to one topic; tell whether Shopify agreed."""
    subscription: dict[str, Any] = {"uri": callback_url}
    if topic in INCLUDED:
        subscription["includeFields"] = list(INCLUDED[topic])
    asked = {"topic": topic, "sub": subscription}
    try:
        client.execute("webhook_create", asked, type=Any, idempotent=True)
    except (UserErrors, MissingScope, ProtectedData) as error:
        log.warning("shopify.hook_refused", topic=topic, code=error.code, reason=error.message)
        return False
    return True


def _drop(client: ShopifyClient, hook: _Hook) -> None:
    try:
        client.execute("webhook_delete", {"id": hook.id}, type=Any, idempotent=True)
    except UserErrors as error:
        log.warning("shopify.hook_stays", topic=hook.topic, reason=error.message)
