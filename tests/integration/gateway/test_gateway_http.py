"""The route `/graphql` over HTTP: who may ask, in which form, and what an answer tells."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from connector.store import keys
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.secrets import SecretBox
from gateway import Gate, gateway
from regie.app import create_app
from regie.house import House
from regie.settings import Settings
from tests.kit.catalogue import GRAPHQL_JSON, Reader, code, seed
from tests.kit.samples import product

QUERY = {"query": "{merchant {name}}"}
pytestmark = pytest.mark.usefixtures("key")


@pytest.fixture
def database(sqlite_url: str, open_at: Callable[[str], Database]) -> Database:
    return open_at(sqlite_url)


@pytest.fixture
def key(database: Database) -> str:
    return seed(database)


@pytest.fixture
def reader(database: Database, key: str) -> Reader:
    return Reader(database, key)


def test_an_operator_is_answered(reader: Reader) -> None:
    assert reader.data("{merchant {name}}") == {"merchant": {"name": "Hafen"}}


def test_a_stranger_is_told_that_a_key_is_missing(database: Database) -> None:
    found = Reader(database, None).post(QUERY)

    assert (found.status_code, code(found.json)) == (401, "key_required")


def test_the_refusal_says_how_to_identify(database: Database) -> None:
    assert Reader(database, None).post(QUERY).headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer rgk_wrong", "Basic Og==", "rgk", "Bearer \xff\x01"]
)
def test_every_refusal_looks_the_same(database: Database, header: str) -> None:
    stranger = Reader(database, None)

    found = stranger.post(QUERY, Authorization=header)

    assert (found.status_code, found.data) == (401, stranger.post(QUERY).data)


def test_a_revoked_key_opens_nothing(database: Database, key: str) -> None:
    with database.write() as connection:
        found = keys.find(connection, key)
        assert found
        keys.revoke(connection, "mer_1", found.id, 1)

    refused = Reader(database, key).post(QUERY)

    assert (refused.status_code, refused.data) == (401, Reader(database, None).post(QUERY).data)


def test_a_key_of_another_role_opens_nothing(database: Database) -> None:
    with database.write() as connection:
        other = keys.create(connection, "mer_1", "courier", "test", 0)

    assert Reader(database, other).code("{merchant {name}}") == "key_required"


@pytest.mark.parametrize("name", ["key", "access_token", "authorization", "Authorization"])
def test_a_key_in_the_address_is_not_looked_at(database: Database, key: str, name: str) -> None:
    client = Reader(database, None).client

    found = client.get("/graphql", query_string={"query": "{__typename}", name: f"Bearer {key}"})

    assert found.status_code == 401


@pytest.mark.parametrize(
    "query", ["{", "{nothing}", "{products(first: 0) {totalCount}}", "{" * 999]
)
def test_the_query_of_a_stranger_is_not_read(database: Database, query: str) -> None:
    assert Reader(database, None).code(query) == "key_required"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"x" * 200_000])
def test_the_body_of_a_stranger_is_not_read(database: Database, body: bytes) -> None:
    found = Reader(database, None).post(body, **{"Content-Type": "text/plain"})

    assert code(found.json) == "key_required"


def test_a_merchant_sees_nothing_of_another(database: Database) -> None:
    with database.write() as connection:
        other = keys.create(connection, "mer_2", keys.OPERATOR, "test", 0)

    data = Reader(database, other).data("{products {totalCount} stores {id}}")

    assert data == {"products": {"totalCount": 0}, "stores": []}


@pytest.mark.parametrize("body", [b"[]", b'[{"query": "{__typename}"}]', b"1", b"null", b"", b"{"])
def test_a_body_that_is_no_object_is_refused(reader: Reader, body: bytes) -> None:
    found = reader.post(body)

    assert (found.status_code, code(found.json)) == (400, "bad_graphql_request")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"query": 1},
        {"query": None},
        {"query": "{__typename}", "variables": []},
        {"query": "{__typename}", "variables": "{}"},
        {"query": "{__typename}", "operationName": 1},
        {"query": "{__typename}", "extensions": []},
    ],
)
def test_a_member_of_the_wrong_type_is_refused(reader: Reader, given: object) -> None:
    found = reader.post(given)

    assert (found.status_code, code(found.json)) == (400, "bad_graphql_request")


def test_a_body_that_is_no_text_is_refused(reader: Reader) -> None:
    assert reader.post(b'{"query": "\xff\xfe"}').status_code == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "",
    ],
)
def test_only_json_in_utf_8_is_read(reader: Reader, content_type: str) -> None:
    found = reader.post(QUERY, **{"Content-Type": content_type})

    assert (found.status_code, code(found.json)) == (415, "wrong_media_type")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"'])
def test_a_declared_charset_of_utf_8_is_read(reader: Reader, charset: str) -> None:
    found = reader.post(QUERY, **{"Content-Type": f"application/json; charset={charset}"})

    assert found.status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_another_method_is_told_which_ones_there_are(reader: Reader, method: str) -> None:
    found = reader.client.open("/graphql", method=method, headers=reader.headers)

    assert (found.status_code, found.headers["Allow"], code(found.json)) == (
        405,
        "GET, HEAD, POST, OPTIONS",
        "wrong_method",
    )


def test_options_names_the_methods(reader: Reader) -> None:
    found = reader.client.options("/graphql")

    assert (found.status_code, found.headers["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_head_answers_like_get_without_a_body(reader: Reader) -> None:
    asked = {"query": "{merchant {name}}"}

    found = reader.client.head("/graphql", query_string=asked, headers=reader.headers)

    assert (found.status_code, found.data) == (200, b"")


def test_get_answers_a_query(reader: Reader) -> None:
    asked = {
        "query": "query ($n: Int!) {products(first: $n) {nodes {id}}}",
        "variables": '{"n": 1}',
    }

    found = reader.client.get("/graphql", query_string=asked, headers=reader.headers)

    assert len(found.json["data"]["products"]["nodes"]) == 1


def test_get_refuses_a_mutation(reader: Reader) -> None:
    asked = {"query": "mutation {erase}"}

    found = reader.client.get("/graphql", query_string=asked, headers=reader.headers)

    assert (found.status_code, code(found.json)) == (405, "mutation_by_get")


def test_a_body_above_the_limit_is_too_large(reader: Reader) -> None:
    found = reader.post(b'{"query": "' + b" " * 100_000 + b'{__typename}"}')

    assert (found.status_code, code(found.json)) == (413, "body_too_large")


def test_a_body_that_breaks_off_is_a_bad_request(reader: Reader) -> None:
    headers = {**reader.headers, "Content-Type": "application/json", "Content-Length": "999"}

    found = reader.client.post("/graphql", data=b"{", headers=headers)

    assert (found.status_code, code(found.json)) == (400, "bad_graphql_request")


def test_an_answer_that_nobody_accepts_is_not_given(reader: Reader) -> None:
    found = reader.post(QUERY, Accept="application/xml")

    assert (found.status_code, code(found.json)) == (406, "not_acceptable")


def test_the_modern_media_type_is_given_where_it_is_accepted(reader: Reader) -> None:
    found = reader.post(QUERY)

    assert found.headers["Content-Type"] == f"{GRAPHQL_JSON}; charset=utf-8"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*;q=0.5"])
def test_plain_json_is_given_else(reader: Reader, accept: str) -> None:
    found = reader.post(QUERY, Accept=accept)

    assert found.headers["Content-Type"] == "application/json; charset=utf-8"


def test_an_invalid_query_is_a_bad_request_in_the_modern_form(reader: Reader) -> None:
    found = reader.post({"query": "{nothing}"})

    assert (found.status_code, "data" in found.json) == (400, False)


def test_an_invalid_query_is_well_formed_in_the_older_form(reader: Reader) -> None:
    assert reader.post({"query": "{nothing}"}, Accept="application/json").status_code == 200


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
