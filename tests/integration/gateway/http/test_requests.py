"""In which form `/graphql` is asked over HTTP, and in which it answers."""

import pytest

from tests.kit.catalogue import GRAPHQL_JSON, QUERY, Reader, code

pytestmark = pytest.mark.usefixtures("key")


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
