"""The table of addresses: which call does what, and whether it needs a key."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from regie.demo.woocommerce import hooks_api, store_api
from regie.demo.woocommerce.auth import demand_key
from regie.demo.woocommerce.batch import run_batch
from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.errors import RestError, no_route
from regie.demo.woocommerce.order import notes, orders, refunds
from regie.demo.woocommerce.order.pickup import exported_locations
from regie.demo.woocommerce.product import products, terms, variants, writes
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import HOME, Json, is_true

Handler = Callable[..., Answer]
EDITS = ("PUT", "POST", "PATCH")
OPEN = "open"


@dataclass(frozen=True)
class Route:
    """One line of the table."""

    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    handler: Handler
    is_open: bool = False


def dispatch(shop: Shop, call: Call) -> Answer:
    """Find the line for a call and carry it out."""
    path = call.path.removeprefix("/wp-json").rstrip("/")
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match and call.method in route.methods:
            if not route.is_open:
                demand_key(call)
            return route.handler(shop, call, *map(_number, match.groups()))
    raise no_route()


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _made(item: Json, path: str) -> Answer:
    location = f"{HOME}/wp-json/wc/v3/{path}/{item['id']}"
    return Answer(item, 201, [("Location", location)], allow="GET, POST")


def _forced(call: Call) -> bool:
    return is_true(call.params.get("force", call.body_object().get("force", False)))


def _index(shop: Shop, _call: Call) -> Answer:
    body = shop.documents[""]
    names = [*body["namespaces"], *(["wc-regie/v1"] if shop.options.plugin else [])]
    return Answer({**body, "namespaces": names})


def _namespace(shop: Shop, _call: Call) -> Answer:
    return Answer(shop.documents["/"])


def _settings_of_wordpress(_shop: Shop, _call: Call) -> Answer:
    raise RestError("rest_forbidden", "Sorry, you are not allowed to do that.", 401)


def _pickup(shop: Shop, _call: Call) -> Answer:
    if not shop.options.plugin:
        raise no_route()
    return Answer(exported_locations(shop))


def _add_product(shop: Shop, call: Call) -> Answer:
    return _made(writes.create_product(shop, call.body_object()), "products")


def _edit_product(shop: Shop, call: Call, product_id: int) -> Answer:
    return Answer(writes.update_product(shop, product_id, call.body_object()))


def _drop_product(shop: Shop, call: Call, product_id: int) -> Answer:
    return Answer(writes.delete_product(shop, product_id, force=_forced(call)))


def _batch_products(shop: Shop, call: Call) -> Answer:
    return run_batch(
        call,
        partial(writes.create_product, shop),
        partial(writes.update_product, shop),
        partial(writes.delete_product, shop, force=True),
    )


def _add_variation(shop: Shop, call: Call, product_id: int) -> Answer:
    made = variants.create_variation(shop, product_id, call.body_object())
    return _made(made, f"products/{product_id}/variations")


def _edit_variation(shop: Shop, call: Call, product_id: int, variation_id: int) -> Answer:
    body = call.body_object()
    return Answer(variants.update_variation(shop, product_id, variation_id, body))


def _drop_variation(shop: Shop, call: Call, product_id: int, variation_id: int) -> Answer:
    force = _forced(call)
    return Answer(variants.delete_variation(shop, product_id, variation_id, force=force))


def _batch_variations(shop: Shop, call: Call, product_id: int) -> Answer:
    return run_batch(
        call,
        partial(variants.create_variation, shop, product_id),
        partial(variants.update_variation, shop, product_id),
        partial(variants.delete_variation, shop, product_id, force=True),
    )


def _add_order(shop: Shop, call: Call) -> Answer:
    return _made(orders.create_order(shop, call.body_object()), "orders")


def _edit_order(shop: Shop, call: Call, order_id: int) -> Answer:
    return Answer(orders.update_order(shop, order_id, call.body_object()))


def _drop_order(shop: Shop, call: Call, order_id: int) -> Answer:
    return Answer(orders.delete_order(shop, order_id, force=_forced(call)))


def _batch_orders(shop: Shop, call: Call) -> Answer:
    return run_batch(
        call,
        partial(orders.create_order, shop),
        partial(orders.update_order, shop),
        partial(orders.delete_order, shop, force=True),
    )


def _list_refunds(shop: Shop, _call: Call, order_id: int) -> Answer:
    return refunds.list_refunds(shop, order_id)


def _add_refund(shop: Shop, call: Call, order_id: int) -> Answer:
    made = refunds.create_refund(shop, order_id, call.body_object())
    return _made(made, f"orders/{order_id}/refunds")


def _add_note(shop: Shop, call: Call, order_id: int) -> Answer:
    made = notes.add_note(shop, order_id, call.body_object())
    return _made(made, f"orders/{order_id}/notes")


def _add_hook(shop: Shop, call: Call) -> Answer:
    return _made(hooks_api.create_hook(shop, call.body_object()), "webhooks")


def _read_hook(shop: Shop, _call: Call, hook_id: int) -> Answer:
    return Answer(hooks_api.hook_view(shop, hooks_api.find_hook(shop, hook_id)))


def _edit_hook(shop: Shop, call: Call, hook_id: int) -> Answer:
    return Answer(hooks_api.update_hook(shop, hook_id, call.body_object()))


def _drop_hook(shop: Shop, call: Call, hook_id: int) -> Answer:
    return Answer(hooks_api.delete_hook(shop, hook_id, force=_forced(call)))


def _add_entry(shop: Shop, call: Call, path: str) -> Answer:
    return _made(terms.create_entry(shop, path, call.body_object()), path)


def _edit_entry(shop: Shop, call: Call, path: str) -> Answer:
    if path in shop.lists:
        return _add_entry(shop, call, path)
    return Answer(terms.update_entry(shop, path, call.body_object()))


def _drop_entry(shop: Shop, call: Call, path: str) -> Answer:
    return Answer(terms.delete_entry(shop, path, force=_forced(call)))


def _store_product(shop: Shop, _call: Call, product_id: int) -> Answer:
    return store_api.read_store_product(shop, product_id)


def _with_cart(act: Callable[[Shop, Json, Json], Json], status: int = 200) -> Handler:
    def handle(shop: Shop, call: Call) -> Answer:
        if call.method != "GET":
            store_api.need_nonce(shop, call)
        token, cart = store_api.open_cart(shop, call)
        body = act(shop, cart, call.body_object())
        headers = [("Nonce", store_api.nonce_of(shop)), ("Cart-Token", token)]
        return Answer(body, status, headers)

    return handle


def _show_cart(shop: Shop, cart: Json, _body: Json) -> Json:
    return store_api.cart_view(shop, cart)


def _add_to_cart(shop: Shop, cart: Json, body: Json) -> Json:
    store_api.add_item(shop, cart, body)
    return store_api.cart_view(shop, cart)


def _set_customer(shop: Shop, cart: Json, body: Json) -> Json:
    for name in ("billing_address", "shipping_address"):
        cart[name] |= body.get(name, {})
    return store_api.cart_view(shop, cart)


def _choose_rate(shop: Shop, cart: Json, body: Json) -> Json:
    cart["rate"] = str(body.get("rate_id", ""))
    return store_api.cart_view(shop, cart)


def _route(methods: str | tuple[str, ...], path: str, handler: Handler, flag: str = "") -> Route:
    names = (methods,) if isinstance(methods, str) else methods
    return Route(names, re.compile(path.replace("ID", r"(\d+)")), handler, flag == OPEN)


_V3 = "/wc/v3"
_STORE = "/wc/store/v1"
ROUTES = (
    _route("GET", "", _index, OPEN),
    _route("GET", _V3, _namespace, OPEN),
    _route(("GET", *EDITS), "/wp/v2/settings", _settings_of_wordpress, OPEN),
    _route("GET", "/wc-regie/v1/pickup-locations", _pickup),
    _route("GET", f"{_V3}/products", products.list_products),
    _route("POST", f"{_V3}/products", _add_product),
    _route(EDITS, f"{_V3}/products/batch", _batch_products),
    _route("GET", f"{_V3}/products/ID", products.read_product),
    _route(EDITS, f"{_V3}/products/ID", _edit_product),
    _route("DELETE", f"{_V3}/products/ID", _drop_product),
    _route("GET", f"{_V3}/variations", products.list_variations),
    _route("GET", f"{_V3}/products/ID/variations", products.list_variations),
    _route("POST", f"{_V3}/products/ID/variations", _add_variation),
    _route(EDITS, f"{_V3}/products/ID/variations/batch", _batch_variations),
    _route("GET", f"{_V3}/products/ID/variations/ID", products.read_variation),
    _route(EDITS, f"{_V3}/products/ID/variations/ID", _edit_variation),
    _route("DELETE", f"{_V3}/products/ID/variations/ID", _drop_variation),
    _route("GET", f"{_V3}/orders", orders.list_orders),
    _route("POST", f"{_V3}/orders", _add_order),
    _route(EDITS, f"{_V3}/orders/batch", _batch_orders),
    _route("GET", f"{_V3}/orders/ID", orders.read_order),
    _route(EDITS, f"{_V3}/orders/ID", _edit_order),
    _route("DELETE", f"{_V3}/orders/ID", _drop_order),
    _route("GET", f"{_V3}/orders/ID/refunds", _list_refunds),
    _route("POST", f"{_V3}/orders/ID/refunds", _add_refund),
    _route("GET", f"{_V3}/orders/ID/notes", notes.list_notes),
    _route("POST", f"{_V3}/orders/ID/notes", _add_note),
    _route("GET", f"{_V3}/webhooks", hooks_api.list_hooks),
    _route("POST", f"{_V3}/webhooks", _add_hook),
    _route("GET", f"{_V3}/webhooks/ID", _read_hook),
    _route(EDITS, f"{_V3}/webhooks/ID", _edit_hook),
    _route("DELETE", f"{_V3}/webhooks/ID", _drop_hook),
    _route("GET", f"{_STORE}/products", store_api.list_store_products, OPEN),
    _route("GET", f"{_STORE}/products/ID", _store_product, OPEN),
    _route("GET", f"{_STORE}/cart", _with_cart(_show_cart), OPEN),
    _route("POST", f"{_STORE}/cart/add-item", _with_cart(_add_to_cart, 201), OPEN),
    _route("POST", f"{_STORE}/cart/update-customer", _with_cart(_set_customer), OPEN),
    _route("POST", f"{_STORE}/cart/select-shipping-rate", _with_cart(_choose_rate), OPEN),
    _route("POST", f"{_STORE}/checkout", _with_cart(store_api.checkout), OPEN),
    _route("GET", f"{_V3}/(.+)", terms.read_path),
    _route(EDITS, f"{_V3}/(.+)", _edit_entry),
    _route("DELETE", f"{_V3}/(.+)", _drop_entry),
)
