"""Houses that read a served WooCommerce shop."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.store.database import Database
from tests.kit.shops.woo import opened
from tests.kit.shops.woo_house import WooHouse


@pytest.fixture
def open_house(
    tmp_path: Path, sqlite_url: str, open_at: Callable[[str], Database]
) -> Iterator[Callable[..., WooHouse]]:
    running: list[Any] = []

    def build(**how: Any) -> WooHouse:
        context = opened(tmp_path, **how)
        shop = context.__enter__()
        running.append(context)
        return WooHouse(open_at(sqlite_url), shop)

    yield build
    for context in running:
        context.__exit__(None, None, None)


@pytest.fixture
def house(open_house: Callable[..., WooHouse]) -> WooHouse:
    found = open_house()
    found.sync()
    return found
