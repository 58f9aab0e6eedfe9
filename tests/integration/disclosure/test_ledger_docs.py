"""The steps that the docs give to outsiders hold, with nothing but the standard library."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.kit.command import ALL, Command, environment, seeded

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "ledger.md"


@pytest.fixture
def entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, Any]]:
    regie = Command(monkeypatch, capsys, environment(tmp_path / "home"))
    seeded(regie).close()
    key = regie.ok("agent", "add", 'Finder \u00e9"', "--contact", "x")
    regie.ok("grant", "add", "--agent", 'Finder \u00e9"', "--preset", "full", "--all-products")
    for query in (ALL, "{nothing}"):
        regie.ask(query, key)
    return [json.loads(line) for line in regie.ok("ledger", "show", "--json").splitlines()]


def test_an_outsider_recomputes_every_hash_as_the_page_says(entries: list[dict[str, Any]]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    known: dict[str, Any] = {}
    exec(textwrap.dedent(code), known)  # noqa: S102 - the page's own lines

    assert len(entries) == 4
    assert [known["hash_of"](it) for it in entries] == [it["hash"] for it in entries]
