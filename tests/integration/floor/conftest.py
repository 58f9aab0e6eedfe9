"""Both fake shops, and a house that hears of their orders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.shops.orders_street import Scene, scene


@pytest.fixture
def play(tmp_path: Path, sqlite_url: str) -> Iterator[Scene]:
    with scene(tmp_path / "home", sqlite_url) as found:
        yield found
