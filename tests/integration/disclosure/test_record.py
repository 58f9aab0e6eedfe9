"""What is put on record of each answer, and what the asker takes home."""

from typing import Any

import pytest

from connector.store.database import Database
from storefront.disclosure.ledger.receipt import read_receipt
from tests.kit.catalogue import Reader
from tests.kit.disclosure.shop import FULL, QUERY, SHOW, Shop


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_every_answer_carries_a_receipt_that_names_its_entry(shop: Shop) -> None:
    shop.grant(FULL)

    found = shop.agent.post({"query": QUERY})
    receipt = read_receipt(found.headers["Regie-Receipt"])

    (entry,) = shop.entries()
    assert (receipt.writer, receipt.seq, receipt.hash) == (
        entry.writer,
        entry.seq,
        entry.hash.hex(),
    )


def test_the_ledger_says_who_asked_and_what_went_out(shop: Shop) -> None:
    shop.grant(SHOW)

    found = shop.agent.post({"query": '{product(handle: "mug-1") {id title}}'})
    (entry,) = shop.entries()

    assert (entry.agent, entry.tier, entry.purpose, entry.status) == ("agt_1", 3, "search", 200)
    assert entry.size == len(found.data)
    shown = shop.shown(entry)
    assert shown.fields == ("Product.id", "Product.title", "Query.product")
    assert shown.products == (found.json["data"]["product"]["id"],)  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{"}, "graphql_syntax"),
        ({"query": "{nothing}"}, "graphql_invalid"),
        ({"query": "{products(first: 0) {totalCount}}"}, "bad_page_size"),
        ({"query": 7}, "bad_graphql_request"),
        ([], "bad_graphql_request"),
    ],
)
def test_a_refused_request_is_on_record(shop: Shop, body: Any, code: str) -> None:
    shop.grant(SHOW)

    shop.agent.post(body)

    (entry,) = shop.entries()
    assert (entry.decision, entry.code, entry.detail) == ("refused", code, None)


def test_a_stranger_is_on_record(shop: Shop) -> None:
    Reader(shop.database, None).post({"query": QUERY})
    Reader(shop.database, "rga_wrong").post({"query": QUERY})

    assert [(it.agent, it.code, it.status) for it in shop.entries()] == [
        ("anonymous", "key_required", 401)
    ] * 2


def test_the_same_answer_twice_is_two_entries_with_one_detail(shop: Shop) -> None:
    shop.grant(FULL)

    first, second = shop.agent.post({"query": QUERY}), shop.agent.post({"query": QUERY})

    one, two = shop.entries()
    assert (first.data, one.detail) == (second.data, two.detail)
    assert first.headers["Regie-Receipt"] != second.headers["Regie-Receipt"]


def test_a_get_can_be_asked_again_by_its_validator(shop: Shop) -> None:
    shop.grant(FULL)
    first = shop.agent.client.get(
        "/graphql", query_string={"query": QUERY}, headers=shop.agent.headers
    )
    again = {**shop.agent.headers, "If-None-Match": first.headers["ETag"]}

    second = shop.agent.client.get("/graphql", query_string={"query": QUERY}, headers=again)

    assert (second.status_code, second.data) == (304, b"")
    assert [it.decision for it in shop.entries()] == ["answered", "not_modified"]
    assert shop.entries()[0].detail == shop.entries()[1].detail


def test_after_a_revocation_a_validator_helps_no_more(shop: Shop) -> None:
    shop.grant(FULL)
    first = shop.agent.client.get(
        "/graphql", query_string={"query": QUERY}, headers=shop.agent.headers
    )
    shop.revoke("grt_1")

    again = {**shop.agent.headers, "If-None-Match": first.headers["ETag"]}
    second = shop.agent.client.get("/graphql", query_string={"query": QUERY}, headers=again)

    assert second.status_code == 403


def test_what_was_withheld_is_not_on_record_as_shown(shop: Shop) -> None:
    shop.grant(SHOW)

    shop.agent.ask(
        '{product(handle: "mug-1") {title description {plain} variants {price {amount}}}}'
    )

    (entry,) = shop.entries()
    assert shop.shown(entry).fields == ("Product.title", "Product.variants", "Query.product")
