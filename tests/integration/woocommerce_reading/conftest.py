"""A served WooCommerce shop, read without waiting."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.kit.shops.woo import Open, opened


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path) as found:
        yield found
