"""The shop in memory, on which other tests lean, keeps the promises of every shop for orders."""

import pytest
from msgspec import structs

from connector.platforms.testing import OrderContract, Till
from tests.kit.floor.orders import an_order, bought
from tests.kit.shops.fakes import HandClock, MemoryPlatform


class TestMemoryOrders(OrderContract):
    @pytest.fixture
    def till(self) -> Till:
        clock = HandClock()
        shop = MemoryPlatform(clock)

        def buy(count: int) -> str:
            number = 1001 + len(shop.placed)
            placed = an_order(bought(1, count), number=number)
            shop.placed[placed.external_id] = structs.replace(placed, updated_at=clock())
            return placed.external_id

        def shown(order: str) -> object:
            return shop.placed[order], list(shop.told.values())

        return Till(shop, buy, shown, clock)  # type: ignore[arg-type]  # it has no `open`
