"""The fake shop over HTTP: its door, its exports, its threads."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self

import pytest
import requests

from regie.demo.shopify import HAFEN_UND_HOF, Served, ShopifyShop, serve
from tests.kit.shops.fake_shopify import ADMIN, ASK, asked


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


def _exported(shop: ShopifyShop) -> str:
    query = "{ products { edges { node { id } } } }"
    run = f'mutation {{ bulkOperationRunQuery(query: "{query}") {{ bulkOperation {{ id }} }} }}'
    wanted = asked(shop, json={"query": run}).get_json()
    poll = 'query { bulkOperation(id: "%s") { url } }'
    shop.clock.advance(5)
    key = wanted["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    return str(asked(shop, json={"query": poll % key}).get_json()["data"]["bulkOperation"]["url"])


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
