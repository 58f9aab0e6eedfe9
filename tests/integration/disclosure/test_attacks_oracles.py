"""Nothing is learned by asking around: not from keys, hashes, validators, or the work done."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.store.database import Database
from gateway import Desk
from regie.reading import services
from storefront.disclosure.store import keys, operations
from tests.kit.disclosure.siege import WAYS, Siege, Told, statements

QUERY = {"query": "{merchant {name}}"}


@pytest.fixture
def siege(database: Database, tmp_path: Path) -> Siege:
    return Siege(database, tmp_path)


def hidden_and_missing() -> Iterator[tuple[str, str]]:
    for field, hidden, missing in (
        ("handle", "mug-1", "mug-0"),
        ("sku", "sku-10", "sku-00"),
        ("platformId", "1", "9"),
        ("id", "HIDDEN", "MISSING"),
    ):
        yield (
            f'{{product({field}: "{hidden}") {{id}}}}',
            f'{{product({field}: "{missing}") {{id}}}}',
        )


def learned(told: Told) -> tuple[int, bytes, dict[str, str]]:
    """Return what a caller can tell two answers apart by; a receipt is new each time."""
    moving = {"Regie-Receipt", "RateLimit", "RateLimit-Policy", "ETag"}
    return (
        told.status,
        told.body,
        {name: it for name, it in told.headers.items() if name not in moving},
    )


def real(siege: Siege, query: str) -> str:
    """Put the real id of the first mug where a query names it."""
    found = siege.ask('{product(handle: "mug-1") {id variants {sku}}}').json["data"]["product"]
    query = query.replace("HIDDEN", found["id"]).replace("MISSING", found["id"][:-4] + "AAAA")
    return query.replace("sku-10", found["variants"][0]["sku"])


@pytest.mark.parametrize("pair", list(hidden_and_missing()), ids=lambda it: it[0][9:20])
def test_a_hidden_product_takes_the_same_work_as_one_that_is_not_there(
    siege: Siege, pair: tuple[str, str]
) -> None:
    queries = [real(siege, it) for it in pair]
    for query in queries:
        siege.ask(query, key=siege.other_key)

    found = []
    for query in queries:
        with statements(siege.database) as sent:
            told = siege.ask(query.replace("{id}", "{id title}"), key=siege.other_key)
        found.append((len(sent), learned(told)))

    assert siege.ask(queries[0]).json["data"]["product"]
    assert any("product" in it for it in sent)
    assert found[0] == found[1]


def test_every_key_that_opens_nothing_is_refused_alike(siege: Siege) -> None:
    with siege.database.write() as connection:
        revoked = keys.add(connection, "mer_1", "agt_1", None, 0)
        found = {it.id for it in keys.all_of(connection, "mer_1", "agt_1")}
        expired = keys.add(connection, "mer_1", "agt_1", None, 0, 1)
        other = keys.all_of(connection, "mer_1", "agt_1")
        ended = next(it for it in other if revoked.startswith(it.prefix))
        keys.end(connection, "mer_1", ended.id, 1, 1)
    assert ended.id in found
    tried = [
        None,
        revoked,
        expired,
        "rga_" + "A" * 43,
        siege.key[:12] + "A" * 35,
        siege.key[:-1],
        siege.key + "x",
        siege.key.swapcase(),
        "rgk_" + siege.key[4:],
        "' OR 1=1 --",
        "\x00",
        "\xff" * 40,
        "x" * 60_000,
    ]

    for way in WAYS.values():
        answers = [siege.send(QUERY, key=it, Accept=way) for it in tried]

        assert answers[0].status == 401
        assert all(learned(it) == learned(answers[0]) for it in answers)
        assert all(len(it.entries) == 1 for it in answers)
        known = {it.prefix: it.id for it in other}
        once = [known[it[:12]] if it and it in {revoked, expired} else None for it in tried]
        assert [it.entries[0].key_id for it in answers] == once


def test_a_key_in_another_place_is_no_key(siege: Siege) -> None:
    told = siege.send(
        QUERY, environ={"QUERY_STRING": f"key={siege.key}"}, Cookie=siege.key, X_Api_Key=siege.key
    )

    assert told.status == 401


def test_a_kept_query_of_another_merchant_is_not_there(siege: Siege) -> None:
    theirs = siege.second_merchant()
    with siege.database.write() as connection:
        digest = operations.keep(connection, "mer_2", "{secret: merchant {name}}", 0)
    wanted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}
    unknown = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}}}

    assert siege.send(wanted, key=theirs).json["data"] == {"secret": {"name": "Two"}}
    mine, nothing = (siege.send(it, key=siege.key) for it in (wanted, unknown))

    assert mine.code == nothing.code == "PERSISTED_QUERY_NOT_FOUND"
    assert mine.body.replace(digest.encode(), b"a" * 64) == nothing.body


def test_a_text_sent_by_another_merchants_agent_is_not_there(siege: Siege) -> None:
    theirs = siege.second_merchant()
    query = "{ours: merchant {name}}"
    wanted = {"extensions": {"persistedQuery": {"sha256Hash": sha256(query.encode()).hexdigest()}}}
    assert siege.send({"query": query, **wanted}, key=theirs).code is None

    assert siege.send(wanted, key=siege.key).code == "PERSISTED_QUERY_NOT_FOUND"


def test_a_text_cannot_be_put_under_the_hash_of_another(siege: Siege) -> None:
    agreed = sha256(b"{merchant {name}}").hexdigest()
    forged = {"query": "{merchant {id}}", "extensions": {"persistedQuery": {"sha256Hash": agreed}}}

    assert siege.send(forged, key=siege.key).code == "bad_persisted_query"


@pytest.mark.parametrize("way", WAYS)
def test_the_validator_of_one_agent_says_nothing_to_another(siege: Siege, way: str) -> None:
    environ = {"QUERY_STRING": "query={products{totalCount}}"}

    def get(key: str | None, **headers: str) -> Told:
        return siege.send(method="GET", key=key, environ=environ, Accept=WAYS[way], **headers)

    mine, theirs = get(siege.key), get(siege.other_key)
    probed = get(siege.other_key, If_None_Match=mine.headers["ETag"])

    assert mine.headers["ETag"] != theirs.headers["ETag"]
    assert (probed.status, probed.body) == (200, theirs.body)
    assert get(siege.key, If_None_Match=mine.headers["ETag"]).status == 304
    assert get(None, If_None_Match=mine.headers["ETag"]).status == 401
    assert get(siege.key, If_None_Match="*").status == 200


def test_a_read_that_takes_too_long_is_told_so(siege: Siege) -> None:
    slow = "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000) "
    names = "merchant_id, id, connection_id, document, seq"
    with siege.database.write() as connection:
        connection.execute(text("ALTER TABLE location RENAME TO places"))
        connection.execute(
            text(f"CREATE VIEW location AS SELECT {names} FROM places WHERE {slow}"  # noqa: S608
                 "SELECT max(x) FROM n) > 0")
        )  # fmt: skip
    house = siege.app.extensions["regie"]
    siege.sit(Desk(services(house), patience=0.3))

    told = siege.ask("{stores {id}}")

    assert (told.status, told.code) == (503, "query_too_slow")
    assert (len(told.entries), told.entries[0].decision) == (1, "refused")
    assert siege.ask("{merchant {name}}").code is None
