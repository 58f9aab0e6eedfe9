"""A request that was sent before is known by its body, and by nothing that is not in it."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from connector.store.database import Database
from gateway.desk.operation import digest_of
from gateway.desk.persisted import Persisted
from gateway.desk.queries import Queries, Query
from gateway.desk.request import PLAIN_JSON, Asked, asked_by_post
from gateway.errors import BadRequest, PersistedQueryNotFound
from storefront.disclosure.agent import Caller, Purpose, Tier
from storefront.disclosure.asker import Asker
from storefront.disclosure.courtesy import Courtesy
from storefront.disclosure.store.register import Register

STRANGER = Asker(
    "mer_1",
    Caller(None, Tier.ANONYMOUS, Purpose.SEARCH, None, None, None),
    Register("mer_1", 0, {}, (), None),
)
TEXT = "query Q($first: Int) {products(first: $first) {nodes {id}}}"


@pytest.fixture
def queries(database_url: str) -> Iterator[Queries]:
    database = Database(database_url)
    yield Queries(database, Courtesy())
    database.close()


def asked(**given: object) -> Asked:
    return asked_by_post(orjson.dumps(given), PLAIN_JSON)


def sent(queries: Queries, wanted: Asked, merchant_id: str = "mer_1") -> Query:
    query = queries.find(merchant_id, wanted)
    if query.ready is None:
        queries.ready(STRANGER, query, wanted)
    return query


def test_a_body_that_was_read_is_not_read_again(queries: Queries) -> None:
    wanted = asked(query=TEXT, variables={"first": 3})

    assert sent(queries, wanted).ready is None
    again = sent(queries, asked(query=TEXT, variables={"first": 3}))
    assert again.ready is not None
    assert again.ready.variables == {"first": 3}
    assert again.digest == digest_of(TEXT)


@pytest.mark.parametrize(
    "other",
    [
        {"query": TEXT, "variables": {"first": 4}},
        {"query": TEXT + " ", "variables": {"first": 3}},
        {"query": TEXT, "variables": {"first": 3}, "operationName": "Q"},
    ],
)
def test_another_body_is_another_request(queries: Queries, other: dict[str, object]) -> None:
    sent(queries, asked(query=TEXT, variables={"first": 3}))

    assert queries.find("mer_1", asked(**other)).ready is None


def test_what_is_wrong_with_a_body_is_told_each_time(queries: Queries) -> None:
    wrong = asked(query="mutation {x}")
    for _ in range(2):
        with pytest.raises(Exception, match="mutation"):
            sent(queries, wrong)
    for _ in range(2):
        with pytest.raises(BadRequest):
            sent(queries, asked(query=TEXT, operationName="R"))


def test_a_query_kept_for_one_merchant_is_not_known_to_another(queries: Queries) -> None:
    named = {"persistedQuery": {"version": 1, "sha256Hash": digest_of(TEXT)}}
    sent(queries, asked(query=TEXT, extensions=named))

    assert sent(queries, asked(extensions=named)).text == TEXT
    with pytest.raises(PersistedQueryNotFound):
        sent(queries, asked(extensions=named), "mer_2")


def test_a_request_by_get_has_no_body_to_be_known_by(queries: Queries) -> None:
    wanted = Asked(TEXT, {}, None, PLAIN_JSON, by_get=True)
    sent(queries, wanted)

    assert queries.find("mer_1", wanted).ready is None


def test_bodies_hold_so_many_bytes_and_long_ones_are_not_kept(queries: Queries) -> None:
    for number in range(100):
        sent(queries, asked(query=TEXT + f" #{number}" + "x" * 4_000))
    assert 20 < len(queries._bodies) < 50
    long = asked(query=TEXT + " #" + "x" * 6_000)
    sent(queries, long)

    assert queries.find("mer_1", long).ready is None


def test_persisted_and_known_agree(queries: Queries, tmp_path: Path) -> None:
    """What is known by its body has the name that grants and the ledger call it by."""
    database = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    wanted = asked(query=TEXT)
    sent(queries, wanted)

    assert (TEXT, sent(queries, wanted).digest) == Persisted(database).resolve("mer_1", wanted)
    database.close()
