"""What several suites in a browser share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from connector.store.database import Database
from tests.kit.browser import chromium
from tests.kit.courier.street import Street, a_street


@pytest.fixture(scope="session")
def chromium_of_this_worker() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def browser(chromium_of_this_worker: Browser) -> Iterator[Browser]:
    """Yield a browser in which nobody has been, and leave nobody in it."""
    yield chromium_of_this_worker
    for context in chromium_of_this_worker.contexts:
        context.close()


@pytest.fixture
def street(
    browser: Browser, tmp_path: Path, sqlite_url: str, open_at: Callable[[str], Database]
) -> Iterator[Street]:
    open_at(sqlite_url)
    with a_street(browser, tmp_path, sqlite_url) as found:
        yield found
