"""What the suites of the command line share: a small house, an agent and its receipts."""

from pathlib import Path

import pytest

from tests.kit.command import ALL, Command, environment, seeded


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


@pytest.fixture
def receipts(regie: Command, key: str) -> list[str]:
    """Let the agent ask three times, and a stranger once."""
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")
    asked = [regie.ask(ALL, it) for it in (key, key, key, None)]
    return [it.headers.get("Regie-Receipt", "") for it in asked]
