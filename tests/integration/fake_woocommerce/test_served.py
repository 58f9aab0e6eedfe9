"""The fake shop on a port: its server, its bad days, its strings, its key page, its generator."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from woocommerce import API

from regie.demo.woocommerce import Options, Served, WooShop, serve
from regie.demo.woocommerce.testing import Caller, HandClock
from tests.kit.shops.fake_woo import AUTHORIZE


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(WooShop.load(rebase=True, options=Options(callback_over_http=True))) as running:
        yield running


class Receiver:
    """A small web server that keeps what is posted to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        kept = self.bodies
        self.arrived = threading.Event()
        arrived = self.arrived

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                kept.append(self.rfile.read(int(self.headers["Content-Length"])))
                if not kept[-1].startswith(b"webhook_id="):
                    arrived.set()
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.stop()


def api(served: Served) -> API:
    key = next(iter(served.shop.keys.values()))
    return API(served.url, key.consumer_key, key.consumer_secret, timeout=30)


def fake(served: Served, method: str, path: str, body: Any = None) -> Any:
    return requests.request(method, f"{served.url}/_fake/{path}", json=body, timeout=30)


def test_the_shops_home_is_its_port(served: Served) -> None:
    assert requests.get(f"{served.url}/wp-json/", timeout=30).json()["home"] == served.url


def test_a_closed_shop_answers_no_more() -> None:
    running = serve(WooShop.load())
    running.stop()

    with pytest.raises(requests.ConnectionError):
        requests.get(running.url, timeout=5)


def test_closing_twice_is_no_harm() -> None:
    before = set(threading.enumerate())
    running = serve(WooShop.load())

    running.stop()
    running.stop()

    left = set(threading.enumerate()) - before
    assert not [t for t in left if t.name.startswith("fake-woo")]


def test_the_shop_tells_how_to_connect_it() -> None:
    shop = WooShop.load(consumer_key="ck_1", consumer_secret="cs_1")

    line = shop.connect_line("http://127.0.0.1:80")

    wanted = "regie connect woocommerce --url http://127.0.0.1:80 --key ck_1 --secret cs_1"
    assert line == wanted


def test_the_own_keys_open_the_shop() -> None:
    shop = WooShop.load(consumer_key="ck_1", consumer_secret="cs_1")

    assert Caller(shop)("GET", "products").status_code == 200


def test_a_change_arrives_at_a_registered_receiver(served: Served, receiver: Receiver) -> None:
    body = {"topic": "product.updated", "delivery_url": receiver.url, "secret": "s"}
    api(served).post("webhooks", body)
    product = api(served).get("products", params={"sku": "GP-KAAS"}).json()[0]

    fake(served, "POST", "changes/set_price", {"item_id": product["id"], "regular": "13.00"})

    assert receiver.arrived.wait(10)
    assert json.loads(receiver.bodies[-1])["price"] == "13.00"


def test_registering_pings_before_the_answer(served: Served, receiver: Receiver) -> None:
    api(served).post("webhooks", {"topic": "product.updated", "delivery_url": receiver.url})

    assert receiver.bodies == [b"webhook_id=1"]


def test_two_orders_at_once_sell_the_last_unit_twice(served: Served) -> None:
    product = api(served).get("products", params={"sku": "GP-PLANK"}).json()[0]
    body = {"line_items": [{"product_id": product["id"], "quantity": 1}], "set_paid": True}

    threads = [threading.Thread(target=api(served).post, args=("orders", body)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = api(served).get(f"products/{product['id']}").json()
    assert found["stock_quantity"] == -1


@pytest.mark.parametrize(
    ("fault", "status"),
    [("too_many", 429), ("server_error", 500), ("unavailable", 503), ("firewall", 403)],
)
def test_on_a_bad_day_the_answer_is_html(served: Served, fault: str, status: int) -> None:
    fake(served, "PUT", "faults", {"next_requests": [fault]})

    answer = api(served).get("products")

    kind = answer.headers["Content-Type"].split(";")[0]
    assert (answer.status_code, kind) == (status, "text/html")


def test_a_busy_host_may_say_when_to_come_back(served: Served) -> None:
    fake(served, "PUT", "faults", {"next_requests": ["too_many"], "retry_after": 7})

    assert api(served).get("products").headers["Retry-After"] == "7"


def test_a_cut_answer_is_half_a_body(served: Served) -> None:
    fake(served, "PUT", "faults", {"next_requests": ["truncated"]})

    with pytest.raises(requests.exceptions.RequestException):
        api(served).get("products")


def test_a_lost_answer_was_carried_out(served: Served) -> None:
    fake(served, "PUT", "faults", {"next_requests": ["lost_answer"]})

    answer = api(served).post("orders", {"line_items": []})

    assert (answer.status_code, len(served.shop.orders)) == (504, 1)


def test_a_refused_call_was_not_carried_out(served: Served) -> None:
    fake(served, "PUT", "faults", {"next_requests": ["unavailable"]})

    api(served).post("orders", {"line_items": []})

    assert served.shop.orders == {}


def test_a_slow_shop_is_late() -> None:
    shop = WooShop.load()
    waited: list[float] = []
    shop.faults.update(slow=1.0, slow_seconds=3.5)

    shop.app(sleep=waited.append).test_client().get("/wp-json/")

    assert waited == [3.5]


def test_misfortune_repeats_with_its_seed() -> None:
    def statuses(seed: int) -> list[int]:
        shop = WooShop.load()
        shop.faults.update(seed=seed, server_error=0.5)
        browser = shop.app().test_client()
        return [browser.get("/wp-json/").status_code for _ in range(20)]

    assert (statuses(1) == statuses(1), statuses(1) == statuses(2)) == (True, False)


def test_an_unknown_fault_is_named(served: Served) -> None:
    assert fake(served, "PUT", "faults", {"boredom": 1}).status_code == 400


def test_the_state_of_the_shop_is_told(served: Served) -> None:
    found = fake(served, "GET", "state").json()

    assert (found["name"], found["products"], found["variations"]) == ("De Groene Pan", 47, 15)


def test_the_requests_are_told(served: Served) -> None:
    api(served).get("products", params={"sku": "GP-KAAS"})

    assert fake(served, "GET", "requests").json()[-1]["query"] == "sku=GP-KAAS"


def test_the_deliveries_are_told(served: Served, receiver: Receiver) -> None:
    api(served).post("webhooks", {"topic": "product.updated", "delivery_url": receiver.url})

    assert fake(served, "GET", "deliveries").json()[0]["body"] == "webhook_id=1"


def test_the_clock_can_be_moved(served: Served) -> None:
    before = served.shop.now()

    fake(served, "POST", "clock", {"advance": 3600})

    assert (served.shop.now() - before).total_seconds() >= 3600


def test_the_clock_can_be_set() -> None:
    shop = WooShop.load(clock=HandClock())

    answer = shop.app().test_client().post("/_fake/clock", json={"now": "2030-01-01T00:00:00Z"})

    assert answer.get_json() == {"now": "2030-01-01T00:00:00"}


def test_the_queue_can_be_stopped(served: Served) -> None:
    assert fake(served, "PUT", "queue", {"paused": True}).json()["paused"] is True


def test_another_key_can_be_made(served: Served) -> None:
    found = fake(served, "POST", "keys", {"permissions": "read"}).json()

    assert (found["consumer_key"][:3], found["permissions"]) == ("ck_", "read")


def test_a_sale_can_be_scheduled_from_outside(served: Served) -> None:
    product = api(served).get("products", params={"sku": "GP-KAAS"}).json()[0]
    window = {"start": "2020-01-01T00:00:00Z", "end": "2099-01-01T00:00:00Z"}

    body = {"item_id": product["id"], "sale": "9.00", **window}
    found = fake(served, "POST", "changes/schedule_sale", body).json()

    assert (found["on_sale"], found["price"]) == (True, "9.00")


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [("dance", {}, 404), ("_update", {}, 404), ("trash", {}, 400), ("trash", {"item_id": 0}, 404)],
)
def test_a_change_that_cannot_be_made_is_refused(
    served: Served, verb: str, body: Any, status: int
) -> None:
    assert fake(served, "POST", f"changes/{verb}", body).status_code == status


def test_a_visitor_sees_product_page_and_picture(served: Served) -> None:
    product = api(served).get("products", params={"sku": "GP-KAAS"}).json()[0]

    found = [requests.get(url, timeout=30) for url in _addresses(product)]

    kinds = [answer.headers["Content-Type"].split(";")[0] for answer in found]
    assert kinds == ["text/html", "image/svg+xml"]


def test_a_hidden_address_shows_no_page(served: Served) -> None:
    answer = requests.get(f"{served.url}/product/personeelspakket/", timeout=30)

    assert answer.status_code == 404


def test_a_test_can_approve_for_the_owner(served: Served, receiver: Receiver) -> None:
    fake(served, "POST", "approve", {**AUTHORIZE, "callback_url": receiver.url})

    assert json.loads(receiver.bodies[0])["user_id"] == "once-1"


def _addresses(product: dict[str, Any]) -> list[str]:
    return [product["permalink"], product["images"][0]["src"]]
