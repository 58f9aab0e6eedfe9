"""What the suites of the house share: two connected shops."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.shops.scene import Scene, scene_at


@pytest.fixture
def scene(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    with scene_at(tmp_path / "home", database_url) as found:
        yield found
