"""What the suites of pages share: a merchant with two stores, and a house before its first shop."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from connector.store.database import Database
from regie.app import create_app
from regie.house import opened
from regie.settings import read
from tests.kit.command import environment
from tests.kit.pages.world import World, a_world


@pytest.fixture
def world(sqlite_url: str, open_at: Callable[[str], Database]) -> World:
    return a_world(open_at(sqlite_url))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """Yield somebody who visits a house that knows no shop yet."""
    with opened(read(environment(tmp_path / "home"))) as house:
        yield create_app(house).test_client()
