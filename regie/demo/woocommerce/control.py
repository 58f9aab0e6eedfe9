"""The strings behind the stage: change the shop, its faults and its clock from a demo or a test."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from regie.demo.woocommerce import wcauth
from regie.demo.woocommerce.changes import Changes
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, stamp

DATES = ("start", "end")


def control(shop: Shop) -> Blueprint:
    """Return the routes under /_fake/."""
    blueprint = Blueprint("fake", __name__, url_prefix="/_fake")
    changes = Changes(shop)
    table: dict[str, tuple[str, Callable[[], Any]]] = {
        "/state": ("GET", lambda: _state(shop)),
        "/requests": ("GET", lambda: [asdict(entry) for entry in shop.log]),
        "/deliveries": ("GET", lambda: _deliveries(shop)),
        "/clock": ("POST", lambda: _move_clock(shop)),
        "/queue": ("PUT", lambda: _set_queue(shop)),
        "/deliver": ("POST", lambda: {"sent": shop.webhooks.run()}),
        "/keys": ("POST", lambda: asdict(shop.new_key(_sent().get("permissions", "read_write")))),
        "/approve": ("POST", lambda: asdict(wcauth.grant(shop, _sent()))),
    }
    for path, (method, act) in table.items():
        view = _view(act)
        blueprint.add_url_rule(path, path.strip("/"), view, methods=[method])
    blueprint.add_url_rule("/faults", "faults", lambda: _set_faults(shop), methods=["PUT"])
    blueprint.add_url_rule(
        "/changes/<verb>", "changes", lambda verb: _change(changes, verb), methods=["POST"]
    )
    return blueprint


def _view(act: Callable[[], Any]) -> Callable[[], Response]:
    def view() -> Response:
        return jsonify(act())

    return view


def _sent() -> Json:
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def _state(shop: Shop) -> Json:
    with shop.lock:
        return {
            "name": shop.documents[""]["name"],
            "home": shop.home,
            "now": stamp(shop.now()),
            "products": len(shop.products),
            "variations": len(shop.variations),
            "orders": len(shop.orders),
            "webhooks": len(shop.webhooks.hooks),
            "waiting": len(shop.webhooks.queue),
            "faults": asdict(shop.faults),
        }


def _deliveries(shop: Shop) -> list[Json]:
    return [
        {
            "webhook_id": told.hook_id,
            "url": told.url,
            "headers": told.headers,
            "body": told.body.decode(),
            "at": told.at,
            "status": told.status,
        }
        for told in list(shop.webhooks.sent)
    ]


def _set_faults(shop: Shop) -> tuple[Response, int]:
    with shop.lock:
        try:
            shop.faults.update(**_sent())
        except ValueError as wrong:
            return jsonify({"code": "no_such_fault", "message": str(wrong)}), 400
        return jsonify(asdict(shop.faults)), 200


def _move_clock(shop: Shop) -> Json:
    sent = _sent()
    if "now" in sent:
        wanted = datetime.fromisoformat(sent["now"])
        shop.advance((wanted - shop.now()).total_seconds())
    shop.advance(float(sent.get("advance", 0)))
    return {"now": stamp(shop.now())}


def _set_queue(shop: Shop) -> Json:
    shop.webhooks.paused = bool(_sent().get("paused", False))
    return {"paused": shop.webhooks.paused, "waiting": len(shop.webhooks.queue)}


def _change(changes: Changes, verb: str) -> tuple[Response, int]:
    act = None if verb.startswith("_") else getattr(changes, verb, None)
    if act is None:
        return jsonify({"code": "no_such_change", "message": verb}), 404
    fields = _sent()
    fields |= {name: datetime.fromisoformat(fields[name]) for name in DATES if name in fields}
    try:
        return jsonify(act(**fields)), 200
    except RestError as refusal:
        return jsonify(refusal.body()), refusal.status
    except TypeError as wrong:
        return jsonify({"code": "wrong_fields", "message": str(wrong)}), 400
