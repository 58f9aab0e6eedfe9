"""What is killed here: two shops to read, written once, and databases to read them into."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from regie.demo.shopify.generate import generate as generate_shopify
from regie.demo.woocommerce.generate import generate as generate_woocommerce
from tests.kit.killing import NewUrl
from tests.kit.molds import Laid, Mold
from tests.kit.shops.street import Recorded


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Write a shop of each kind."""
    folder = tmp_path_factory.mktemp("shops")
    return Recorded(
        generate_shopify(folder / "shopify", products=120, variants=2, locations=2),
        generate_woocommerce(folder / "woocommerce", products=400, variations=1),
    )


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """Return what lends databases with the newest tables, one after the other."""
    if request.param == "postgres":
        laid: Laid = request.getfixturevalue("laid")
        return laid.lent
    mold: Mold = request.getfixturevalue("mold")

    @contextmanager
    def poured() -> Iterator[str]:
        path = tmp_path / f"{uuid4().hex}.sqlite3"
        mold.pour(path)
        yield f"sqlite:///{path}"

    return poured
