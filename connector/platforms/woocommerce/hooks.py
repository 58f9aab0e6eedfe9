"""Our webhooks in a shop: there, switched on and pointing at us, or made anew."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from connector.model.errors import PlatformError
from connector.platforms import HookReport
from connector.platforms.woocommerce.client import WooClient

TOPICS = tuple(
    f"{resource}.{event}"
    for resource in ("product", "order")
    for event in ("created", "updated", "deleted", "restored")
)
ACTIVE, DISABLED = "active", "disabled"
_PER_PAGE = 100


class Hook(Struct):
    """One webhook as the shop shows it: never with its secret or its failures."""

    id: int
    status: str = ""
    topic: str = ""
    delivery_url: str = ""


def ensure_hooks(client: WooClient, callback_url: str, secret: str) -> HookReport:
    """Keep what works, delete what is broken or doubled, make what is missing.

    A disabled hook is never switched on again: the shop would remember its failures, and one more
    would disable it. One that the merchant paused stays paused, and is told.
    """
    ours = [hook for hook in _all(client) if _is_ours(hook, callback_url)]
    kept: list[str] = []
    created: list[str] = []
    failed: list[str] = []
    for topic in TOPICS:
        hooks = [hook for hook in ours if hook.topic == topic]
        good = [hook for hook in hooks if hook.delivery_url == callback_url]
        stands = next((hook for hook in good if hook.status == ACTIVE), None)
        try:
            if stands is None and _is_paused(good):
                failed.append(f"{topic}: paused in the shop")
                continue
            if stands is None:
                client.write("POST", "webhooks", _wanted(topic, callback_url, secret))
            (kept if stands else created).append(topic)
            _drop(client, [hook for hook in hooks if hook is not stands])
        except PlatformError as error:
            failed.append(f"{topic}: {error}")
    return HookReport(tuple(kept), tuple(created), tuple(failed))


def _all(client: WooClient) -> Iterable[Hook]:
    page = 1
    while True:
        asked: dict[str, Any] = {"status": "all", "per_page": _PER_PAGE, "page": page}
        found = client.read("webhooks", list[Hook], **asked)
        yield from found
        if len(found) < _PER_PAGE:
            return
        page += 1


def _is_ours(hook: Hook, callback_url: str) -> bool:
    """Our path names the connection, so it is ours wherever Regie lived when it was made."""
    return urlsplit(hook.delivery_url).path == urlsplit(callback_url).path


def _is_paused(hooks: Sequence[Hook]) -> bool:
    return any(hook.status not in {ACTIVE, DISABLED} for hook in hooks)


def _wanted(topic: str, callback_url: str, secret: str) -> dict[str, str]:
    return {
        "name": f"Regie {topic}",
        "topic": topic,
        "delivery_url": callback_url,
        "secret": secret,
        "status": ACTIVE,
    }


def _drop(client: WooClient, hooks: Iterable[Hook]) -> None:
    for hook in hooks:
        client.write("DELETE", f"webhooks/{hook.id}", force=True)
