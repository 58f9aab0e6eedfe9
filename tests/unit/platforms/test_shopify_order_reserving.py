"""Setting aside survives tries that fail and answers that are lost, and never moves twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.model.order import News, Reservation, Telling
from connector.platforms.shopify.errors import (
    KeyReused,
    NewKeyNeeded,
    StaleWrite,
    UserError,
    UserErrors,
)
from connector.platforms.shopify.order import reserving

ITEM, PLACE = "gid://shopify/InventoryItem/1", "gid://shopify/Location/1"
HOLD = Telling("hld_7/RESERVED", News.RESERVED, reservations=(Reservation(ITEM, PLACE, 2),))


class Counter:
    """Keys as Shopify keeps them: same key and content again is answered and not done again.

    `fates` are what befalls the next moves: None is done; a lost answer is done all the same.
    """

    def __init__(self, *fates: type[Exception] | None) -> None:
        self.fates = list(fates)
        self.kept: dict[str, tuple[Any, bool]] = {}
        self.writes: list[tuple[str, Any]] = []
        self.aside = 0

    def execute(
        self, operation: str, variables: Mapping[str, Any], idempotency_key: str = "", **_: Any
    ) -> Any:
        if operation == "inventory_item_at_location":
            return reserving._Answer(reserving._Item(True, reserving._Level(True)))
        (change,) = variables["input"]["changes"]
        self.writes.append((idempotency_key, change))
        if idempotency_key in self.kept:
            return self._again(*self.kept[idempotency_key], change)
        fate = self.fates.pop(0) if self.fates else None
        done = fate in {None, LostAnswer}
        self.kept[idempotency_key] = (change, done)
        self.aside += change["quantity"] if done else 0
        if fate is LostAnswer:
            raise LostAnswer
        if fate is not None:
            raise fate("inventoryMoveQuantities", [UserError("no")])
        return None

    def _again(self, before: Any, done: bool, change: Any) -> None:  # noqa: FBT001 - as it was kept
        if change != before:
            raise KeyReused("inventoryMoveQuantities", [UserError("other content")])
        if not done:
            raise NewKeyNeeded("inventoryMoveQuantities", [UserError("that one failed")])


class LostAnswer(Exception):
    """The connection broke after the move was done."""


def told(client: Counter, telling: Telling = HOLD) -> list[Any]:
    reserving.move(client, telling)  # type: ignore[arg-type]  # all that it asks of a client
    return client.writes


def test_a_move_asks_the_same_whatever_lies_there() -> None:
    ((_, change),) = told(Counter())

    assert (change["from"]["changeFromQuantity"], change["to"]["changeFromQuantity"]) == (
        None,
        None,
    )


def test_the_document_names_the_hold_wherever_it_is_not_on_sale() -> None:
    ((_, change),) = told(Counter())

    assert "ledgerDocumentUri" not in change["from"]
    assert change["to"]["ledgerDocumentUri"] == "gid://regie/Reservation/hld_7"


@pytest.mark.parametrize("fate", [StaleWrite, NewKeyNeeded])
def test_after_a_try_that_failed_another_key_asks_for_the_same(fate: type[UserErrors]) -> None:
    first, second = told(Counter(fate))

    assert first[0] != second[0]
    assert first[1] == second[1]


def test_who_crashed_after_a_try_that_failed_sets_the_pieces_aside_when_he_tells_again() -> None:
    client = Counter(StaleWrite, ConnectionError)
    with pytest.raises(ConnectionError):
        told(client)
    del client.kept[client.writes[-1][0]]  # the second try never reached the shop

    told(client)

    assert client.aside == 2


def test_who_crashed_before_he_heard_of_it_does_not_set_them_aside_twice() -> None:
    client = Counter(NewKeyNeeded, LostAnswer)
    with pytest.raises(LostAnswer):
        told(client)

    told(client)
    told(client)

    assert client.aside == 2


def test_where_every_key_failed_it_is_told_that_nothing_was_done() -> None:
    with pytest.raises(StaleWrite):
        told(Counter(*[StaleWrite] * reserving.TRIES))


def test_a_key_that_came_with_other_pieces_is_not_asked_again() -> None:
    client = Counter()
    told(client)
    more = Telling(HOLD.key, HOLD.news, reservations=(Reservation(ITEM, PLACE, 3),))

    told(client, more)

    assert client.aside == 2


def test_the_same_telling_uses_the_same_key() -> None:
    assert told(Counter())[0][0] == told(Counter())[0][0]


def test_putting_back_goes_the_other_way() -> None:
    back = Telling("hld_7/UNRESERVED", News.UNRESERVED, reservations=HOLD.reservations)

    ((_, change),) = told(Counter(), back)

    assert (change["from"]["name"], change["to"]["name"]) == ("reserved", "available")
