"""What a grant shows of products, and what it keeps to itself."""

import pytest
from msgspec import structs
from sqlalchemy import Connection

from connector.store.database import Database
from connector.store.search.choose import choose
from storefront.disclosure.grant import Price, ProductSet, Stock
from tests.kit.catalogue import Reader
from tests.kit.disclosure.shop import FULL, QUERY, SHOW, Shop, nodes


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


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
    assert all(it["availability"] for it in found)


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
