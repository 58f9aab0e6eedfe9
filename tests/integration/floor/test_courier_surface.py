"""The courier's surface as a surface: strict, bounded, snapshotted, and put together as served."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from graphql import parse, validate

from connector.store.database import Database
from gateway.courier.depot import BUDGET
from gateway.courier.schema import schema
from gateway.snapshot import COURIER_SNAPSHOT, courier_sdl
from regie.app import create_app
from regie.house import build
from regie.settings import Settings
from storefront.pages.courier_words import FAILURES, RELEASES, TEXTS, VEHICLES
from tests.kit.courier.world import CLAIM, Phone, Yard

OPERATIONS = Path("graphql/operations/courier")
TRANSLATIONS = Path("regie/translations")
NAMED = {
    *("goOnline", "goOffline", "claimJob", "claimBundle", "renewLease", "arrive", "pickUp"),
    *("deliver", "fail", "startReturn", "release", "reopen", "retry", "loseParcel"),
    "submitOffline",
}


@pytest.fixture
def yard(sqlite_url: str, open_at: Callable[[str], Database]) -> Yard:
    return Yard(open_at(sqlite_url))


@pytest.fixture
def jan(yard: Yard) -> Phone:
    return yard.phone()


def test_the_snapshot_is_the_schema() -> None:
    assert COURIER_SNAPSHOT.read_text(encoding="utf-8") == courier_sdl()


def test_the_operations_are_those_that_were_promised() -> None:
    found = schema().graphql_schema
    assert found.query_type
    assert found.mutation_type

    looks = {"me", "availableJobs", "myJobs", "myRides", "bundleSuggestions"}
    assert set(found.query_type.fields) == looks
    assert set(found.mutation_type.fields) == NAMED


def test_everything_in_the_schema_is_described() -> None:
    bare = [
        f"{name}.{field}"
        for name, kind in schema().graphql_schema.type_map.items()
        if not name.startswith("__")
        for field, value in getattr(kind, "fields", {}).items()
        if not value.description
    ]

    assert bare == []


@pytest.mark.parametrize("path", sorted(OPERATIONS.glob("*.graphql")), ids=lambda it: it.stem)
def test_each_example_fits_the_schema_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.startswith("# ")
    assert validate(schema().graphql_schema, parse(text)) == []


def test_an_example_is_answered(yard: Yard, jan: Phone) -> None:
    yard.job()
    query = (OPERATIONS / "offers-near-me.graphql").read_text(encoding="utf-8")
    given = json.loads((OPERATIONS / "offers-near-me.json").read_text(encoding="utf-8"))

    assert len(jan.data(query, given)["availableJobs"]["nodes"]) == 1


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_post_is_taken_so_that_no_address_tells_a_place(jan: Phone, method: str) -> None:
    answer = getattr(jan.client, method)("/graphql/courier?query={me{id}}", headers=jan.headers)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "graphql_syntax"),
        ("{nothing}", "graphql_invalid"),
        ('{availableJobs(near: {lat: 52, lng: 4}, after: "x") {endCursor}}', "bad_cursor"),
        ("{availableJobs(near: {lat: 52, lng: 4}, first: 101) {endCursor}}", "bad_page_size"),
        ("{availableJobs(near: {lat: 52, lng: 4}, radiusM: 0) {endCursor}}", "bad_argument"),
        ("{availableJobs(near: {lat: 92, lng: 4}) {endCursor}}", "unknown_place"),
        ("{" + " ".join(f"a{n}: me {{id}}" for n in range(11)) + "}", "query_too_large"),
        (
            "{availableJobs(near: {lat: 52, lng: 4}, first: 100) {"
            + " ".join(f"a{n}: nodes {{store {{point {{lat}}}} fee {{amount}}}}" for n in range(9))
            + "}}",
            "query_too_costly",
        ),
        ("{me {id}}" + " " * 15_000, "query_too_large"),
    ],
)
def test_a_query_that_is_not_run_has_a_code(jan: Phone, query: str, code: str) -> None:
    assert jan.code(query) == code


def test_a_phone_that_asks_without_end_is_slowed_down_and_its_steps_are_told_so(
    yard: Yard, jan: Phone
) -> None:
    codes = [jan.post("{me {id}}").status_code for _ in range(BUDGET.requests)]
    refused = jan.post("{me {id}}")
    step = jan.claim(yard.job())["userErrors"][0]

    assert codes[0] == 200
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert step["code"] == "rate_limited"
    assert step["retryAfterMs"] > 0


def test_one_phones_budget_is_not_anothers(yard: Yard, jan: Phone) -> None:
    other = yard.phone("Piet", 2)
    for _ in range(BUDGET.requests):
        jan.post("{me {id}}")

    assert other.post("{me {id}}").status_code == 200


def test_a_fault_of_ours_is_a_number_in_the_answers_own_list(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    with yard.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE answered")

    answer = jan.post(CLAIM, {"job": job, "key": "k"})

    assert answer.status_code == 200
    assert answer.json
    assert "answered" not in answer.text
    assert answer.json["data"]["claimJob"]["userErrors"][0]["retryAfterMs"] == 1000


def test_the_served_house_has_the_surface_and_the_page(tmp_path: Path, yard: Yard) -> None:
    url = str(yard.database.url)
    house = build(Settings(home=str(tmp_path), database_url=url, log="off"))
    client = create_app(house).test_client()

    answers = {
        "/courier": client.get("/courier"),
        "/courier/worker.js": client.get("/courier/worker.js"),
        "/courier/manifest.webmanifest": client.get("/courier/manifest.webmanifest"),
    }
    shut = client.post("/graphql/courier", json={"query": "{me {id}}"})
    house.close()

    assert {it.status_code for it in answers.values()} == {200}
    assert answers["/courier/worker.js"].headers["Service-Worker-Allowed"] == "/courier"
    assert "script-src" not in answers["/courier"].headers["Content-Security-Policy"]
    assert "default-src 'self'" in answers["/courier"].headers["Content-Security-Policy"]
    assert shut.status_code == 401


@pytest.mark.parametrize("language", ["nl", "fr", "he"])
def test_every_text_of_the_page_is_translated(language: str) -> None:
    with (TRANSLATIONS / language / "courier.po").open("rb") as file:
        found = {str(it.id): str(it.string) for it in read_po(file, locale=language) if it.id}
    wanted = {*TEXTS.values(), *VEHICLES.values(), *FAILURES.values(), *RELEASES.values()}

    assert {it for it in wanted if not found.get(it)} == set()
    assert [it for it in wanted if marks(it) != marks(found[it])] == []


def marks(text: str) -> list[str]:
    return sorted(part.split("}")[0] for part in text.split("{")[1:])


def test_no_style_of_the_page_knows_left_or_right() -> None:
    text = Path("storefront/pages/static/courier.css").read_text(encoding="utf-8")

    assert not [
        it for it in ("left:", "right:", "-left", "-right", "width:", "height:") if it in text
    ]


def test_a_token_shows_in_no_representation(yard: Yard) -> None:
    phone = yard.phone()
    with yard.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM device").all()

    assert phone.access not in repr(rows)
    assert phone.refresh not in repr(rows)
