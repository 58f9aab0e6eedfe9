"""What the suites of the command line share: a house with a small catalogue, and an agent's key."""

from pathlib import Path

import pytest

from tests.kit.command import Command, environment, seeded


@pytest.fixture
def regie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    command = Command(monkeypatch, capsys, environment(tmp_path / "home"))
    seeded(command).close()
    return command


@pytest.fixture
def key(regie: Command) -> str:
    return regie.ok("agent", "add", "Finder", "--contact", "mail@finder.example")
