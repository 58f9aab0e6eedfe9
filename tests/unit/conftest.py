"""What several unit suites share: agents that sign, and shops on a web that is only played."""

from collections.abc import Iterator

import pytest
import responses
import stamina

from connector.platforms.transport import Transport
from storefront.disclosure.directory import PATH, Directory
from tests.kit.disclosure.signing import JWKS, KEY, ORIGIN, Clock, key_set


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(ORIGIN + PATH, key_set(KEY), content_type=JWKS)
        yield mock


@pytest.fixture
def directory(clock: Clock, web: responses.RequestsMock) -> Directory:
    del web
    return Directory(Transport(), clock)


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Try again at once what failed, four times at most."""
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def shop() -> Iterator[responses.RequestsMock]:
    """Yield the web on which the answers of a shop are played."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
