"""Lists that end on a later page, go on for ever so long, or lose their owner on the way."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.errors import UnknownShape
from connector.platforms.shopify.lists import Listing, OwnerGone, changed_since
from connector.platforms.shopify.order.part_state import read_state
from connector.platforms.shopify.order.refusals import PartGone
from connector.platforms.shopify.paging import Nodes, PageInfo
from connector.platforms.shopify.product.payload import Ref
from tests.kit.shops.shopify_calls import URL

COLLECTIONS = Listing("product_collections", "collections", Ref)
LOCATIONS = Listing("locations", "locations", Ref)
PART = "gid://shopify/FulfillmentOrder/1"


def page(*ids: str, after: str | None = None) -> dict[str, Any]:
    info = {"hasNextPage": after is not None, "endCursor": after}
    return {"nodes": [{"id": each} for each in ids], "pageInfo": info}


def first(*ids: str, after: str | None) -> Nodes[Ref]:
    return Nodes([Ref(each) for each in ids], PageInfo(after is not None, after))


def cursors(shop: responses.RequestsMock) -> list[Any]:
    return [json.loads(call.request.body or "")["variables"]["after"] for call in shop.calls]


def test_a_list_begins_with_the_page_that_is_here(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json={"data": {"product": {"collections": page("b", after="2")}}})
    shop.post(URL, json={"data": {"product": {"collections": page("c")}}})

    found = COLLECTIONS.rest(client, "p", first("a", after="1"))

    assert ([each.id for each in found], cursors(shop)) == (["a", "b", "c"], ["1", "2"])


def test_a_list_of_one_page_is_not_asked_for_again(client: ShopifyClient) -> None:
    assert COLLECTIONS.rest(client, "p", first("a", after=None)) == [Ref("a")]


def test_an_owner_that_is_deleted_between_two_pages_is_told(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json={"data": {"product": None}})

    with pytest.raises(OwnerGone):
        COLLECTIONS.rest(client, "p", first("a", after="1"))


def test_a_page_without_its_list_is_no_answer(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json={"data": {"product": {}}})

    with pytest.raises(UnknownShape):
        COLLECTIONS.rest(client, "p", first("a", after="1"))


def test_a_list_of_the_shop_asks_for_a_page_only_when_it_is_needed(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json={"data": {"locations": page("a", after="1")}})
    shop.post(URL, json={"data": {"locations": page("b")}})
    found = LOCATIONS.every(client)

    assert (next(found).id, cursors(shop)) == ("a", [None])
    assert ([each.id for each in found], cursors(shop)) == (["b"], [None, "1"])


def test_a_part_that_goes_while_its_pieces_are_read_is_gone(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    none: dict[str, Any] = {"nodes": []}
    info = {"hasNextPage": True, "endCursor": "1"}
    part = {
        "id": PART,
        "status": "OPEN",
        "deliveryMethod": None,
        "lineItems": {"nodes": [], "pageInfo": info},
        "fulfillments": none,
        "fulfillmentHolds": [],
    }
    shop.post(URL, json={"data": {"fulfillmentOrder": part}})
    shop.post(URL, json={"data": {"fulfillmentOrder": None}})

    with pytest.raises(PartGone):
        read_state(client, PART)


def test_what_changed_at_that_moment_is_asked_for_too() -> None:
    asked = changed_since(datetime(2026, 11, 21, 12, tzinfo=UTC))

    assert asked == "updated_at:>='2026-11-21T12:00:00Z'"
