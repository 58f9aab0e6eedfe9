"""What every platform must pass before it may be called supported: inherit and hand in a shop."""

from collections.abc import Iterator

import pytest

from connector.model.document import compose
from connector.model.errors import BadSignature
from connector.model.inventory import Availability
from connector.model.product import Product
from connector.platforms import Incoming, Platform, Record
from connector.platforms import Hint, HintKind


class PlatformContract:
    """The suite. A subclass gives the fixture `platform`: opened, its shop at rest.

    `nobody` is an id that the shop never gave to anything.
    """

    nobody = "999999999"

    @pytest.fixture
    def platform(self) -> Iterator[Platform]:
        """Yield the platform under test."""
        raise NotImplementedError

    def test_a_full_read_counts_every_product_once(self, platform: Platform) -> None:
        platform.prepare()

        pages = list(platform.full(None))

        ids = [record.external_id for page in pages for record in page.records]
