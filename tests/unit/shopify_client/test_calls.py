"""What the client sends to Shopify, and what it understands of the answer."""

import json

import pytest
import responses
from msgspec import Struct

from connector.platforms.errors import NotJson
from connector.platforms.shopify import errors
from connector.platforms.shopify.access.domain import InvalidShop
from connector.platforms.shopify.access.token import FixedToken
from connector.platforms.shopify.client import ShopifyClient, connect
from connector.platforms.shopify.document import BadDocument
from connector.platforms.shopify.version import TARGET, VersionUnsupported
from connector.platforms.transport import Transport
from tests.kit.shops.shopify_calls import ANSWER, QUERY, SHOP, URL, recorded, run


class Shop(Struct):
    name: str


class Answer(Struct):
    shop: Shop


def test_an_answer_is_decoded_into_the_type_asked_for(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=ANSWER)

    assert client.execute(QUERY, type=Answer) == Answer(Shop("Hafen & Hof"))


def test_the_request_carries_token_document_and_variables(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=ANSWER)

    run(client, "query A($n: Int) { shop { name } }", variables={"n": 1})

    sent = shop.calls[0].request
    assert sent.headers["X-Shopify-Access-Token"] == "shpat_0"
    assert json.loads(sent.body or "")["variables"] == {"n": 1}


def test_an_operation_is_read_from_its_file(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    recorded(shop, "shop")

    assert run(client, "shop")["shop"]["myshopifyDomain"] == SHOP


@pytest.mark.parametrize("name", ["evil.com", "127.0.0.1:9", "a.myshopify.com.evil.com", "", "a"])
def test_no_client_is_made_for_a_foreign_shop(name: str) -> None:
    with Transport() as transport, pytest.raises(InvalidShop):
        ShopifyClient(name, FixedToken("x"), TARGET, transport)


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"{}", b"[]", b'{"data": {"shop": 1}}', b'{"data": null}', b"{"]
)
def test_an_unknown_answer_is_malformed(
    client: ShopifyClient, shop: responses.RequestsMock, body: bytes
) -> None:
    shop.post(URL, body=body)

    with pytest.raises((NotJson, errors.UnknownShape)):
        client.execute(QUERY, type=Answer)


def test_a_redirect_is_an_error_and_the_token_goes_nowhere_else(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=301, headers={"Location": "https://evil.com/"})

    with pytest.raises(errors.UnexpectedStatus):
        run(client)

    assert len(shop.calls) == 1


def test_another_version_in_the_answer_is_accepted_down_to_the_oldest(
    client: ShopifyClient, shop: responses.RequestsMock, capsys: pytest.CaptureFixture[str]
) -> None:
    for served in ("2026-07", "2026-07", "2026-04"):
        shop.post(URL, json=ANSWER, headers={"X-Shopify-API-Version": served})

    run(client)
    run(client)
    assert capsys.readouterr().out.count("shopify.version_differs") == 1
    with pytest.raises(VersionUnsupported):
        run(client)


@pytest.mark.parametrize(
    ("handles", "chosen"),
    [(["2026-07", "2026-10"], "2026-10"), (["2026-04", "2026-07"], "2026-07")],
)
def test_the_newest_version_that_both_know_is_spoken(
    shop: responses.RequestsMock, handles: list[str], chosen: str
) -> None:
    known = [{"handle": handle, "supported": True} for handle in handles]
    shop.post(URL, json={"data": {"publicApiVersions": known}})

    with Transport() as transport:
        assert connect(SHOP, FixedToken("x"), transport).version == chosen


def test_a_shop_without_a_common_version_is_refused(shop: responses.RequestsMock) -> None:
    known = [{"handle": "2026-10", "supported": False}, {"handle": "2025-10", "supported": True}]
    shop.post(URL, json={"data": {"publicApiVersions": known}})

    with Transport() as transport, pytest.raises(VersionUnsupported):
        connect(SHOP, FixedToken("x"), transport)


def test_the_clock_difference_of_the_last_answer_is_kept(shop: responses.RequestsMock) -> None:
    shop.post(URL, json=ANSWER, headers={"Date": "Sat, 21 Nov 2026 12:00:30 GMT"})

    with Transport(clock=lambda: 1795262400.0) as transport:
        client = ShopifyClient(SHOP, FixedToken("x"), TARGET, transport)
        run(client)

    assert client.skew_seconds == 30


def test_no_error_shows_a_token_or_a_variable(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    leak = "no shpat_TEST_1234 with Bearer opaque-opaque"
    shop.post(URL, json={"errors": [{"message": leak, "extensions": {"value": "Mara"}}]})

    with pytest.raises(errors.QueryRefused) as error:
        run(client)

    told = str(error.value) + str(error.value.details())
    assert not any(word in told for word in ("shpat", "opaque", "Mara"))


@pytest.mark.parametrize(
    "text", ["nonsense {", "{ a } { b }", "no_such_file", "fragment F on A { b }"]
)
def test_a_document_that_is_not_one_operation_is_our_fault(
    client: ShopifyClient, text: str
) -> None:
    with pytest.raises(BadDocument):
        run(client, text)
