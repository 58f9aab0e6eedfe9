"""The WooCommerce adapter keeps the promises of every platform, on a new shop and on an old one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.platforms import Platform
from connector.platforms.testing import PlatformContract
from regie.demo.woocommerce import Options
from tests.kit.shops.woo import opened


class TestWooCommerce(PlatformContract):
    @pytest.fixture
    def platform(self, tmp_path: Path) -> Iterator[Platform]:
        with opened(tmp_path, options=Options(plugin=True)) as shop:
            yield shop.platform


class TestOldWooCommerce(PlatformContract):
    """A shop without the list of all variations."""

    @pytest.fixture
    def platform(self, tmp_path: Path) -> Iterator[Platform]:
        with opened(tmp_path, options=Options(variations_route=False)) as shop:
            yield shop.platform
