"""The routes for webhooks: list, register, change, remove."""

import re
from functools import partial
from typing import Any

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.errors import RestError, invalid_params, not_in, unknown
from regie.demo.woocommerce.selection import answer_page, check_params
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, is_true, links, set_dates
from regie.demo.woocommerce.webhooks import TOPICS, Hook

STATUSES = ("active", "paused", "disabled")
ACTION = re.compile(r"action\.[a-z_]+")


def list_hooks(shop: Shop, call: Call) -> Answer:
    """Answer the registered webhooks, newest first."""
    check_params(call.params, {"status": ("all", *STATUSES)})
    wanted = call.params.get("status", "all")
    hooks = [h for h in shop.webhooks.hooks.values() if wanted in {"all", h.status}]
    items = [{"id": hook.hook_id} for hook in sorted(hooks, key=lambda h: -h.hook_id)]
    return answer_page(call, items, partial(_by_id, shop))


def _by_id(shop: Shop, item: Json) -> Json:
    return hook_view(shop, shop.webhooks.hooks[item["id"]])


def hook_view(shop: Shop, hook: Hook) -> Json:
    """Return a webhook as the API shows it: without its secret and without its failures."""
    shown: Json = {
        "id": hook.hook_id,
        "name": hook.name,
        "status": hook.status,
        "topic": hook.topic,
        "resource": hook.resource,
        "event": hook.event,
        "hooks": wordpress_hooks(hook),
        "delivery_url": hook.delivery_url,
    }
    set_dates(shown, "date_created", hook.created, shop.zone)
    set_dates(shown, "date_modified", hook.modified, shop.zone)
    return {**shown, "_links": links(f"webhooks/{hook.hook_id}")}


def wordpress_hooks(hook: Hook) -> list[str]:
    """Return the inner events a topic listens to; deleting for good is in none of them."""
    if hook.resource == "action":
        return [hook.event]
    known: dict[str, list[str]] = {
        "product.created": ["woocommerce_new_product", "woocommerce_new_product_variation"],
        "product.updated": ["woocommerce_update_product", "woocommerce_update_product_variation"],
        "product.deleted": ["wp_trash_post"],
        "product.restored": ["untrashed_post"],
        "order.created": ["woocommerce_new_order"],
        "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
        "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
        "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    }
    found = known.get(hook.topic, [f"woocommerce_{hook.event}_{hook.resource}"])
    if hook.topic in {"product.created", "product.updated"}:
        return ["woocommerce_process_product_meta", *found]
    return found


def find_hook(shop: Shop, hook_id: int) -> Hook:
    """Return a webhook, or refuse."""
    found = shop.webhooks.hooks.get(hook_id)
    if not found:
        raise unknown("shop_webhook")
    return found


def create_hook(shop: Shop, body: Json) -> Json:
    """Register a webhook; without a secret the shop makes one up and never tells it."""
    topic = _checked_topic(body.get("topic"))
    url = _checked_url(body.get("delivery_url"))
    webhooks = shop.webhooks
    webhooks.last_id += 1
    number = webhooks.last_id
    hook = Hook(
        hook_id=number,
        name=body.get("name") or f"Webhook {number}",
        topic=topic,
        delivery_url=url,
        secret=body.get("secret") or token(50, shop.seed, "secret", number),
        created=shop.now(),
        status=_checked_status(body.get("status", "active")),
    )
    webhooks.add(hook)
    return hook_view(shop, hook)


def update_hook(shop: Shop, hook_id: int, body: Json) -> Json:
    """Change a webhook; making it active pings again but forgives no failures."""
    hook = find_hook(shop, hook_id)
    if "topic" in body:
        hook.topic = _checked_topic(body["topic"])
    if "status" in body:
        hook.status = _checked_status(body["status"])
        hook.pending = hook.pending or hook.status == "active"
    if "delivery_url" in body:
        hook.delivery_url = _checked_url(body["delivery_url"])
        hook.pending = True
    hook.name = body.get("name", hook.name)
    hook.secret = body.get("secret", hook.secret)
    hook.modified = shop.now()
    hook.saved = True
    return hook_view(shop, hook)


def delete_hook(shop: Shop, hook_id: int, *, force: Any) -> Json:
    """Remove a webhook; there is no trash for it."""
    hook = find_hook(shop, hook_id)
    if not is_true(force):
        text = "Webhooks do not support trashing."
        raise RestError("woocommerce_rest_trash_not_supported", text, 501)
    del shop.webhooks.hooks[hook_id]
    return hook_view(shop, hook)


def _checked_topic(topic: Any) -> str:
    if isinstance(topic, str) and (topic in TOPICS or ACTION.fullmatch(topic)):
        return topic
    text = "Webhook topic is required and must be valid."
    raise RestError("woocommerce_rest_shop_webhook_invalid_topic", text, 400)


def _checked_url(url: Any) -> str:
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        return url
    text = "Webhook delivery URL must be a valid URL starting with http:// or https://."
    raise RestError("woocommerce_rest_shop_webhook_invalid_delivery_url", text, 400)


def _checked_status(status: Any) -> str:
    if status in STATUSES:
        return str(status)
    raise invalid_params({"status": not_in("status", STATUSES)})
