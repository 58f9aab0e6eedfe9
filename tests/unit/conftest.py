"""What the suites of signing agents share."""

from collections.abc import Iterator

import pytest
import responses

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
