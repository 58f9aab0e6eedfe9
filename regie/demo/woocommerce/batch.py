"""Many changes in one call: at most a hundred, each failing on its own."""

from collections.abc import Callable, Iterable
from typing import Any

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.text import Json

MOST = 100

Create = Callable[[Json], Json]
Update = Callable[[int, Json], Json]
Delete = Callable[[int], Json]


def run_batch(call: Call, create: Create, update: Update, delete: Delete) -> Answer:
    """Carry out creations, changes and (forced) deletions in that order."""
    body = call.body_object()
    parts = {name: list(body.get(name, [])) for name in ("create", "update", "delete")}
    if sum(map(len, parts.values())) > MOST:
        text = f"Unable to accept more than {MOST} items for this request."
        raise RestError("woocommerce_rest_request_entity_too_large", text, 413)
    done = {
        "create": _each(parts["create"], lambda sent: (0, create(sent))),
        "update": _each(parts["update"], lambda sent: (sent["id"], update(int(sent["id"]), sent))),
        "delete": _each(parts["delete"], lambda sent: (sent, delete(int(sent)))),
    }
    found = {name: items for name, items in done.items() if items}
    return Answer(found, allow="POST, PUT, PATCH")


def _each(items: Iterable[Any], act: Callable[[Any], tuple[int, Json]]) -> list[Json]:
    return [_one(sent, act) for sent in items]


def _one(sent: Any, act: Callable[[Any], tuple[int, Json]]) -> Json:
    try:
        return act(sent)[1]
    except RestError as refusal:
        named = sent.get("id", 0) if isinstance(sent, dict) else sent
        return {"id": named, "error": refusal.body()}
