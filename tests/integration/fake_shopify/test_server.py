"""The fake shop over HTTP: its door, its bad days, its control strings."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

import pytest
import requests

from regie.demo.shopify import HAFEN_UND_HOF, Faults, Served, ShopifyShop, serve

ADMIN = "/admin/api/2026-10/graphql.json"
ASK = {"query": "{ shop { name } }"}


@pytest.fixture
def shop() -> ShopifyShop:
    return ShopifyShop.load(HAFEN_UND_HOF, seed=11, bulk_seconds=0.01)


@pytest.fixture
def served(shop: ShopifyShop) -> Iterator[Served]:
    with serve(shop) as open_shop:
        yield open_shop


def asked(shop: ShopifyShop, **more: Any) -> Any:
    headers = {"X-Shopify-Access-Token": shop.access_token} | more.pop("headers", {})
    return shop.app().test_client().post(ADMIN, json=more.pop("json", ASK), headers=headers)


def test_the_shop_answers_on_loopback(shop: ShopifyShop, served: Served) -> None:
    headers = {"X-Shopify-Access-Token": shop.access_token}

    answer = requests.post(served.url + ADMIN, json=ASK, headers=headers, timeout=5)

    assert answer.json()["data"] == {"shop": {"name": "Hafen & Hof"}}


def test_the_shop_answers_under_its_own_name(shop: ShopifyShop) -> None:
    assert asked(shop, headers={"Host": "hafen-und-hof.myshopify.com"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "other.myshopify.com", "127.0.0.1.evil.example"])
def test_another_host_is_not_found(shop: ShopifyShop, host: str) -> None:
    assert asked(shop, headers={"Host": host}).status_code == 404


def test_a_missing_token_is_refused(shop: ShopifyShop) -> None:
    assert shop.app().test_client().post(ADMIN, json=ASK).status_code == 401


def test_a_list_of_queries_is_refused(shop: ShopifyShop) -> None:
    assert asked(shop, json=[ASK]).status_code == 400


def test_a_token_is_granted_to_a_form(shop: ShopifyShop) -> None:
    body = {"client_id": shop.client_id, "client_secret": shop.client_secret}
    form = body | {"grant_type": "client_credentials"}

    answer = shop.app().test_client().post("/admin/oauth/access_token", data=form)

    assert answer.get_json()["access_token"]


def test_an_export_is_fetched_over_http(shop: ShopifyShop, served: Served) -> None:
    url = _exported(shop)

    answer = requests.get(url, timeout=5)

    assert url.startswith(served.url)
    assert len(answer.content.splitlines()) == 60


def test_a_part_of_an_export_can_be_fetched(shop: ShopifyShop, served: Served) -> None:
    url = _exported(shop)
    whole = requests.get(url, timeout=5).content

    part = requests.get(url, headers={"Range": "bytes=10-19"}, timeout=5)

    assert (served.url in url, part.status_code, part.content) == (True, 206, whole[10:20])


def test_an_export_can_come_compressed() -> None:
    shop = ShopifyShop.load(HAFEN_UND_HOF, bulk_gzip=True)
    with serve(shop):
        answer = requests.get(_exported(shop), timeout=5)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content.splitlines()) == 60


def test_a_file_without_its_signature_is_refused_over_http(shop: ShopifyShop) -> None:
    assert shop.app().test_client().get("/bulk-operation-outputs/1-final").status_code == 403


def test_the_faults_that_struck_are_shown(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(too_many=1.0))
    asked(shop)

    shown = shop.app().test_client().get("/_fake/faults").get_json()

    assert shown["struck"] == {"too_many": 1}


def test_a_shop_is_closed_from_outside(shop: ShopifyShop) -> None:
    shop.app().test_client().post("/_fake/closed", json={"status": 423})

    assert asked(shop).status_code == 423


def test_deliveries_are_pushed_and_shown_from_outside(shop: ShopifyShop) -> None:
    client = shop.app().test_client()
    message = {"topic": "shop/redact", "body": {"shop_id": 1}, "uri": "http://127.0.0.1:9/"}
    client.post("/_fake/compliance", json=message)

    tried = client.post("/_fake/deliveries").get_json()["tried"]

    shown = client.get("/_fake/deliveries").get_json()
    assert (tried[0]["status"], shown["tried"]) == (0, tried)
    assert shown["waiting"][0]["failures"] == 1


def test_a_slow_day_takes_its_time(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(slow=1.0, slow_seconds=0.05))
    start = time.monotonic()

    asked(shop)

    assert time.monotonic() - start >= 0.05


def _exported(shop: ShopifyShop) -> str:
    query = "{ products { edges { node { id } } } }"
    run = f'mutation {{ bulkOperationRunQuery(query: "{query}") {{ bulkOperation {{ id }} }} }}'
    wanted = asked(shop, json={"query": run}).get_json()
    poll = 'query { bulkOperation(id: "%s") { url } }'
    shop.clock.advance(5)
    key = wanted["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    return str(asked(shop, json={"query": poll % key}).get_json()["data"]["bulkOperation"]["url"])


@pytest.mark.parametrize(
    ("fault", "status"), [("too_many", 429), ("server_error", 503), ("lost_answer", 502)]
)
def test_a_bad_day_has_its_status(shop: ShopifyShop, fault: str, status: int) -> None:
    shop.set_faults(Faults(**{fault: 1.0}))

    assert asked(shop).status_code == status


def test_too_many_says_when_to_come_back(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(too_many=1.0))

    assert asked(shop).headers["Retry-After"] == "2.0"


def test_a_firewall_answers_in_html(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(firewall=1.0))

    answer = asked(shop)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")


def test_a_lost_answer_was_done_all_the_same(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(lost_answer=1.0))
    query = (
        "mutation { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription:"
        ' {uri: "https://regie.example/"}) { webhookSubscription { id } } }'
    )

    asked(shop, json={"query": query})

    assert len(shop.store.subscriptions) == 1


def test_faults_strike_no_more_often_than_told(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(too_many=1.0, at_most=2))

    assert [asked(shop).status_code for _ in range(4)] == [429, 429, 200, 200]


def test_the_same_seed_has_the_same_bad_days() -> None:
    def days() -> list[int]:
        shop = ShopifyShop.load(HAFEN_UND_HOF, seed=4, faults=Faults(server_error=0.5))
        return [asked(shop).status_code for _ in range(12)]

    first = days()

    assert first == days()
    assert set(first) == {200, 503}


def test_a_price_is_changed_from_outside(shop: ShopifyShop) -> None:
    client = shop.app().test_client()

    client.post("/_fake/changes/set_price", json={"variant": "KAF-1-250-B", "price": "8.5"})

    assert shop.store.variant("KAF-1-250-B")["price"] == "8.50"


def test_an_unknown_product_is_told_with_a_remedy(shop: ShopifyShop) -> None:
    client = shop.app().test_client()

    answer = client.post("/_fake/changes/rename", json={"product": "nothing", "title": "x"})

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_in_demo_shop")


@pytest.mark.parametrize("verb", ["store", "_touch", "__init__"])
def test_only_the_merchants_verbs_can_be_called(shop: ShopifyShop, verb: str) -> None:
    assert shop.app().test_client().post(f"/_fake/changes/{verb}").status_code == 404


def test_a_misspelt_change_is_refused(shop: ShopifyShop) -> None:
    answer = shop.app().test_client().post("/_fake/changes/rename", json={"titel": "x"})

    assert answer.status_code == 400


def test_faults_are_switched_from_outside(shop: ShopifyShop) -> None:
    shop.app().test_client().put("/_fake/faults", json={"too_many": 1.0})

    assert asked(shop).status_code == 429


def test_a_misspelt_fault_is_refused(shop: ShopifyShop) -> None:
    assert shop.app().test_client().put("/_fake/faults", json={"tomany": 1}).status_code == 400


def test_the_clock_is_wound_from_outside(shop: ShopifyShop) -> None:
    before = shop.clock.seconds()

    shop.app().test_client().post("/_fake/clock", json={"advance": 3600})

    assert shop.clock.seconds() - before >= 3600


def test_the_log_names_operations_and_no_secrets(shop: ShopifyShop) -> None:
    asked(shop, json={"query": "query Name { shop { name } }"})

    log = shop.app().test_client().get("/_fake/log")

    assert log.get_json()["entries"][0]["operation"] == "Name"
    assert shop.access_token not in log.text


def test_the_catalogue_is_listed(shop: ShopifyShop) -> None:
    listed = shop.app().test_client().get("/_fake/catalogue").get_json()["products"]

    assert len(listed) == 60


def test_the_connect_line_is_complete(shop: ShopifyShop) -> None:
    line = shop.connect_line("http://127.0.0.1:8081")

    assert line == (
        "regie connect shopify --shop hafen-und-hof.myshopify.com "
        f"--client-id {shop.client_id} --client-secret {shop.client_secret} "
        "--endpoint http://127.0.0.1:8081"
    )


def test_the_served_shop_delivers_by_itself(shop: ShopifyShop) -> None:
    with _Mailbox() as mailbox, serve(shop):
        shop.post.subscribe_by_file("PRODUCTS_UPDATE", mailbox.url)
        shop.changes.rename("hausr-stung-elbe", "Elbe")

        assert mailbox.arrived.wait(5)


def test_a_closed_shop_leaves_no_thread(shop: ShopifyShop) -> None:
    before = threading.active_count()

    serve(shop).stop()

    assert threading.active_count() == before


def test_closing_twice_does_no_harm(shop: ShopifyShop) -> None:
    open_shop = serve(shop)

    open_shop.stop()
    open_shop.stop()

    with pytest.raises(requests.ConnectionError):
        requests.get(open_shop.url, timeout=1)


def test_many_threads_see_one_shop(shop: ShopifyShop, served: Served) -> None:
    headers = {"X-Shopify-Access-Token": shop.access_token}
    seen: list[int] = []

    def ask() -> None:
        answer = requests.post(served.url + ADMIN, json=ASK, headers=headers, timeout=10)
        seen.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [200] * 12


class _Mailbox:
    """Takes one message."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        mailbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.end_headers()
                mailbox.arrived.set()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
