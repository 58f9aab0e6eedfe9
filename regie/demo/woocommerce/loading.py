"""Filling a shop from a folder of recorded answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connector.model.errors import InvalidInput
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.stock import watch_clock
from regie.demo.woocommerce.text import HOME, Json, links, read_gmt, set_dates

API = "/wp-json/wc/v3"
OK = 200


class NoRecordings(InvalidInput):
    """The folder holds no recorded index of a shop."""

    code = "no_recordings"
    remedy = "Give a folder that holds rest/root.json, the recorded answer of /wp-json/."

    def __init__(self, folder: Path) -> None:
        super().__init__(f"No shop is recorded in {folder}.", path=str(folder))


def fill(shop: Shop, folder: Path, *, rebase: bool) -> None:
    """Read every recorded answer into the shop and let it live on from there."""
    root = folder.parent if folder.name == "rest" else folder
    home = _recorded_home(root)
    latest = datetime.fromtimestamp(0, UTC)
    for exchange in _exchanges(root, home):
        latest = max(latest, _moment(exchange["response"]["headers"]))
        _take(shop, exchange["request"], exchange["response"]["body"])
    shop.home = home
    shop.last_id = max(_ids(shop), default=0)
    for variation in shop.variations.values():
        shop.children.setdefault(variation["parent_id"], []).append(variation["id"])
    if rebase:
        _rebase(shop, shop.now() - latest)
        latest = shop.now()
    for item in [*shop.products.values(), *shop.variations.values()]:
        watch_clock(shop, item, latest)


def _recorded_home(root: Path) -> str:
    index = root / "rest" / "root.json"
    if not index.is_file():
        raise NoRecordings(root)
    exchange = json.loads(index.read_text(encoding="utf-8"))
    return str(exchange["response"]["body"]["home"])


def _exchanges(root: Path, home: str) -> Iterator[Json]:
    for path in sorted([*(root / "rest").glob("*.json"), *(root / "pickup").glob("*.json")]):
        exchange = json.loads(path.read_text(encoding="utf-8").replace(home, HOME))
        if exchange["request"]["method"] == "GET" and exchange["response"]["status"] == OK:
            yield exchange


def _moment(headers: list[list[str]]) -> datetime:
    told = {str(name): str(value) for name, value in headers}.get("Date")
    return parsedate_to_datetime(told) if told else datetime.fromtimestamp(0, UTC)


def _take(shop: Shop, request: Json, body: Any) -> None:
    path = request["path"]
    if path == "/wp-json/wp/v2/settings":
        shop.pickup = {
            "settings": body.get("pickup_location_settings", {}),
            "locations": body.get("pickup_locations", []),
        }
    elif path == "/wp-json/":
        shop.documents[""] = body
    elif path == API:
        shop.documents["/"] = body
    elif path.startswith(f"{API}/"):
        _take_api(shop, path.removeprefix(f"{API}/"), body)


def _take_api(shop: Shop, path: str, body: Any) -> None:
    if path == "webhooks" or path.startswith("webhooks/"):
        return
    if path == "products" or path.endswith("variations"):
        _take_items(shop, body)
    elif path == "orders":
        shop.orders |= {order["id"]: order for order in body}
    elif path.startswith("orders/") and isinstance(body, dict):
        shop.orders[body["id"]] = body
    elif isinstance(body, list):
        shop.lists[path] = body
    else:
        shop.documents[path] = body


def _take_items(shop: Shop, body: list[Json]) -> None:
    for item in body:
        if "type" not in item:
            continue
        if "gallery_image_ids" in item:
            _take_variation(shop, item)
        elif item["type"] != "variation":
            shop.products[item["id"]] = item


def _take_variation(shop: Shop, item: Json) -> None:
    up = f"products/{item['parent_id']}"
    path = f"{up}/variations/{item['id']}"
    shop.variations[item["id"]] = {**item, "_links": links(path, up=up)}


def _ids(shop: Shop) -> Iterator[int]:
    for held in (shop.products, shop.variations, shop.orders):
        yield from held
    for product in shop.products.values():
        yield from (int(image["id"]) for image in product["images"])
        yield from (int(entry["id"]) for entry in product["meta_data"])
    for name, items in shop.lists.items():
        if name.startswith("orders/"):
            yield from (int(item["id"]) for item in items)


def _rebase(shop: Shop, distance: timedelta) -> None:
    whole = timedelta(days=distance.days)
    for held in (shop.products, shop.variations, shop.orders):
        for item in held.values():
            _move_dates(item, whole, shop.zone)


def _move_dates(item: Json, distance: timedelta, zone: ZoneInfo) -> None:
    fields = [name.removesuffix("_gmt") for name in item if name.endswith("_gmt")]
    for field in fields:
        moment = read_gmt(item, field)
        if moment:
            set_dates(item, field, moment + distance, zone)
