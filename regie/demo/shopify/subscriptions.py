"""Who wants to be told of which news, and where."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from regie.demo.shopify.query.answers import NotPlayed, user_error
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.idempotency import Refusal
from regie.demo.shopify.query.schema import access
from regie.demo.shopify.store import Row
from regie.demo.shopify.subscribing import subscribe

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def is_reachable(uri: str) -> bool:
    """Whether the shop would send to this address: https, or this very machine."""
    parts = urlsplit(uri)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )


def _refused(message: str, *path: str) -> Row:
    return Refusal({"userErrors": [user_error(None, message, *path)]})


def _refusal(call: Call, topic: str, given: Mapping[str, Any], own: str = "") -> Row | None:
    """Return why a subscription is refused, or nothing."""
    uri = given.get("uri") or given.get("callbackUrl") or ""
    if given.get("filter") or given.get("metafields") or given.get("format", "JSON") != "JSON":
        raise NotPlayed("subscriptions with filter, metafields or XML")
    if uri.startswith(("pubsub:", "arn:")):
        raise NotPlayed("delivery to a cloud queue")
    if not is_reachable(uri):
        return _refused("Address is invalid", "webhookSubscription", "uri")
    wanted = access().topic_scopes[topic]
    if wanted and not call.rights.has_any(wanted):
        return _refused(f"You do not have permission for the {topic} topic", "topic")
    for row in call.shop.store.subscriptions.values():
        if (row["topic"], row["uri"]) == (topic, uri) and row["id"] != own:
            message = "Address for this topic has already been taken"
            return _refused(message, "webhookSubscription", "uri")
    return None


def create(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Subscribe to a topic."""
    topic, given = arguments["topic"], arguments["webhookSubscription"]
    refusal = _refusal(call, topic, given)
    if refusal is not None:
        return refusal
    row = subscribe(call.shop, topic, given, call.version, "api")
    return {"webhookSubscription": row, "userErrors": []}


def update(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Change where, or which fields of, the news goes."""
    row = _own(call, arguments["id"])
    if row is None:
        return _refused("Webhook subscription does not exist", "id")
    given = {"uri": row["uri"], **arguments["webhookSubscription"]}
    refusal = _refusal(call, row["topic"], given, row["id"])
    if refusal is not None:
        return refusal
    kept = ("uri", "name", "includeFields", "metafieldNamespaces")
    row |= {key: given[key] for key in kept if key in given}
    row |= {"callbackUrl": row["uri"], "updatedAt": call.shop.clock.stamp()}
    return {"webhookSubscription": row, "userErrors": []}


def delete(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Stop telling."""
    row = _own(call, arguments["id"])
    if row is None:
        return _refused("Webhook subscription does not exist", "id")
    call.shop.post.forget(row)
    return {"deletedWebhookSubscriptionId": row["id"], "userErrors": []}


def _own(call: Call, wanted: str) -> Row | None:
    """Return a subscription the API may touch; those of the app's file it may not."""
    row = call.shop.store.subscriptions.get(wanted)
    return row if row and row["origin"] == "api" else None
