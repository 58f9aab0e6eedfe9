"""Shops that answer otherwise than most are read nevertheless."""

import pytest
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from tests.kit.shops.loopback import Asked, Reply, loopback
from tests.kit.shops.woo import open_at


def test_a_shop_that_ignores_the_fields_asked_for_gives_the_same_digest_each_time() -> None:
    """Old shops send everything, and shuffle `related_ids` each time."""
    shuffled = iter(range(1000))

    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        body = (
            f'[{{"id":7,"name":"Pan \\"_links\\":","price":"","related_ids":[{next(shuffled)}],'
            '"meta_data":[],"_links":{"self":[]}}]'
        )
        return Reply(body.encode(), headers={"X-WP-Total": "1"})

    digests = []
    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        for _ in range(2):
            (page,) = shop.full(None)
            digests.append(page.records[0].digest)
        shop.close()

    assert digests[0] == digests[1]


def test_a_list_out_of_order_is_not_believed() -> None:
    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        return Reply(b'[{"id":7},{"id":5}]', headers={"X-WP-Total": "2"})

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        with pytest.raises(Exception, match="order of ids"):
            list(shop.full(None))
        shop.close()


@pytest.mark.parametrize(
    ("index", "zone"),
    [
        ('"timezone_string":"Asia/Jerusalem","gmt_offset":2', "Asia/Jerusalem"),
        ('"timezone_string":"","gmt_offset":1', "Etc/GMT-1"),
        ('"timezone_string":"","gmt_offset":"-5"', "Etc/GMT+5"),
        ('"timezone_string":"","gmt_offset":5.5', "UTC"),
        ('"gmt_offset":0', "UTC"),
    ],
)
def test_a_site_may_know_its_zone_or_only_its_distance(index: str, zone: str) -> None:
    def answer(asked: Asked) -> Reply:
        found = _old_shop(asked)
        if asked.path != "/wp-json/":
            return found
        return structs.replace(found, body=found.body.replace(b"{", f"{{{index},".encode(), 1))

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        context = shop.prepare()
        shop.close()

    assert (context.shop.timezone, context.shop.language) == (zone, None)


def test_a_sweep_is_not_stopped_by_items_that_the_shop_counts_and_never_shows() -> None:
    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        return Reply(b'[{"id":5},{"id":7}]', headers={"X-WP-Total": "3"})

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        listed = [each.external_id for each in shop.listing()]
        shop.close()

    assert listed == ["5", "7"]


def test_a_sweep_is_stopped_by_a_list_that_never_stands_still() -> None:
    numbers = iter(range(1, 100))

    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        return Reply(f'[{{"id":{next(numbers)}}}]'.encode(), headers={"X-WP-Total": "3"})

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        with pytest.raises(PlatformUnavailable):
            list(shop.listing())
        shop.close()


def _old_shop(asked: Asked) -> Reply:
    home = f"http://{asked.headers['Host']}"
    if asked.path == "/wp-json/":
        return Reply(f'{{"name":"Old","home":"{home}","namespaces":["wc/v3"]}}'.encode())
    if "currencies" in asked.path:
        return Reply(b'{"code":"EUR"}')
    if "brands" in asked.path or "system_status" in asked.path:
        return Reply(b'{"code":"rest_no_route","message":""}', status=404)
    return Reply(b"[]", headers={"X-WP-Total": "0"})
