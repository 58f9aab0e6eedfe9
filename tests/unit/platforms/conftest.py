"""A transport whose clock stands still."""

from collections.abc import Iterator

import pytest

from connector.platforms.transport import Transport
from tests.kit.shops.web import NOW


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(clock=lambda: NOW) as made:
        yield made
