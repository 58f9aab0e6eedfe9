"""What the suites of the disclosure share: a furnished database to be copied."""

from pathlib import Path

import pytest

from tests.kit.disclosure.door import template


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return a database file with three products, and its keys."""
    return template(tmp_path_factory.mktemp("template"), (1, 2, 3))
