"""What commands make of answers that still wait in a journal of a server that runs or died."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.store.clock import ms, system_clock
from regie.app import create_app
from regie.database import ledger_path
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.receipt import receipt_text
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.store.ledger_file import LedgerFile, where
from tests.kit.command import ALL, Command
from tests.kit.journal import die, journals, note, opened


@pytest.fixture
def regie(commands_at: Callable[[str], Command], sqlite_url: str) -> Command:
    """Return commands on SQLite, where the ledger is a file of its own."""
    command = commands_at(sqlite_url)
    command.ok("ledger", "verify")
    return command


@pytest.fixture
def server(regie: Command) -> Iterator[LedgerFile]:
    """Yield the ledger of a server that runs beside the commands, and folds nothing by itself."""
    found = opened(ledger_path(Path(regie.settings.database.database or "")))
    yield found
    found.close()


def answered(regie: Command, server: LedgerFile) -> Entry:
    """Answer once, as a server of its own."""
    seal = Seal(regie.settings.secret_keys)
    return Book(where(server, seal), lambda: ms(system_clock())).append(note())


def holds(regie: Command, entry: Entry) -> bool:
    return regie("ledger", "verify", "--receipt", receipt_text(entry, None)).code == 0


def test_a_receipt_holds_as_soon_as_its_answer_left(regie: Command, server: LedgerFile) -> None:
    assert all(holds(regie, answered(regie, server)) for _ in range(3))
    assert regie("ledger", "verify").code == 0
    assert len(journals(server)) == 1


def test_every_command_that_reads_the_ledger_sees_the_last_answer(
    regie: Command, server: LedgerFile
) -> None:
    entry = answered(regie, server)
    assert f"{entry.writer}:{entry.seq}" in regie.ok("ledger", "show")
    answered(regie, server)
    assert regie("ledger", "verify", "--json").json["entries"] == 4  # two chains of two
    answered(regie, server)
    assert regie("exposure", "product", "prd_1", "--json").json[0]["answers"] == 3
    answered(regie, server)
    assert [it["seq"] for it in map(json.loads, regie.ok("ledger", "head").splitlines())] == [2] * 4


def test_a_merchant_who_asks_sees_the_last_answer(regie: Command, server: LedgerFile) -> None:
    key = regie.ok("key", "create")
    with regie.house() as house:
        client = create_app(house).test_client()
        entry = answered(regie, server)
        told = client.post(
            "/graphql/merchant",
            json={"query": "{ledger(first: 1) {position hash}}"},
            headers={"Authorization": f"Bearer {key}"},
        ).json

    assert told["data"]["ledger"] == [
        {"position": f"{entry.writer}:{entry.seq}", "hash": entry.hash.hex()}
    ]


def test_a_backup_holds_what_waits_in_the_journals_of_others(
    regie: Command, server: LedgerFile, tmp_path: Path
) -> None:
    entry = answered(regie, server)
    regie.ok("backup", str(tmp_path / "b"))
    other = {"REGIE_HOME": str(tmp_path / "other"), "REGIE_DATABASE_URL": ""}

    regie.ok("restore", "--yes", str(tmp_path / "b"), **other)

    receipt = receipt_text(entry, None)
    assert regie("ledger", "verify", "--receipt", receipt, **other).code == 0
    assert regie("ledger", "verify", **other).code == 0


def test_a_restore_keeps_what_waits_in_a_journal(
    regie: Command, server: LedgerFile, tmp_path: Path
) -> None:
    regie.ok("backup", str(tmp_path / "b"))
    entry = answered(regie, server)
    die(server)

    said = regie.ok("restore", "--yes", str(tmp_path / "b"))

    assert "the ledger stands as it was" in said
    assert holds(regie, entry)
    assert regie("ledger", "verify").code == 0


def test_a_restore_with_the_ledger_leaves_later_answers_out(
    regie: Command, server: LedgerFile, tmp_path: Path
) -> None:
    early = answered(regie, server)
    regie.ok("backup", str(tmp_path / "b"))
    server.fold()
    late = answered(regie, server)
    die(server)

    regie.ok("restore", "--yes", "--with-ledger", str(tmp_path / "b"))

    assert (holds(regie, early), holds(regie, late)) == (True, False)
    assert regie("ledger", "verify").code == 0


def test_what_waits_in_a_journal_outlives_a_damaged_ledger(
    regie: Command, server: LedgerFile, tmp_path: Path
) -> None:
    regie.ok("backup", str(tmp_path / "b"))
    entry = answered(regie, server)
    die(server)
    server.before_fork()
    assert server.path
    server.path.write_bytes(b"rubbish" * 10_000)

    regie.ok("restore", "--yes", str(tmp_path / "b"))

    assert holds(regie, entry)
    assert regie("ledger", "verify").code == 0


def test_an_altered_journal_is_named_by_check_and_by_verify(
    regie: Command, server: LedgerFile
) -> None:
    answered(regie, server)
    (file,) = journals(server)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    server.fold()
    regie.ok("ledger", "head")
    name = file.with_suffix(".damaged").name

    verified = regie("ledger", "verify")
    checked = [it for it in regie("check", "--json").json if it["name"] == "ledger"]

    assert verified.code == 1
    assert name in verified.out
    assert [name in it["text"] for it in checked if not it["ok"]] == [True]


def test_an_upgrade_folds(regie: Command, server: LedgerFile) -> None:
    answered(regie, server)
    die(server)

    regie.ok("db", "upgrade")

    assert journals(server) == []


def test_a_server_that_is_closed_leaves_no_journal(regie: Command, server: LedgerFile) -> None:
    key = regie.ok("agent", "add", "Finder", "--contact", "x")
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")

    receipt = regie.ask(ALL, key).headers["Regie-Receipt"]

    assert journals(server) == []
    assert regie("ledger", "verify", "--receipt", receipt).code == 0
