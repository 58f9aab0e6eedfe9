"""A ledger that somebody changed: the commands name what they find, and go on."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.kit.command import Command


def spoil(regie: Command, statement: str) -> None:
    with regie.house() as house, house.ledger.write() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER ledger_entry_no_{verb}"))
        connection.execute(text(statement))


def test_an_altered_row_is_named_and_the_exit_code_is_one(
    regie: Command, receipts: list[str]
) -> None:
    writer = receipts[1].split('"')[1].split(":")[0]
    row = f"writer = '{writer}' AND seq = 2"
    spoil(regie, "UPDATE ledger_entry SET size = size + 1 WHERE " + row)  # noqa: S608 - our own row

    done = regie("ledger", "verify")

    assert done.code == 1
    assert done.out.splitlines()[0] == f"{writer}:2 was altered"
    assert regie("ledger", "verify", "--json").json["findings"][0]["seq"] == 2


def test_check_tells_about_the_ledger_and_the_search(regie: Command, receipts: list[str]) -> None:
    assert receipts
    found = {it["text"] for it in regie("check", "--json").json if it["name"] == "ledger"}

    assert any("no head yet" in it for it in found)
    assert any("verified by chain only" in it for it in found)
    assert any(it["name"] == "search" for it in regie("check", "--json").json)


def ledger_is_fine(regie: Command) -> bool:
    return all(it["ok"] for it in regie("check", "--json").json if it["name"] == "ledger")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET size = size + 1 WHERE seq = 2",
        "DELETE FROM ledger_entry WHERE seq = 2",
        "UPDATE ledger_end SET mark = x'00'",
    ],
)
def test_check_finds_a_chain_that_does_not_hold(
    regie: Command, receipts: list[str], statement: str
) -> None:
    assert receipts
    assert ledger_is_fine(regie)

    spoil(regie, statement)

    assert not ledger_is_fine(regie)


def test_check_names_a_ledger_that_cannot_be_opened(regie: Command, tmp_path: Path) -> None:
    (tmp_path / "home" / "regie-ledger.sqlite3").write_bytes(b"rubbish" * 10_000)

    done = regie("check", "--json")

    (found,) = [it for it in done.json if it["name"] == "ledger"]
    assert (done.code, found["ok"]) == (1, False)
    assert "regie-ledger.sqlite3" in found["text"]


def test_check_finds_files_that_everybody_can_read(regie: Command, tmp_path: Path) -> None:
    files = sorted((tmp_path / "home").glob("*.sqlite3*"))
    assert files
    assert {it.stat().st_mode & 0o777 for it in files} == {0o600}

    (tmp_path / "home" / "regie.sqlite3").chmod(0o644)

    bad = [it for it in regie("check", "--json").json if it["name"] == "files" and not it["ok"]]
    assert "chmod 600" in bad[0]["text"]


@pytest.mark.parametrize(
    "change",
    [
        "purpose = CAST(x'f36561726368' AS TEXT)",
        "decision = 'opened'",
        "detail = 'zz'",
        "hash = 7",
        "seq = seq + 4611686018427387904",
        "writer = CAST(x'f7' AS TEXT)",
    ],
)
def test_a_change_that_makes_a_row_unreadable_is_named_and_stops_nothing(
    regie: Command, receipts: list[str], change: str
) -> None:
    writer = receipts[1].split('"')[1].split(":")[0]
    spoil(regie, f"UPDATE ledger_entry SET {change} WHERE writer = '{writer}' AND seq = 2")  # noqa: S608 - our own row

    done = regie("ledger", "verify", "--json")

    assert done.code == 1
    assert (writer, 2) in {(it["writer"], it["seq"]) for it in done.json["findings"]}
    assert not ledger_is_fine(regie)
    assert regie("ledger", "show", "--limit", "10").code == 0
    assert regie("exposure", "product", "mug-1").code == 0
