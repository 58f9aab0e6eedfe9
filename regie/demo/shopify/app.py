"""The shop's front door: the addresses a client of Shopify knows."""

import gzip
import time
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, jsonify, request

from regie.demo.shopify.control import control
from regie.demo.shopify.query.answers import Answer
from regie.demo.shopify.shop import ShopifyShop

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


def create_app(shop: ShopifyShop) -> Flask:
    """Return a web application that speaks for one shop."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it

    @app.before_request
    def check_host() -> Response | None:
        if _is_ours(shop, request.host):
            return None
        return _sent(Answer(404, {"errors": "Not Found"}))

    @app.post("/admin/api/<version>/graphql.json")
    def graphql(version: str) -> Response:
        time.sleep(shop.delay())
        token = request.headers.get("X-Shopify-Access-Token")
        return _sent(shop.admin(version, token, request.get_data()))

    @app.post("/admin/oauth/access_token")
    def access_token() -> Response:
        return _sent(shop.token(_form_or_json()))

    @app.get("/bulk-operation-outputs/<name>")
    def bulk_file(name: str) -> Response:
        answer = shop.bulk_file(name, request.args.get("Signature", ""))
        if shop.bulk_gzip and request.accept_encodings.best_match(["gzip"]):
            return _packed(answer)
        return _in_parts(answer)

    app.register_blueprint(control(shop))
    return app


def _is_ours(shop: ShopifyShop, host: str) -> bool:
    """Whether a request is for this shop; over loopback it always is."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name == shop.domain or name in LOOPBACK


def _form_or_json() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else request.form.to_dict()


def _packed(answer: Answer) -> Response:
    """Send a file compressed."""
    response = _sent(answer)
    if response.status_code == HTTPStatus.OK:
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _in_parts(answer: Answer) -> Response:
    """Send a file, or the part of it that was asked for."""
    response = _sent(answer)
    if response.status_code == HTTPStatus.OK:
        size = response.content_length
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    return response


def _sent(answer: Answer) -> Response:
    """Turn the engine's answer into an HTTP response."""
    body = answer.body
    response = jsonify(body) if isinstance(body, dict) else Response(body)
    if isinstance(body, dict):
        response.content_type = "application/json; charset=utf-8"
    response.status_code = answer.status
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response
