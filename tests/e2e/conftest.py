"""What several suites in a browser share; each of them opens a `browser` of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from connector.store.database import Database
from tests.kit.courier.street import Street, a_street


@pytest.fixture
def street(
    browser: Browser, tmp_path: Path, sqlite_url: str, open_at: Callable[[str], Database]
) -> Iterator[Street]:
    open_at(sqlite_url)
    with a_street(browser, tmp_path, sqlite_url) as found:
        yield found
