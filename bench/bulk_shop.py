"""A Shopify shop with a huge export lying ready: the fake shop, its bulk files made beforehand.

As a program it prints its address, domain and token, and serves until its standard input closes.
"""

import argparse
import json
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_file
from werkzeug.serving import make_server

from regie.demo.shopify import HAFEN_UND_HOF, ShopifyShop
from regie.demo.shopify.generate import Order, generate

KINDS = {
    "inventoryItems": "bulk_inventory",
    "resourcePublicationsV2": "bulk_product_placement",
    "descriptionHtml": "bulk_products",
}


def main() -> None:
    """Generate what is missing, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--products", type=int, default=2_000)
    parser.add_argument("--variants", type=int, default=5)
    parser.add_argument("--order", choices=[it.name for it in Order], default="UNGROUPED")
    given = parser.parse_args()
    full = given.folder / f"export-{given.products}x{given.variants}-{given.order}"
    if not (full / "ready").exists():
        generate(full, products=given.products, variants=given.variants, order=Order[given.order])
        (full / "ready").touch()
    shop = ShopifyShop.load(_without_goods(full, given.folder / "empty"))
    server = make_server("127.0.0.1", 0, _app(shop, full), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    print(url, shop.domain, shop.access_token, flush=True)
    sys.stdin.read()
    server.shutdown()
    server.server_close()


def _without_goods(full: Path, target: Path) -> Path:
    """Copy the recordings of a shop without its products: places and publications stay."""
    shutil.rmtree(target, ignore_errors=True)
    source = full if (full / "responses").exists() else HAFEN_UND_HOF
    shutil.copytree(source / "responses", target / "responses")
    for name in KINDS.values():
        (target / f"{name}.jsonl").write_bytes(b"")
    return target


def _app(shop: ShopifyShop, full: Path) -> Flask:
    inner = shop.app()
    counts = {kind: _count(full / f"{kind}.jsonl") for kind in KINDS.values()}

    @inner.before_request
    def bulk() -> Response | None:
        if request.path.startswith("/files/"):
            return send_file(full / request.path.rsplit("/", 1)[1], mimetype="application/jsonl")
        if not request.path.endswith("/graphql.json"):
            return None
        asked = json.loads(request.get_data())
        if "bulkOperationRunQuery" in asked["query"]:
            return _started(asked["variables"]["query"])
        if "bulkOperation(id" in asked["query"]:
            return _finished(asked["variables"]["id"], counts)
        return None

    return inner


def _count(path: Path) -> tuple[int, int]:
    lines = roots = 0
    with path.open("rb") as file:
        for line in file:
            lines += 1
            roots += b"__parentId" not in line
    return lines, roots


def _started(query: str) -> Response:
    kind = next(name for word, name in KINDS.items() if word in query)
    operation = {"id": f"gid://shopify/BulkOperation/{list(KINDS.values()).index(kind) + 1}"}
    operation |= {"status": "CREATED", "createdAt": "2026-11-21T08:00:00Z"}
    return _answer({"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": []}})


def _finished(operation_id: str, counts: dict[str, tuple[int, int]]) -> Response:
    kind = list(KINDS.values())[int(operation_id.rsplit("/", 1)[1]) - 1]
    lines, roots = counts[kind]
    found = {
        "id": operation_id,
        "status": "COMPLETED",
        "type": "QUERY",
        "errorCode": None,
        "createdAt": "2026-11-21T08:00:00Z",
        "completedAt": "2026-11-21T08:01:00Z",
        "objectCount": str(lines),
        "rootObjectCount": str(roots),
        "fileSize": "0",
        "url": f"{request.host_url}files/{kind}.jsonl",
        "partialDataUrl": None,
        "query": "",
    }
    return _answer({"bulkOperation": found})


def _answer(data: dict[str, Any]) -> Response:
    bucket = {"maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0}
    cost = {"requestedQueryCost": 10, "actualQueryCost": 10, "throttleStatus": bucket}
    body = json.dumps({"data": data, "extensions": {"cost": cost}})
    return Response(
        body, content_type="application/json", headers={"X-Shopify-API-Version": "2026-10"}
    )


if __name__ == "__main__":
    main()
