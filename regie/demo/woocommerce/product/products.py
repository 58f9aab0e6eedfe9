"""Reading the catalog: the lists of products and variations, with every filter of the shop."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.errors import no_route, unknown
from regie.demo.woocommerce.product.views import (
    item_view,
    listed_variation,
    shown,
    variation_as_product,
)
from regie.demo.woocommerce.selection import answer_page, check_params, pick_fields, sort_items
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, as_ids, as_list, is_true, read_moment, stamp

LIVE = ("future", "draft", "pending", "private", "publish")
ENUMS: dict[str, tuple[str, ...]] = {
    "status": ("any", "future", "trash", "draft", "pending", "private", "publish"),
    "include_status": ("any", "future", "trash", "draft", "pending", "private", "publish"),
    "exclude_status": ("future", "trash", "draft", "pending", "private", "publish"),
    "order": ("asc", "desc"),
    "orderby": (
        *("date", "id", "include", "title", "slug", "modified", "popularity", "rating"),
        *("post__in", "price", "sales", "menu_order", "random", "popularity", "rating"),
        *("menu_order", "price", "popularity", "rating"),
    ),
    "type": ("simple", "grouped", "external", "variable"),
    "stock_status": ("instock", "outofstock", "onbackorder"),
}
GROUPS = {"category": "categories", "tag": "tags", "brand": "brands"}
IDS = {
    "include": ("id", True),
    "exclude": ("id", False),
    "parent": ("parent_id", True),
    "parent_exclude": ("parent_id", False),
}
EXACT = ("type", "slug", "stock_status")
FLAGS = ("featured", "virtual", "downloadable", "sold_individually")

Keep = Callable[[Json], bool]


def list_products(shop: Shop, call: Call) -> Answer:
    """Answer `GET /products`: every status but trash unless told otherwise."""
    check_params(call.params, ENUMS)
    items, tests = _by_text_field(shop, call.params), filters(shop, call.params)
    kept = [item for item in items if all(keep(item) for keep in tests)]
    ordered = sort_items(shop, call, kept, sort_keys(call.params))
    return answer_page(call, ordered, partial(show_any, shop))


def show_any(shop: Shop, item: Json) -> Json:
    """Return a product as it is, and a variation in the form of a product."""
    if item["type"] == "variation":
        return variation_as_product(shop, item)
    return item_view(shop, item)


def _by_text_field(shop: Shop, params: Json) -> Iterable[Json]:
    for name in ("sku", "global_unique_id"):
        if params.get(name):
            wanted = {part.lower() for part in as_list(params[name])}
            items = [*shop.products.values(), *alive_variations(shop)]
            return [item for item in items if item[name] and item[name].lower() in wanted]
    return shop.products.values()


def alive_variations(shop: Shop) -> Iterator[Json]:
    """Yield the variations whose product is not in the trash."""
    for item in shop.variations.values():
        parent = shop.products.get(item["parent_id"])
        if parent and parent["status"] != "trash":
            yield item


def read_product(shop: Shop, call: Call, product_id: int) -> Answer:
    """Answer `GET /products/ID`."""
    found = shown(shop, product_id)
    if not found:
        raise unknown("product")
    return Answer(pick_fields(call, found), allow="GET, POST, PUT, PATCH, DELETE")


def list_variations(shop: Shop, call: Call, product_id: int | None = None) -> Answer:
    """Answer the variations of one product, or of the whole shop where the shop can."""
    if product_id is None and not shop.options.variations_route:
        raise no_route()
    enums = {**ENUMS, "type": ("variation",)}
    check_params(call.params, enums)
    if product_id is None:
        items: Iterable[Json] = alive_variations(shop)
    else:
        items = [shop.variations[child] for child in shop.children.get(product_id, [])]
    tests = filters(shop, call.params)
    if call.params.get("sku"):
        wanted = {part.lower() for part in as_list(call.params["sku"])}
        tests.append(partial(_is_one_of, name="sku", wanted=wanted))
    kept = [item for item in items if all(keep(item) for keep in tests)]
    ordered = sort_items(shop, call, kept, sort_keys(call.params))
    if product_id is None:
        return answer_page(call, ordered, partial(listed_variation, shop), allow="GET")
    return answer_page(call, ordered, partial(item_view, shop))


def read_variation(shop: Shop, call: Call, product_id: int, variation_id: int) -> Answer:
    """Answer `GET /products/ID/variations/ID`."""
    found = find_variation(shop, product_id, variation_id)
    body = pick_fields(call, item_view(shop, found))
    return Answer(body, allow="GET, POST, PUT, PATCH, DELETE")


def find_variation(shop: Shop, product_id: int, variation_id: int) -> Json:
    """Return a variation of this product, or refuse."""
    found = shop.variations.get(variation_id)
    if not found or found["parent_id"] != product_id:
        raise unknown("product_variation")
    return found


def filters(shop: Shop, params: Json) -> list[Keep]:
    """Return the tests an item must pass to be listed."""
    tests = [_status_test(params), *_id_tests(params), *date_tests(shop, params)]
    tests += [
        partial(_is_in_group, field=field, wanted=set(as_ids(params[name])))
        for name, field in GROUPS.items()
        if params.get(name)
    ]
    tests += [
        partial(_has, name=name, wanted=str(params[name])) for name in EXACT if name in params
    ]
    tests += [
        partial(_flag, name=name, wanted=is_true(params[name])) for name in FLAGS if name in params
    ]
    tests += _price_tests(params)
    if "on_sale" in params:
        wanted = is_true(params["on_sale"])
        tests.append(lambda item: item_view(shop, item)["on_sale"] is wanted)
    if params.get("search"):
        tests.append(partial(_mentions, words=str(params["search"]).lower().split()))
    return tests


def _price_tests(params: Json) -> Iterator[Keep]:
    least, most = params.get("min_price"), params.get("max_price")
    if least:
        yield lambda item: item["price"] != "" and float(item["price"]) >= float(least)
    if most:
        yield lambda item: item["price"] != "" and float(item["price"]) <= float(most)
    if params.get("tax_class"):
        wanted = "" if params["tax_class"] == "standard" else params["tax_class"]
        yield lambda item: item["tax_class"] == wanted


def _status_test(params: Json) -> Keep:
    wanted = set(as_list(params.get("include_status") or params.get("status", "any")))
    if "any" in wanted:
        wanted |= set(LIVE)
    wanted -= set(as_list(params.get("exclude_status", "")))
    return lambda item: item["status"] in wanted


def _id_tests(params: Json) -> Iterator[Keep]:
    for name, (field, wanted) in IDS.items():
        if params.get(name):
            ids = set(as_ids(params[name]))
            yield partial(_is_among, field=field, ids=ids, wanted=wanted)


def _is_among(item: Json, *, field: str, ids: set[int], wanted: bool) -> bool:
    return (item[field] in ids) is wanted


def date_tests(shop: Shop, params: Json) -> Iterator[Keep]:
    """Yield the tests for dates; without `dates_are_gmt` they are the shop's local time."""
    suffix = "_gmt" if is_true(params.get("dates_are_gmt", "")) else ""
    for prefix, field in (("", "date_created"), ("modified_", "date_modified")):
        after, before = params.get(f"{prefix}after"), params.get(f"{prefix}before")
        if after:
            limit = date_limit(shop, str(after))
            yield partial(_later_than, field=field + suffix, limit=limit)
        if before:
            limit = date_limit(shop, str(before))
            yield partial(_earlier_than, field=field + suffix, limit=limit)


def date_limit(shop: Shop, text: str) -> str:
    """Return a date filter as the database sees it: in the site's zone, even against GMT."""
    return stamp(read_moment(text, shop.zone).astimezone(shop.zone))


def _later_than(item: Json, *, field: str, limit: str) -> bool:
    return bool(item[field]) and str(item[field]) > limit


def _earlier_than(item: Json, *, field: str, limit: str) -> bool:
    return bool(item[field]) and str(item[field]) < limit


def _is_in_group(item: Json, *, field: str, wanted: set[int]) -> bool:
    return any(entry["id"] in wanted for entry in item.get(field, []))


def _has(item: Json, *, name: str, wanted: str) -> bool:
    return str(item.get(name, "")) == wanted


def _is_one_of(item: Json, *, name: str, wanted: set[str]) -> bool:
    return str(item[name]).lower() in wanted


def _flag(item: Json, *, name: str, wanted: bool) -> bool:
    return bool(item.get(name)) is wanted


def _mentions(item: Json, *, words: list[str]) -> bool:
    fields = ("name", "description", "short_description", "sku")
    text = " ".join(str(item.get(field, "")) for field in fields).lower()
    return all(word in text for word in words)


def sort_keys(params: Json) -> dict[str, Callable[[Json], Any]]:
    """Return what each `orderby` word sorts by."""
    asked = as_ids(params.get("include", ""))
    place = {item_id: -index for index, item_id in enumerate(asked)}
    return {
        "date": lambda item: item["date_created"] or _never(),
        "modified": lambda item: item["date_modified"] or _never(),
        "id": lambda item: item["id"],
        "title": lambda item: item["name"].lower(),
        "slug": lambda item: str(item.get("slug", "")),
        "include": lambda item: place.get(item["id"], 0),
        "post__in": lambda item: place.get(item["id"], 0),
        "price": lambda item: float(item["price"] or 0),
        "sales": lambda item: int(item.get("total_sales", 0)),
        "popularity": lambda item: int(item.get("total_sales", 0)),
        "rating": lambda item: str(item.get("average_rating", "")),
        "menu_order": lambda item: item["menu_order"],
        "random": lambda _item: 0,
    }


def _never() -> str:
    return stamp(datetime.fromtimestamp(0, UTC))
