"""The commands of the register and the ledger on SQLite and on Postgres."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.store.database import Database
from regie.upkeep import Upkeep
from tests.kit.command import ALL, Command


def let_in(regie: Command) -> str:
    key = regie.ok("agent", "add", "Finder", "--contact", "x")
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "compare", "--category", "jugs")
    return key


def test_a_preview_says_what_the_answer_shows(regie: Command) -> None:
    answer = regie.ask(ALL, let_in(regie)).json

    told = regie("exposure", "preview", "Finder", "--json").json

    assert answer
    assert told["products"] == answer["data"]["products"]["totalCount"] == 1


def test_check_is_content_with_ledger_and_search(regie: Command) -> None:
    regie.ask(ALL, let_in(regie))
    with regie.house() as house:
        Upkeep(house).catch_up()

    found = regie("check", "--json").json

    assert all(it["ok"] for it in found if it["name"] in {"ledger", "search", "files"})
    assert sum(it["name"] == "ledger" for it in found) == 2


def test_check_says_when_nobody_signs(regie: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    regie.ask(ALL, let_in(regie))
    monkeypatch.setattr("regie.cli.looked._SIGNED_WITHIN_MS", -1)

    bad = [it["text"] for it in regie("check", "--json").json if not it["ok"]]

    assert any("regie ledger head" in it for it in bad)
    regie.ok("ledger", "head")
    monkeypatch.setattr("regie.cli.looked._SIGNED_WITHIN_MS", 1)
    assert all(it["ok"] for it in regie("check", "--json").json if it["name"] == "ledger")


def test_check_says_when_search_is_far_behind(
    regie: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regie.cli.looked._LAG", 1)
    with regie.house() as house, house.database.write() as connection:
        connection.execute(text("UPDATE search_position SET seq = 0"))

    (found,) = [it for it in regie("check", "--json").json if it["name"] == "search"]

    assert not found["ok"]
    assert "worker" in found["text"]


def test_check_looks_at_the_engine_that_the_worker_follows_with(regie: Command) -> None:
    regie.environment["REGIE_SEARCH"] = "tantivy"
    with regie.house() as house:
        Upkeep(house).catch_up()
    del regie.environment["REGIE_SEARCH"]

    (found,) = [it for it in regie("check", "--json").json if it["name"] == "search"]

    assert found["text"] == "tantivy, 0 changes behind"


def test_an_hourly_step_that_fails_keeps_the_others_from_nothing(
    regie: Command, tmp_path: Path
) -> None:
    regie.ask(ALL, let_in(regie))
    (tmp_path / "home" / "ledger-heads.jsonl").mkdir(parents=True)

    with regie.house() as house:
        Upkeep(house).turn()

        with house.ledger.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM exposure")).scalar_one() == 1


def test_workers_that_look_after_the_ledger_at_once_all_get_through_the_hour(
    regie: Command, tmp_path: Path
) -> None:
    key = let_in(regie)
    for _ in range(5):
        regie.ask(ALL, key)
    begin = threading.Barrier(3)

    def turn() -> None:
        with regie.house() as house:
            begin.wait()
            Upkeep(house).turn()

    workers = [threading.Thread(target=turn) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    lines = (tmp_path / "home" / "ledger-heads.jsonl").read_text().splitlines()
    assert len(lines) == len(set(lines)) == 5
    (seen,) = regie("exposure", "agent", "Finder", "--json").json
    assert seen["answers"] == 5


def test_a_server_that_lost_everything_takes_the_ledger_from_the_backup(
    commands_at: Callable[[str], Command], tmp_path: Path, postgres_url: str
) -> None:
    regie = commands_at(postgres_url)
    key = let_in(regie)
    receipt = regie.ask(ALL, key).headers["Regie-Receipt"]
    regie.ok("backup", str(tmp_path / "b"))
    database = Database(postgres_url)
    with database.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.close()

    said = regie.ok("restore", "--yes", str(tmp_path / "b"))

    assert "the ledger came from the backup" in said
    assert regie("ledger", "verify", "--receipt", receipt).code == 0
    assert regie.ask(ALL, key).status_code == 200
