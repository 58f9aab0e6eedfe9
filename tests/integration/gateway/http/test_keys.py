"""Who may ask `/graphql`: whoever has a key of the merchant, and nobody learns more without one."""

import pytest

from connector.store import keys
from connector.store.database import Database
from tests.kit.catalogue import QUERY, Reader, code

pytestmark = pytest.mark.usefixtures("key")


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
