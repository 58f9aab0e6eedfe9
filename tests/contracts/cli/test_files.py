"""What commands write into files, which they leave alone, and which are not what is needed."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.store.errors import DatabaseDamaged
from connector.store.listing import reader
from tests.kit.command import ALL, Command


@pytest.fixture
def sqlite_regie(commands_at: Callable[[str], Command], laid_sqlite_url: str) -> Command:
    return commands_at(laid_sqlite_url)


def own_files(regie: Command) -> list[Path]:
    with regie.house() as house:
        stores = [it.path for it in (house.database, house.ledger) if it.path is not None]
        return [*stores, house.settings.home_path / "secret.key"]


def test_no_backup_is_written_over_a_file_of_the_house(regie: Command) -> None:
    regie.ok("agent", "add", "Finder", "--contact", "x")
    regie.ask(ALL)
    for own in own_files(regie):
        own.parent.mkdir(parents=True, exist_ok=True)
        own.touch()
        before = own.read_bytes()
        for target in (own, own.parent / "." / own.name):
            refused = regie("backup", str(target))

            assert refused.failed("bad_backup"), own
            assert own.read_bytes() == before


def test_no_backup_takes_the_place_of_the_ledger_by_its_second_file(
    sqlite_regie: Command,
) -> None:
    """The ledger's copy lies beside the backup, as FILE.ledger."""
    ledger = next(it for it in own_files(sqlite_regie) if "ledger" in it.name)
    link = ledger.with_name("copy.ledger")
    link.symlink_to(ledger)

    assert sqlite_regie("backup", str(ledger.with_name("copy"))).failed("bad_backup")


def test_a_ledger_is_not_restored_as_a_catalogue(sqlite_regie: Command, tmp_path: Path) -> None:
    before = sqlite_regie.ok("export", "catalog")
    sqlite_regie.ok("backup", str(tmp_path / "bak"))

    refused = sqlite_regie("restore", "--yes", str(tmp_path / "bak.ledger"))

    assert refused.failed("bad_backup")
    assert str(tmp_path / "bak") in refused.err.replace("bak.ledger", "")
    assert sqlite_regie.ok("export", "catalog") == before != ""


def test_an_export_that_fails_leaves_the_last_good_one(
    regie: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "catalog.jsonl"
    regie.ok("export", "catalog", "--output", str(target))
    before = target.read_bytes()

    def damaged(*_: object) -> Iterator[bytes]:
        yield b"{}"
        raise DatabaseDamaged("Cannot be read.")

    monkeypatch.setattr(reader, "export", damaged)
    refused = regie("export", "catalog", "--output", str(target))

    assert refused.failed("database_damaged")
    assert target.read_bytes() == before != b""
    assert [it.name for it in tmp_path.glob("catalog*")] == ["catalog.jsonl"]


def test_an_export_to_nowhere_says_so(regie: Command, tmp_path: Path) -> None:
    assert regie("export", "catalog", "--output", str(tmp_path / "no" / "file")).failed(
        "export_unwritten"
    )


def test_an_export_to_a_file_is_the_one_on_the_screen(regie: Command, tmp_path: Path) -> None:
    regie.ok("export", "catalog", "--output", str(tmp_path / "file"))

    assert (tmp_path / "file").read_text(encoding="utf-8") == regie("export", "catalog").out


@pytest.mark.parametrize(
    ("platform", "code"), [("shopify", "file_unusable"), ("woocommerce", "no_recordings")]
)
def test_a_fake_shop_needs_recordings_and_a_free_port(
    regie: Command, tmp_path: Path, platform: str, code: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = regie("fake-shop", platform, "--port", str(taken.getsockname()[1]))

    assert refused.failed("port_taken")
    assert regie("fake-shop", platform, "--data", str(tmp_path)).failed(code)
