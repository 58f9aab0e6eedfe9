"""A WooCommerce shop with our plugin."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from regie.demo.woocommerce import Options
from tests.kit.shops.woo import Open, opened


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path, options=Options(plugin=True)) as found:
        yield found
