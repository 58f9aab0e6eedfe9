"""Setting aside survives a count that moves while we read it, and never moves twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.model.order import News, Reservation, Telling
from connector.platforms.shopify import reserving
from connector.platforms.shopify.errors import (
    KeyReused,
    NewKeyNeeded,
    StaleWrite,
    UserError,
    UserErrors,
)

ITEM, PLACE = "gid://shopify/InventoryItem/1", "gid://shopify/Location/1"
HOLD = Telling("hld_7/RESERVED", News.RESERVED, reservations=(Reservation(ITEM, PLACE, 2),))


class Counter:
    """A client whose counts move with every read, and whose writes fail as told."""

    def __init__(self, *fates: type[UserErrors] | None) -> None:
        self.fates = list(fates)
        self.read = 0
        self.writes: list[tuple[str, Any]] = []

    def execute(
        self, operation: str, variables: Mapping[str, Any], idempotency_key: str = "", **_: Any
    ) -> Any:
        if operation == "inventory_item_at_location":
            self.read += 1
            return reserving._Answer(reserving._Item(True, self._level()))
        self.writes.append((idempotency_key, variables["input"]["changes"][0]))
        fate = self.fates.pop(0) if self.fates else None
        if fate is not None:
            raise fate("inventoryMoveQuantities", [UserError("no")])
        return None

    def _level(self) -> Any:
        counts = {"available": 10 - self.read, "reserved": self.read}
        rows = [reserving.QuantityPart(name, count) for name, count in counts.items()]
        return reserving._Level(True, rows)


def told(client: Counter, telling: Telling = HOLD) -> list[Any]:
    reserving.move(client, telling)  # type: ignore[arg-type]  # all that it asks of a client
    return client.writes


def test_a_move_says_from_which_count_it_starts() -> None:
    ((_, change),) = told(Counter())

    assert (change["from"]["changeFromQuantity"], change["to"]["changeFromQuantity"]) == (9, 1)


def test_the_document_names_the_hold_wherever_it_is_not_on_sale() -> None:
    ((_, change),) = told(Counter())

    assert "ledgerDocumentUri" not in change["from"]
    assert change["to"]["ledgerDocumentUri"] == "gid://regie/Reservation/hld_7"


@pytest.mark.parametrize("fate", [StaleWrite, NewKeyNeeded])
def test_a_stale_count_is_read_again_under_a_new_key(fate: type[UserErrors]) -> None:
    first, second = told(Counter(fate))

    assert first[0] != second[0]
    assert second[1]["from"]["changeFromQuantity"] == 8


def test_a_count_that_never_stands_still_is_moved_without_looking() -> None:
    writes = told(Counter(StaleWrite, StaleWrite, StaleWrite))

    ends = writes[-1][1]
    assert (len(writes), ends["from"]["changeFromQuantity"]) == (4, None)
    assert "changeFromQuantity" in ends["to"]


def test_a_key_that_was_used_before_means_that_it_was_told() -> None:
    assert len(told(Counter(KeyReused))) == 1


def test_the_same_telling_uses_the_same_key() -> None:
    assert told(Counter())[0][0] == told(Counter())[0][0]


def test_putting_back_goes_the_other_way() -> None:
    back = Telling("hld_7/UNRESERVED", News.UNRESERVED, reservations=HOLD.reservations)

    ((_, change),) = told(Counter(), back)

    assert (change["from"]["name"], change["to"]["name"]) == ("reserved", "available")
