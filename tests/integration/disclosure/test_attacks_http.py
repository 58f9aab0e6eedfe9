"""Requests that are odd, forged or broken: one way in, one refusal, one entry, and no leak."""

import gzip
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from connector.store.database import Database
from tests.kit.disclosure.siege import WAYS, Siege, Told

QUERY = {"query": "{merchant {name}}"}
DATA = {"data": {"merchant": {"name": "Hafen"}}}


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    from regie.database import upgrade  # noqa: PLC0415 - once for the module

    folder = tmp_path_factory.mktemp("siege")
    database = Database(f"sqlite:///{folder / 'regie.sqlite3'}")
    upgrade(database)
    yield Siege(database, folder)
    database.close()


def refused(told: Told, status: int, code: str) -> bool:
    assert (told.status, told.code) == (status, code), (told.status, told.body)
    assert len(told.entries) == 1
    assert told.entries[0].decision == "refused"
    assert b"Traceback" not in told.body
    return True


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "body",
    [
        [QUERY] * 10,
        [],
        [QUERY],
        b"{} {}",
        b"\xef\xbb\xbf" + orjson.dumps(QUERY),
        b'{"query": "{__typename}", "variables": {"a": NaN}}',
        b'{"query": "{__typename}", "variables": {"a": Infinity}}',
        b'{"query": "{__typename}", "variables": {"a": 1e999}}',
        b'{"query": "{__typename} \\ud800"}',
        b'{"query": "{__typename}", "variables": {"a": "\\udfff"}}',
        b'{"query": "\xed\xa0\x80"}',
        gzip.compress(orjson.dumps(QUERY)),
        b"query={merchant{name}}",
        b"{merchant {name}}",
        b"[" * 50_000,
    ],
    ids=range(15),
)
def test_a_body_that_is_no_request_is_refused(siege: Siege, body: object, way: str) -> None:
    told = siege.send(body, key=siege.key, Accept=WAYS[way])

    assert refused(told, 400, "bad_graphql_request")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/graphql",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/jsonp",
        "",
    ],
)
def test_a_body_that_a_browser_may_send_unasked_is_refused(siege: Siege, content_type: str) -> None:
    told = siege.send(QUERY, key=siege.key, Content_Type=content_type)

    assert refused(told, 415, "wrong_media_type")


def test_a_packed_body_is_refused(siege: Siege) -> None:
    body = gzip.compress(orjson.dumps(QUERY))

    assert refused(
        siege.send(body, key=siege.key, Content_Encoding="gzip"), 400, "bad_graphql_request"
    )


@pytest.mark.parametrize("way", WAYS)
def test_of_keys_that_come_twice_the_last_counts_on_both_ways(siege: Siege, way: str) -> None:
    told = siege.send(
        b'{"query": "{nothing}", "query": "{merchant {name}}"}', key=siege.key, Accept=WAYS[way]
    )

    assert told.json == DATA


@pytest.mark.parametrize("way", WAYS)
def test_of_arguments_that_come_twice_the_first_counts_on_both_ways(siege: Siege, way: str) -> None:
    environ = {"QUERY_STRING": "query={merchant{name}}&query={nothing}&query="}

    told = siege.send(method="GET", key=siege.key, environ=environ, Accept=WAYS[way])

    assert told.json == DATA


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", ["query=%ED%A0%80", "query=%FF", "query=%00", "query=%", "="])
def test_an_address_that_is_no_text_is_refused(siege: Siege, query: str, way: str) -> None:
    told = siege.send(
        method="GET", key=siege.key, environ={"QUERY_STRING": query}, Accept=WAYS[way]
    )

    assert told.code in {"graphql_syntax", "bad_graphql_request"}
    assert len(told.entries) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_mutation_by_get_is_refused(siege: Siege, way: str) -> None:
    environ = {"QUERY_STRING": "query=mutation+%7Berase%7D"}

    told = siege.send(method="GET", key=siege.key, environ=environ, Accept=WAYS[way])

    assert refused(told, 405, "mutation_by_get")


@pytest.mark.parametrize(
    "header", ["X_HTTP_Method_Override", "X_HTTP_Method", "X_Method_Override", "_method"]
)
def test_a_header_does_not_change_the_method(siege: Siege, header: str) -> None:
    environ = {"QUERY_STRING": "query={merchant{name}}"}

    told = siege.send(method="GET", key=siege.key, environ=environ, **{header: "DELETE"})

    assert told.json == DATA


@pytest.mark.parametrize("header", ["X_Original_URL", "X_Rewrite_URL", "X_Forwarded_Prefix"])
def test_a_header_does_not_change_the_address(siege: Siege, header: str) -> None:
    assert siege.send(QUERY, key=siege.key, **{header: "/healthz"}).json == DATA


@pytest.mark.parametrize(
    "path", ["http://evil.example/graphql", "/graphql/", "/GraphQL", "/graphql;x", "/./graphql"]
)
def test_another_address_answers_no_query(siege: Siege, path: str) -> None:
    told = siege.send(QUERY, key=siege.key, environ={"PATH_INFO": path})

    assert told.status in {404, 308}
    assert b"Hafen" not in told.body


BAD = ["search\r\nX-Evil: 1", "search\nSet-Cookie: a", "\x00", "sea\x00rch", "\xff", "x" * 60_000]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
@pytest.mark.parametrize(
    ("header", "code"), [("Regie_Purpose", "bad_purpose"), ("Regie_Region", "bad_region")]
)
def test_a_header_that_breaks_lines_is_refused_and_not_echoed(
    siege: Siege, way: str, value: str, header: str, code: str
) -> None:
    told = siege.send(QUERY, key=siege.key, Accept=WAYS[way], **{header: value})

    assert refused(told, 400, code)
    echoed = [it for pair in told.headers.items() for it in pair]
    assert not any("\n" in it or "Evil" in it or "Cookie" in it for it in echoed)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("header", ["User_Agent", "If_None_Match", "Accept_Encoding", "Origin"])
def test_a_strange_header_changes_nothing(siege: Siege, way: str, value: str, header: str) -> None:
    told = siege.send(QUERY, key=siege.key, Accept=WAYS[way], **{header: value})

    assert (told.status, len(told.entries)) == (200, 1)
    assert not any("\n" in it for pair in told.headers.items() for it in pair)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", [*BAD[:-1], "a b", "evil.example", "[::1", "a@b", "<script>", ""])
def test_a_strange_host_opens_nothing_and_breaks_nothing(siege: Siege, way: str, host: str) -> None:
    with_key = siege.send(QUERY, key=siege.key, Accept=WAYS[way], Host=host)
    without = siege.send(QUERY, Accept=WAYS[way], Host=host)

    assert (with_key.status, len(with_key.entries)) == (200, 1), with_key.body
    assert (without.status, without.code, len(without.entries)) == (401, "key_required", 1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "nested",
    [b'{"a":' * 400 + b"1" + b"}" * 400, b'{"a":' + b"[" * 300 + b"]" * 300 + b"}"],
    ids=["objects", "lists"],
)
def test_variables_that_are_nested_without_end_are_refused(
    siege: Siege, way: str, nested: bytes
) -> None:
    body = b'{"query": "{__typename}", "variables": ' + nested + b"}"

    told = siege.send(body, key=siege.key, Accept=WAYS[way])

    assert (told.code, len(told.entries)) == ("bad_graphql_request", 1)


def test_a_host_that_is_no_name_at_all_does_not_come_to_the_desk(siege: Siege) -> None:
    told = siege.send(QUERY, key=siege.key, Accept=WAYS["behind Flask"], Host="x" * 60_000)

    assert (told.status, told.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "+5", "0x10", "1e3", "", " 5", "\xb2"])
def test_a_length_that_is_none_is_refused(siege: Siege, length: str) -> None:
    told = siege.send(QUERY, key=siege.key, environ={"CONTENT_LENGTH": length})

    assert told.status in {400, 413}
    assert len(told.entries) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"variables": {"a": "x" * 98_000}},
        {"variables": {str(n): n for n in range(8000)}},
        {"extensions": {"a": "x" * 98_000}},
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {"persistedQuery": {"sha256Hash": ["x"]}}},
        {"extensions": {"persistedQuery": {"sha256Hash": "\x00" * 64}}},
        {"extensions": {"persistedQuery": {"sha256Hash": "İ" * 64}}},
        {"operationName": "x" * 98_000},
    ],
    ids=range(8),
)
def test_what_comes_beside_a_query_is_bounded(siege: Siege, sent: dict[str, Any]) -> None:
    told = siege.send({**QUERY, **sent}, key=siege.key)

    assert told.cpu < 0.6
    assert told.code in {None, "bad_graphql_request", "bad_persisted_query"}
    assert len(told.entries) == 1
    assert len(told.body) < 2000


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_no_shared_cache_may_keep_an_answer(siege: Siege, way: str, method: str, who: str) -> None:
    environ = {"QUERY_STRING": "query={products{totalCount}}"}
    key = siege.key if who == "agent" else None

    told = siege.send(QUERY, method=method, key=key, environ=environ, Accept=WAYS[way])

    varies = {it.strip().lower() for it in told.headers["Vary"].split(",")}
    assert told.headers["Cache-Control"].startswith("private, no-")
    assert varies >= {"authorization", "accept", "regie-purpose", "regie-region", "user-agent"}
    assert "Access-Control-Allow-Origin" not in told.headers
    assert told.headers["X-Content-Type-Options"] == "nosniff"
