"""What the suites of the command line share: a house whose floor has one store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.command import Command, environment
from tests.kit.floor.world import MERCHANT, NOON, a_floor, a_store, stock


@pytest.fixture
def floor(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Iterator[tuple[Command, ShopFloor]]:
    """Yield the commands of a house with one store, and its floor."""
    command = Command(monkeypatch, capsys, environment(tmp_path / "floor", database_url))
    with command.house() as house:
        shop_floor = a_floor(house.database)
        stock(house.database, {1: 40}, NOON)
        store = a_store(shop_floor)
        with shop_floor.write(MERCHANT) as here:
            near = Zone("zon_1", store.id, {"en": "Near"}, ZoneKind.RADIUS, radius_m=4000)
            places.put_zone(here, near)
        yield command, structs.replace(shop_floor, box=house.box)
