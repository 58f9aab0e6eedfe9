"""A browser without a window, as Debian ships it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

_KINDS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The shell comes first: it draws the same and takes half the processor's time."""
CHROMIUM = next(filter(None, map(shutil.which, _KINDS)), None)
IN_CHROMIUM = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
"""What every suite says that looks at pages in a browser."""
PATIENCE_MS = 15_000
"""How long an act or a sight is waited for: two suites share two cores."""
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser of its own."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()
