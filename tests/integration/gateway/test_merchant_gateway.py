"""What a merchant can look up about those who read his catalogue."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connector.store import keys as operators
from connector.store.clock import system_clock
from connector.store.database import Database
from gateway.merchant import Office, merchant_gateway
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet
from storefront.disclosure.reception import Reception
from storefront.disclosure.store import agents, grants, keys
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.catalogue import Reader, seed
from tests.kit.floor.world import BOX


class Merchant:
    """A merchant whose catalogue an agent has read."""

    def __init__(self, database: Database) -> None:
        seed(database)
        self._database = database
        with database.write() as connection:
            agents.add(connection, "mer_1", Agent("agt_1", "Finder", Kind.ASSISTANT, "mail"))
            full = Grant("grt_1", "agt_1", frozenset(Group), ProductSet(all=True))
            grants.add(connection, "mer_1", full, 0)
            self.agent_key = keys.add(connection, "mer_1", "agt_1", None, 0)
            self.key = operators.create(connection, "mer_1", operators.OPERATOR, "test", 0)
        self.agent = Reader(database, self.agent_key)
        app = Flask("regie")
        office = Office(
            database,
            database,
            Reception(database, lambda: 1),
            ShopFloor(database, BOX, system_clock),
        )
        app.register_blueprint(merchant_gateway(office))
        self.client = app.test_client()

    def grant(self, grant: Grant) -> None:
        with self._database.write() as connection:
            grants.add(connection, "mer_1", grant, 0)

    def post(self, query: str, key: str | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return self.client.post("/graphql/merchant", json={"query": query}, headers=headers)

    def ask(self, query: str) -> Any:
        found = self.post(query).json
        assert found
        assert "errors" not in found, found
        return found["data"]


@pytest.fixture
def merchant(database: Database) -> Merchant:
    return Merchant(database)


def test_the_register_is_read(merchant: Merchant) -> None:
    found = merchant.ask("{agents {id name kind} grants {agentId tier fields}}")

    assert found["agents"] == [{"id": "agt_1", "name": "Finder", "kind": "assistant"}]
    assert found["grants"][0]["agentId"] == "agt_1"
    assert len(found["grants"][0]["fields"]) == len(Group)


def test_who_saw_a_product_is_told(merchant: Merchant) -> None:
    seen = merchant.agent.data('{product(handle: "mug-1") {id title}}')["product"]["id"]

    found = merchant.ask(f'{{exposureOfProduct(productId: "{seen}") {{agentId answers fields}}}}')

    assert found["exposureOfProduct"] == [
        {"agentId": "agt_1", "answers": 1, "fields": ["Product.id", "Product.title"]}
    ]


def test_what_an_agent_saw_is_told(merchant: Merchant) -> None:
    merchant.agent.data("{products {nodes {id}}}")

    found = merchant.ask('{exposureOfAgent(agentId: "agt_1", first: 1) {productId}}')

    assert len(found["exposureOfAgent"]) == 1


def test_the_newest_entries_are_told(merchant: Merchant) -> None:
    merchant.agent.data('{product(handle: "mug-1") {title}}')

    (found, *_) = merchant.ask("{ledger {agentId decision status fields products}}")["ledger"]

    assert (found["agentId"], found["decision"], found["status"]) == ("agt_1", "answered", 200)
    assert found["fields"] == ["Product.title", "Query.product"]
    assert len(found["products"]) == 1


def test_the_ledger_is_read_page_by_page_back_to_its_first_entry(merchant: Merchant) -> None:
    for _ in range(6):
        merchant.agent.data('{product(handle: "mug-1") {title}}')
    whole = [it["position"] for it in merchant.ask("{ledger(first: 100) {position}}")["ledger"]]

    pages: list[str] = []
    before = ""
    while page := merchant.ask(f"{{ledger(first: 2 {before}) {{position}}}}")["ledger"]:
        pages += [it["position"] for it in page]
        before = f'before: "{pages[-1]}"'

    assert (pages, len(whole)) == (whole, 7)


@pytest.mark.parametrize("position", ["w_nobody:1", "rubbish", "", "w:99999999999999999999"])
def test_behind_a_place_where_nothing_stands_is_nothing(merchant: Merchant, position: str) -> None:
    found = merchant.post(f'{{ledger(before: "{position}") {{position}}}}').json

    assert found
    assert found["errors"][0]["extensions"]["code"] == "unknown_position"


GRANT = """{grants {products {all connections categories collections tags brands products}
  except {all tags} stores requestsPerMinute costPerMinute operations}}"""


def test_a_grant_tells_its_products_stores_budget_and_queries(merchant: Merchant) -> None:
    (full,) = merchant.ask(GRANT)["grants"]
    assert (full["products"]["all"], full["stores"], full["operations"]) == (True, None, [])
    assert (full["requestsPerMinute"], full["costPerMinute"]) == (120, 60_000)
    narrow = Grant(
        "grt_2",
        "agt_1",
        frozenset({Group.IDENTITY}),
        ProductSet(tags=("mugs",), products=("prd_1",)),
        ProductSet(tags=("old",)),
        stores=("loc_2", "loc_1"),
        budget=Budget(7, 70),
        operations=frozenset({"a" * 64}),
    )

    merchant.grant(narrow)

    told = merchant.ask(GRANT)["grants"][1]
    assert told["products"] == {
        "all": False,
        "connections": [],
        "categories": [],
        "collections": [],
        "tags": ["mugs"],
        "brands": [],
        "products": ["prd_1"],
    }
    assert told["except"] == {"all": False, "tags": ["old"]}
    assert told["stores"] == ["loc_1", "loc_2"]
    assert (told["requestsPerMinute"], told["costPerMinute"]) == (7, 70)
    assert told["operations"] == ["a" * 64]


def test_an_agent_reads_no_books(merchant: Merchant) -> None:
    found = merchant.post("{agents {id}}", merchant.agent_key)

    assert found.status_code == 403
    assert b"Finder" not in found.data


@pytest.mark.parametrize("key", ["rgk_wrong", "rga_wrong"])
def test_a_wrong_key_opens_nothing(merchant: Merchant, key: str) -> None:
    assert merchant.post("{agents {id}}", key).status_code == 401


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "graphql_syntax"),
        ("{nothing}", "graphql_invalid"),
        ("{ledger(first: 101) {agentId}}", "bad_page_size"),
        ("mutation {erase}", "graphql_invalid"),
    ],
)
def test_a_query_that_cannot_be_run_has_a_code(merchant: Merchant, query: str, code: str) -> None:
    found = merchant.post(query).json

    assert found
    assert found["errors"][0]["extensions"]["code"] == code


PREVIEW = """{preview(agent: "Finder", purpose: "compare" %s) {
  tier purpose region products of onlyListedQueries until code reason
  parts {products withheld price stock stores} product
}}"""


def test_a_preview_says_what_the_agent_then_gets(merchant: Merchant) -> None:
    told = merchant.ask(PREVIEW % "")["preview"]

    answer = merchant.agent.ask("{products {totalCount nodes {id}}}")["data"]["products"]
    assert told["products"] == answer["totalCount"]
    assert (told["tier"], told["code"], told["product"]) == ("contract", None, None)
    (part,) = told["parts"]
    assert (part["price"], part["stores"]) == ("exact", None)
    product_id = answer["nodes"][0]["id"]
    shown = merchant.ask(PREVIEW % f', productId: "{product_id}"')["preview"]["product"]
    assert shown["id"] == product_id


def test_a_preview_uses_no_key_that_has_ended(merchant: Merchant, database: Database) -> None:
    with database.write() as connection:
        (key,) = keys.all_of(connection, "mer_1", "agt_1")
        keys.end(connection, "mer_1", key.id, 2000, 1000)

    told = merchant.ask(PREVIEW % "")["preview"]

    assert (told["tier"], told["products"]) == ("claimed", 0)


def test_a_preview_leaves_nothing_on_record(merchant: Merchant) -> None:
    before = merchant.ask("{ledger {position}}")

    merchant.ask(PREVIEW % ', region: "NL"')

    assert merchant.ask("{ledger {position}}") == before
    assert merchant.ask('{exposureOfAgent(agentId: "agt_1") {productId}}')["exposureOfAgent"] == []


def test_a_preview_says_why_an_agent_sees_nothing(merchant: Merchant) -> None:
    told = merchant.ask('{preview(agent: "anonymous") {products of code reason product}}')[
        "preview"
    ]

    assert told["products"] == 0
    assert told["of"] > 0
    assert told["code"]
    assert told["reason"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ('agent: "Nobody"', "no_agent"),
        ('agent: "Finder", purpose: "spying"', "bad_purpose"),
        ('agent: "Finder", region: "Holland"', "bad_region"),
    ],
)
def test_a_preview_of_nonsense_names_the_field(merchant: Merchant, words: str, code: str) -> None:
    found = merchant.post(f"{{preview({words}) {{products}}}}").json

    assert found
    assert found["errors"][0]["extensions"]["code"] == code
