"""Agents at the door: what a grant shows over HTTP, with receipt, budget and ledger."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import orjson
import pytest
from msgspec import structs
from sqlalchemy import Connection

from connector.store.database import Database
from connector.store.search.choose import choose
from storefront.disclosure.agent import Agent, Kind, Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, Price, ProductSet, Stock
from storefront.disclosure.ledger.entry import Entry, Shown
from storefront.disclosure.ledger.receipt import read_receipt
from storefront.disclosure.store import agents, grants, keys, ledger, operations, terms
from tests.catalogue import Reader, seed

AGENT = Agent("agt_1", "Finder", Kind.ASSISTANT, "mail@finder.example", claims=("FinderBot",))
SHOW = Grant("grt_1", "agt_1", frozenset({Group.IDENTITY}), ProductSet(all=True))
FULL = structs.replace(SHOW, fields=frozenset(Group))
QUERY = """{ products(first: 5) { totalCount nodes { title description { plain } availability
  variants { price { amount } inventory { locationId available store { name } } } } } }"""


class Shop:
    """A seeded catalogue, its register, and an agent that asks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        seed(database)
        with database.write() as connection:
            agents.add(connection, "mer_1", AGENT)
            self.key = keys.add(connection, "mer_1", "agt_1", None, 0)
        self.agent = Reader(database, self.key)

    def grant(self, new: Grant) -> None:
        with self.database.write() as connection:
            grants.add(connection, "mer_1", new, 0)

    def revoke(self, grant_id: str) -> None:
        with self.database.write() as connection:
            grants.revoke(connection, "mer_1", grant_id, 1)

    def entries(self) -> list[Entry]:
        with self.database.read() as connection:
            found = ledger.newest(connection, "mer_1", limit=1000)
        return sorted((it for it in found if it.decision != "opened"), key=lambda it: it.seq)

    def shown(self, entry: Entry) -> Shown:
        with self.database.read() as connection:
            payloads = ledger.details(connection, "mer_1", [entry.detail or b""])
        return msgspec.json.decode(payloads[entry.detail or b""] or b"", type=Shown)


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def nodes(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer["data"]["products"]["nodes"]
    return found


def test_a_key_without_a_grant_opens_nothing(shop: Shop) -> None:
    found = shop.agent.post({"query": QUERY})

    assert (found.status_code, shop.agent.code(QUERY)) == (403, "agent_not_admitted")


def test_a_withheld_field_is_null_and_named(shop: Shop) -> None:
    shop.grant(SHOW)

    found = shop.agent.ask(QUERY)

    assert {it["description"] for it in nodes(found)} == {None}
    assert "errors" not in found
    assert set(found["extensions"]["withheld"]) == {
        "Product.availability",
        "Product.description",
        "Variant.inventory",
        "Variant.price",
    }


def test_a_full_grant_shows_what_an_operator_sees_of_what_may_be_shown(shop: Shop) -> None:
    shop.grant(FULL)

    found = shop.agent.ask(QUERY)

    assert "extensions" not in found
    assert all(it["variants"][0]["price"] for it in nodes(found))


def test_a_revoked_grant_closes_at_once_cached_answers_too(shop: Shop) -> None:
    shop.grant(FULL)
    assert nodes(shop.agent.ask(QUERY))
    assert nodes(shop.agent.ask(QUERY))

    shop.revoke("grt_1")

    assert shop.agent.code(QUERY) == "agent_not_admitted"


def test_a_revoked_key_closes_at_once(shop: Shop) -> None:
    shop.grant(FULL)
    assert nodes(shop.agent.ask(QUERY))
    with shop.database.write() as connection:
        (key,) = keys.all_of(connection, "mer_1", "agt_1")
        keys.end(connection, "mer_1", key.id, 1, 1)

    assert shop.agent.code(QUERY) == "key_required"


def test_a_revoked_agent_closes_with_all_its_keys(shop: Shop) -> None:
    shop.grant(FULL)
    assert nodes(shop.agent.ask(QUERY))
    with shop.database.write() as connection:
        agents.revoke(connection, "mer_1", "agt_1", 1)

    assert shop.agent.code(QUERY) == "key_required"


def test_prices_can_be_rounded(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, price=Price.ROUNDED))

    found = shop.agent.ask(QUERY)

    assert found["extensions"]["rounded"] == ["Money.amount"]
    amounts = [v["price"]["amount"] for it in nodes(found) for v in it["variants"]]
    assert amounts
    assert all(int(f"{amount}"[2:] or 0) == 0 for amount in amounts)


def test_stock_can_be_told_in_words_only(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, stock=Stock.BAND))

    found = nodes(shop.agent.ask(QUERY))

    levels = [level for it in found for v in it["variants"] for level in v["inventory"]]
    assert levels
    assert {level["available"] for level in levels} == {None}
    assert {it["availability"] for it in found} > {None} or all(it["availability"] for it in found)


def test_stock_of_a_store_that_is_not_granted_is_not_told(shop: Shop) -> None:
    stores = [
        it["id"] for it in Reader(shop.database, seed_key(shop)).data("{stores {id}}")["stores"]
    ]
    shop.grant(structs.replace(FULL, stores=(stores[0],)))

    found = shop.agent.data("{stores {id}}")["stores"]
    levels = [
        level["locationId"]
        for it in nodes(shop.agent.ask(QUERY))
        for v in it["variants"]
        for level in v["inventory"]
    ]

    assert [it["id"] for it in found] == [stores[0]]
    assert set(levels) <= {stores[0]}


def seed_key(shop: Shop) -> str:
    from connector.store import keys as operators  # noqa: PLC0415 - another kind of key

    with shop.database.write() as connection:
        return operators.create(connection, "mer_1", operators.OPERATOR, "test", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        "sort: PRICE_ASC",
        'filter: {price: {currency: "EUR", max: 2000}}',
        "filter: {inStock: true}",
        'filter: {inStockAt: "loc"}',
        'filter: {attributes: [{key: "material", values: ["steel"]}]}',
    ],
)
def test_nothing_is_learned_by_asking_around_a_withheld_field(shop: Shop, arguments: str) -> None:
    shop.grant(SHOW)

    assert shop.agent.code(f"{{products({arguments}) {{totalCount}}}}") == "field_not_shared"


def test_a_narrow_grant_hides_all_other_products(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, include=ProductSet(categories=("jugs",))))

    found = shop.agent.data("{products {totalCount nodes {handle}}}")["products"]

    assert found == {"totalCount": 1, "nodes": [{"handle": "mug-2"}]}


def test_a_hidden_product_is_as_one_that_is_not_there(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, include=ProductSet(categories=("jugs",))))

    hidden = shop.agent.post({"query": '{product(handle: "mug-1") {id}}'})
    missing = shop.agent.post({"query": '{product(handle: "nothing") {id}}'})

    assert hidden.data == missing.data


def test_two_grants_show_of_each_product_what_it_is_granted(shop: Shop) -> None:
    shop.grant(SHOW)
    jugs = structs.replace(FULL, id="grt_2", include=ProductSet(categories=("jugs",)))
    shop.grant(jugs)

    found = {it["title"]: it["availability"] for it in nodes(shop.agent.ask(QUERY))}

    assert found == {"Enamel mug": None, "Enamel jug": "OUT_OF_STOCK"}


def test_a_list_narrowed_by_price_holds_only_products_whose_price_is_shown(shop: Shop) -> None:
    shop.grant(SHOW)
    shop.grant(structs.replace(FULL, id="grt_2", include=ProductSet(categories=("jugs",))))

    found = shop.agent.data("{products(sort: PRICE_ASC) {totalCount nodes {handle}}}")["products"]

    assert found == {"totalCount": 1, "nodes": [{"handle": "mug-2"}]}


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
    ] * 2 or len(shop.entries()) == 2


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


def test_a_budget_of_requests_ends(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, budget=Budget(2, 1000)))

    codes = [shop.agent.post({"query": "{merchant {name}}"}) for _ in range(3)]

    assert [it.status_code for it in codes] == [200, 200, 429]
    assert 1 <= int(codes[2].headers["Retry-After"]) <= 60
    assert '"requests";r=0' in codes[1].headers["RateLimit"]


def test_a_budget_of_cost_ends(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, budget=Budget(100, 25)))

    found = [shop.agent.code("{products(first: 20) {totalCount}}") for _ in range(2)]

    assert found == [None, "rate_limited"]


def test_cached_answers_count_as_well(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, budget=Budget(2, 10_000)))

    found = [shop.agent.code(QUERY) for _ in range(3)]

    assert found == [None, None, "rate_limited"]


def test_a_purpose_that_is_not_granted_is_refused(shop: Shop) -> None:
    shop.grant(FULL)

    found = shop.agent.post({"query": QUERY}, **{"Regie-Purpose": "training"})
    odd = shop.agent.post({"query": QUERY}, **{"Regie-Purpose": "fun"})

    assert (found.status_code, odd.status_code) == (403, 400)


def test_a_region_opens_what_is_granted_there(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, regions=frozenset({"NL"})))

    found = [shop.agent.post({"query": QUERY}, **headers) for headers in regions()]

    assert [it.status_code for it in found] == [403, 403, 200, 400]


def regions() -> Iterator[Mapping[str, str]]:
    yield {}
    for name in ("DE", "NL", "Holland"):
        yield {"Regie-Region": name}


def test_terms_must_be_accepted(shop: Shop) -> None:
    shop.grant(FULL)
    with shop.database.write() as connection:
        newest = terms.publish(connection, "mer_1", "Be kind.", 0)
        (key,) = keys.all_of(connection, "mer_1", "agt_1")

    assert shop.agent.code(QUERY) == "terms_required"
    with shop.database.write() as connection:
        keys.accept_terms(connection, "mer_1", key.id, newest.version)
    found = shop.agent.post({"query": QUERY})
    assert read_receipt(found.headers["Regie-Receipt"]).terms_digest == newest.digest


def test_a_grant_to_everyone_needs_no_key(shop: Shop) -> None:
    shop.grant(structs.replace(SHOW, agent_id=None, tier=Tier.ANONYMOUS))

    assert Reader(shop.database, None).data("{products {totalCount}}")


def test_an_agent_that_says_its_name_is_claimed_and_no_more(shop: Shop) -> None:
    shop.grant(structs.replace(SHOW, tier=Tier.CLAIMED))
    stranger = Reader(shop.database, None)

    found = stranger.post({"query": "{__typename}"}, **{"User-Agent": "Mozilla FinderBot/1.0"})

    assert found.status_code == 200
    assert (shop.entries()[-1].agent, shop.entries()[-1].tier) == ("agt_1", 1)
    assert stranger.code("{__typename}") == "key_required"


def test_a_listed_operation_is_asked_for_by_its_hash(shop: Shop) -> None:
    with shop.database.write() as connection:
        digest = operations.keep(connection, "mer_1", "{products {totalCount}}", 0)
    shop.grant(structs.replace(FULL, operations=frozenset({digest})))
    wanted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}

    assert shop.agent.post(wanted).json["data"]["products"]["totalCount"] == 2  # type: ignore[index]
    assert shop.agent.code("{merchant {name}}") == "operation_not_allowed"


def test_a_hash_that_is_not_known_asks_for_the_text(shop: Shop) -> None:
    shop.grant(FULL)
    wanted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}}}

    found = orjson.loads(shop.agent.post(wanted).data)

    assert found["errors"][0]["message"].startswith("PersistedQueryNotFound")


def test_training_needs_its_own_word(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, purposes=frozenset({Purpose.TRAINING})))

    assert shop.agent.code(QUERY) == "agent_not_admitted"
    found = shop.agent.post({"query": QUERY}, **{"Regie-Purpose": "training"})
    assert found.status_code == 200


def test_a_tombstone_comes_only_for_what_was_seen(shop: Shop) -> None:
    shop.grant(FULL)
    changed = "{changes(since: 0) {nodes {productId deleted product {title}} nextSince hasMore}}"
    everything = shop.agent.data(changed)["changes"]["nodes"]
    shop.revoke("grt_1")
    shop.grant(structs.replace(FULL, id="grt_2", include=ProductSet(categories=("jugs",))))

    narrow = shop.agent.data(changed)["changes"]

    assert not any(it["deleted"] for it in everything)
    gone = {it["productId"] for it in narrow["nodes"] if it["deleted"]}
    assert gone == {it["productId"] for it in everything} - {
        it["productId"] for it in narrow["nodes"] if not it["deleted"]
    }
    assert len(gone) == 1


def test_a_search_is_never_answered_from_before_the_index_followed(shop: Shop) -> None:
    shop.grant(FULL)
    query = '{products(filter: {text: "enamel"}, sort: RELEVANCE) {nodes {handle}}}'
    with shop.database.write() as connection:
        forget_all(connection)
    before = shop.agent.data(query)

    choose(shop.database, products=0, folder=None).rebuild("mer_1")

    assert before == {"products": {"nodes": []}}
    assert shop.agent.data(query)["products"]["nodes"]


def forget_all(connection: Connection) -> None:
    for table in ("search_entry", "search_position"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names


@pytest.mark.parametrize("word", ["enamel", "steel"])
def test_a_search_does_not_look_into_what_is_withheld(shop: Shop, word: str) -> None:
    query = f'{{products(filter: {{text: "{word}"}}) {{nodes {{handle}}}}}}'
    shop.grant(FULL)
    whole = shop.agent.data(query)["products"]["nodes"]
    shop.revoke("grt_1")
    shop.grant(structs.replace(SHOW, id="grt_2"))

    limited = shop.agent.data(query)["products"]["nodes"]

    assert whole
    assert limited == (whole if word == "enamel" else [])


def test_what_was_withheld_is_not_on_record_as_shown(shop: Shop) -> None:
    shop.grant(SHOW)

    shop.agent.ask(
        '{product(handle: "mug-1") {title description {plain} variants {price {amount}}}}'
    )

    (entry,) = shop.entries()
    assert shop.shown(entry).fields == ("Product.title", "Product.variants", "Query.product")
