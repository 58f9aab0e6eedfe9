"""What a restore does to a ledger that is a file of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from regie.app import create_app
from regie.database import ledger_path, open_ledger
from tests.kit.backups import holds, let_in, numbers
from tests.kit.command import ALL, Command


@pytest.fixture
def embedded(commands_at: Callable[[str], Command], sqlite_url: str) -> Command:
    """Return commands on SQLite, where the ledger is a file of its own."""
    return commands_at(sqlite_url)


@pytest.fixture
def embedded_key(embedded: Command) -> str:
    return let_in(embedded)


def test_a_ledger_that_is_gone_comes_from_the_backup(
    embedded: Command, embedded_key: str, tmp_path: Path
) -> None:
    receipt = embedded.ask(ALL, embedded_key).headers["Regie-Receipt"]
    embedded.ok("backup", str(tmp_path / "b"))
    _ledger_file(embedded).unlink()

    said = embedded.ok("restore", "--yes", str(tmp_path / "b"))

    assert "the ledger came from the backup" in said
    assert holds(embedded, receipt)


def test_a_ledger_that_is_damaged_comes_from_the_backup(
    embedded: Command, embedded_key: str, tmp_path: Path
) -> None:
    receipt = embedded.ask(ALL, embedded_key).headers["Regie-Receipt"]
    embedded.ok("backup", str(tmp_path / "b"))
    _ledger_file(embedded).write_bytes(b"rubbish" * 10_000)

    embedded.ok("restore", "--yes", str(tmp_path / "b"))

    assert holds(embedded, receipt)


def test_a_damaged_ledger_without_a_copy_is_left_and_told(
    embedded: Command, embedded_key: str, tmp_path: Path
) -> None:
    assert embedded_key
    embedded.ok("backup", str(tmp_path / "b"))
    (tmp_path / "b.ledger").unlink()
    _ledger_file(embedded).write_bytes(b"rubbish" * 10_000)

    done = embedded("restore", "--yes", str(tmp_path / "b"))

    assert "the ledger is damaged" in done.err
    assert _ledger_file(embedded).read_bytes() == b"rubbish" * 10_000


def test_a_missing_copy_of_the_ledger_is_told_before_anything_changes(
    embedded: Command, tmp_path: Path
) -> None:
    embedded.ok("backup", str(tmp_path / "b"))
    (tmp_path / "b.ledger").unlink()
    before = numbers(embedded)

    done = embedded("restore", "--yes", "--with-ledger", str(tmp_path / "b"))

    assert done.failed("bad_backup")
    assert numbers(embedded) == before


def test_a_bad_copy_of_the_ledger_is_told_before_anything_changes(
    embedded: Command, tmp_path: Path
) -> None:
    embedded.ok("backup", str(tmp_path / "b"))
    (tmp_path / "b.ledger").write_bytes(b"rubbish")
    before = numbers(embedded)

    done = embedded("restore", "--yes", "--with-ledger", str(tmp_path / "b"))

    assert done.failed("bad_backup")
    assert numbers(embedded) == before


def test_a_restore_after_the_loss_of_everything(
    embedded: Command, embedded_key: str, tmp_path: Path
) -> None:
    receipt = embedded.ask(ALL, embedded_key).headers["Regie-Receipt"]
    embedded.ok("backup", str(tmp_path / "b"))
    other = {"REGIE_HOME": str(tmp_path / "other"), "REGIE_DATABASE_URL": ""}

    embedded.ok("restore", "--yes", str(tmp_path / "b"), **other)

    assert embedded("ledger", "verify", "--receipt", receipt, **other).code == 0
    assert embedded("ledger", "verify", **other).code == 0


def test_all_files_are_for_their_owner_alone(
    embedded: Command, embedded_key: str, tmp_path: Path
) -> None:
    assert embedded_key
    embedded.ok("backup", str(tmp_path / "b"))
    with embedded.house() as house:
        assert create_app(house)
        files = [it for it in tmp_path.iterdir() if ".sqlite3" in it.name or it.name[0] == "b"]

        assert len(files) >= 4
        assert {it.name: oct(it.stat().st_mode & 0o777) for it in files} == {
            it.name: "0o600" for it in files
        }


def test_an_upgrade_reaches_the_ledger(embedded: Command) -> None:
    embedded.ok("db", "upgrade")

    assert _ledger_file(embedded).exists()
    with embedded.house() as house:
        ledger = open_ledger(house.database)
        assert ledger.path == _ledger_file(embedded)
        ledger.close()


def _ledger_file(regie: Command) -> Path:
    path = regie.settings.database.database
    assert path
    return ledger_path(Path(path))
