"""Everything around the products: categories, tags, brands, taxes, settings, shipping zones."""

from collections.abc import Iterator, Mapping

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.errors import RestError, no_route
from regie.demo.woocommerce.selection import answer_page, check_params, pick_fields
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, as_ids, encode_name, links, slugify

UNPAGED = ("settings", "data/", "reports/", "orders/")
NAMED = ("products/categories", "products/tags", "products/brands", "products/shipping_classes")
EMBEDDED = {"products/categories": "categories", "products/tags": "tags"}
EMBEDDED["products/brands"] = "brands"
FORMS: Mapping[str, Json] = {
    "products/categories": {
        "parent": 0,
        "description": "",
        "display": "default",
        "image": None,
        "menu_order": 0,
        "count": 0,
    },
    "products/tags": {"description": "", "count": 0},
    "products/brands": {"parent": 0, "description": "", "image": None, "count": 0},
    "products/shipping_classes": {"description": "", "count": 0},
    "products/attributes": {"type": "select", "order_by": "menu_order", "has_archives": False},
    "taxes": {
        "country": "",
        "state": "",
        "postcode": "",
        "city": "",
        "rate": "0.0000",
        "name": "",
        "priority": 1,
        "compound": False,
        "shipping": True,
        "order": 0,
        "class": "standard",
        "postcodes": [],
        "cities": [],
    },
}


def read_path(shop: Shop, call: Call, path: str) -> Answer:
    """Answer any list, entry or document the shop holds under this path."""
    if path in shop.lists:
        return _read_list(call, path, shop.lists[path])
    if path in shop.documents:
        return Answer(pick_fields(call, shop.documents[path]))
    return Answer(pick_fields(call, find_entry(shop, path)), allow="GET, POST, PUT, PATCH, DELETE")


def _read_list(call: Call, path: str, items: list[Json]) -> Answer:
    if path.startswith(UNPAGED):
        return Answer([pick_fields(call, item) for item in items])
    check_params(call.params, {"order": ("asc", "desc")})
    kept = items
    if call.params.get("include"):
        kept = [item for item in kept if item["id"] in as_ids(call.params["include"])]
    for name in ("slug", "parent", "class"):
        if name in call.params:
            kept = [item for item in kept if str(item.get(name)) == str(call.params[name])]
    if call.params.get("search"):
        wanted = str(call.params["search"]).lower()
        kept = [item for item in kept if wanted in item["name"].lower()]
    return answer_page(call, kept, lambda item: item)


def find_entry(shop: Shop, path: str) -> Json:
    """Return the entry a path names, or refuse."""
    owner, _, name = path.rpartition("/")
    for entry in shop.lists.get(owner, []):
        if str(entry.get("id", entry.get("slug"))) == name:
            return entry
    if owner in shop.lists:
        kind = "term" if owner.startswith("products/") else "resource"
        raise RestError(f"woocommerce_rest_{kind}_invalid", "Resource does not exist.", 404)
    raise no_route()


def create_entry(shop: Shop, path: str, body: Json) -> Json:
    """Add a term, an attribute or a tax rate."""
    form = FORMS.get(path) or (FORMS["products/tags"] if path.endswith("/terms") else None)
    if form is None:
        raise no_route()
    entry: Json = {"id": 1 + max((held["id"] for held in all_entries(shop, path)), default=0)}
    if path != "taxes":
        entry |= {"name": encode_name(body["name"]), "slug": _slug(path, body)}
    entry |= {**form, **{name: body[name] for name in form if name in body}}
    entry["_links"] = links(f"{path}/{entry['id']}")
    shop.entries(path).append(entry)
    if path == "products/attributes":
        shop.entries(f"{path}/{entry['id']}/terms")
    return entry


def all_entries(shop: Shop, path: str) -> list[Json]:
    """Return the entries that share a counter with this path: all terms, or all rates."""
    if path in {"taxes", "products/attributes"}:
        return shop.entries(path)
    shared = [name for name in shop.lists if name in NAMED or name.endswith("/terms")]
    return [entry for name in shared for entry in shop.lists[name]]


def _slug(path: str, body: Json) -> str:
    slug = slugify(body.get("slug") or body["name"])
    return f"pa_{slug}" if path == "products/attributes" else slug


def update_entry(shop: Shop, path: str, body: Json) -> Json:
    """Change an entry; products show the new name, but none of them counts as changed."""
    entry = find_entry(shop, path)
    allowed = {name: value for name, value in body.items() if name in entry and name != "id"}
    if "name" in allowed:
        allowed["name"] = encode_name(allowed["name"])
    entry.update(allowed)
    _rename_in_products(shop, path.rpartition("/")[0], entry)
    return entry


def _rename_in_products(shop: Shop, owner: str, entry: Json) -> None:
    for held in _embedded(shop, owner):
        if held["id"] == entry["id"]:
            held.update(name=entry["name"], slug=entry["slug"])


def _embedded(shop: Shop, owner: str) -> Iterator[Json]:
    field = EMBEDDED.get(owner)
    if field:
        for product in shop.products.values():
            yield from product[field]


def delete_entry(shop: Shop, path: str, *, force: bool) -> Json:
    """Remove an entry; there is no trash for it."""
    entry = find_entry(shop, path)
    if not force:
        text = "Resource does not support trashing."
        raise RestError("woocommerce_rest_trash_not_supported", text, 501)
    owner = path.rpartition("/")[0]
    shop.lists[owner].remove(entry)
    for field in filter(None, [EMBEDDED.get(owner)]):
        for product in shop.products.values():
            product[field] = [held for held in product[field] if held["id"] != entry["id"]]
    return entry
