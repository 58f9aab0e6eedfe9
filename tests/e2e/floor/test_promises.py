"""Nothing is promised twice, and nothing acknowledged is lost, whoever comes or is killed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.store.clock import system_clock
from connector.store.database import Database
from tests.kit.floor.last_unit import Race, race
from tests.kit.floor.promise_crowd import lay
from tests.kit.floor.promise_siege import Crowd, besiege
from tests.kit.floor.world import a_floor, a_store, stock

pytestmark = pytest.mark.slow
CROWD = Crowd(4, 2, 120, 4)


def test_a_crowd_with_kills_breaks_no_promise(database: Database, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    lay(database, 30)

    found = besiege(database, log, CROWD)

    assert found.broken == dict.fromkeys(found.broken, 0)
    assert found.kills == 4
    assert found.acknowledged > 500
    assert found.repeated > 30


@pytest.mark.parametrize("form", [Race(1, 10), Race(5, 10)], ids=["threads", "processes"])
def test_the_last_piece_is_sold_once(
    sqlite_url: str, open_at: Callable[[str], Database], form: Race
) -> None:
    database = open_at(sqlite_url)
    floor = a_floor(database, system_clock)
    stock(database, dict.fromkeys(range(1, 6), 1), system_clock())
    a_store(floor)

    got = race(sqlite_url, form, range(1, 6))

    assert got == [1] * 5
