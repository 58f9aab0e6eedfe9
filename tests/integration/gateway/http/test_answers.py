"""What an answer of `/graphql` tells, and what it keeps to itself when something is broken."""

import re

import pytest
from flask import Flask

from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.secrets import SecretBox
from gateway import Gate, gateway
from regie.app import create_app
from regie.house import House
from regie.settings import Settings
from tests.kit.catalogue import QUERY, Reader, code
from tests.kit.samples import product

pytestmark = pytest.mark.usefixtures("key")


def test_answers_are_kept_by_nobody(reader: Reader) -> None:
    assert reader.post(QUERY).headers["Cache-Control"] == "private, no-store"


def test_an_answer_tells_what_it_cost(reader: Reader) -> None:
    found = reader.post({"query": "{products(first: 7) {totalCount}}"})

    assert found.headers["Regie-Cost"] == "cost=7, limit=10000"


def spoil(database: Database, document: bytes) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE product SET document = ?, brief = NULL WHERE id = ?", (document, product(1).id)
        )


def test_a_document_that_lacks_an_optional_fact_gives_null(
    database: Database, reader: Reader
) -> None:
    spoil(database, b'{"id": "1", "title": "Mug"}')

    found = reader.data(
        '{product(handle: "mug-1") {title brand safety {warnings} priceRange {min {amount}}}}'
    )

    assert found["product"] == {"title": "Mug", "brand": None, "safety": None, "priceRange": None}


@pytest.mark.parametrize(
    "document",
    [b'{"id": "1", "secret": "hunter2"}', b'{"status": "hunter2"}', b"hunter2", b'"hunter2"'],
)
def test_a_broken_document_gives_a_number_and_no_text(
    database: Database, reader: Reader, document: bytes
) -> None:
    spoil(database, document)

    found = reader.post({"query": '{product(handle: "mug-1") {title status media {url}}}'})

    (error,) = found.json["errors"][:1]
    assert (error["extensions"]["code"], b"hunter2" in found.data) == ("internal", False)


def test_a_shop_that_was_never_synced_says_so(database: Database, reader: Reader) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE connection SET as_of = NULL, lag_ms = NULL, shop_facts = NULL"
        )

    shops = reader.data("{merchant {shops {name freshness {asOf lagSeconds} policies {url}}}}")

    assert shops["merchant"]["shops"] == [
        {"name": None, "freshness": {"asOf": None, "lagSeconds": None}, "policies": []}
    ]


def test_an_internal_error_has_a_number_for_the_log(database: Database, reader: Reader) -> None:
    spoil(database, b"{}")

    found = reader.ask('{product(handle: "mug-1") {title}}')

    assert re.fullmatch("[0-9a-f]{32}", found["errors"][0]["extensions"]["incident"])


def test_a_failure_before_the_query_leaks_nothing_either() -> None:
    app = Flask("regie")
    app.register_blueprint(gateway(Gate(None)))  # type: ignore[arg-type]  # a bug of ours

    found = app.test_client().post("/graphql", json=QUERY, headers={"Authorization": "Bearer x"})

    assert (found.status_code, code(found.json), b"None" in found.data) == (500, "internal", False)


def test_a_database_that_does_not_answer_is_told_without_its_address(
    database: Database, key: str
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE search_entry")

    found = Reader(database, key).post({"query": '{products(filter: {text: "mug"}) {totalCount}}'})

    assert (code(found.json), b"search_entry" in found.data, b"SELECT" in found.data) == (
        "internal",
        False,
        False,
    )


def test_a_long_value_is_not_echoed_in_full(reader: Reader) -> None:
    found = reader.post({"query": "query ($n: Int) {__typename}", "variables": {"n": "x" * 90_000}})

    assert len(found.data) < 2_000


def test_the_house_serves_the_gateway(database: Database, key: str, tmp_path: object) -> None:
    settings = Settings(home=str(tmp_path))
    house = House(settings, database, database, SecretBox(["k" * 32]), system_clock, "test")
    client = create_app(house).test_client()

    found = client.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {key}"})

    assert found.json == {"data": {"merchant": {"name": "Hafen"}}}
