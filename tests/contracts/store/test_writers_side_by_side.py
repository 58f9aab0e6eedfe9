"""Several writers at once leave the same catalogue as one after the other, on both databases."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from msgspec import structs
from sqlalchemy import select

from connector.model import document as documents
from connector.model.errors import ClockSkew
from connector.platforms import Config, Context, Shop
from connector.store import connections, tables
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.errors import DatabaseBusy
from connector.store.product import recomposing, rows, writer
from connector.store.product.change import Change, Scope
from connector.store.secrets import SecretBox
from connector.store.work.holder import this_process
from regie.connecting import connect_shop
from regie.house import House
from regie.settings import Settings
from storefront.fulfillment.store.floor import enter
from tests.conftest import NOON
from tests.kit.floor.world import MERCHANT, a_floor
from tests.kit.samples import place, product

SCOPE = Scope("mer_1", "con_1")
PLACES = {place().id: place()}
WRITERS, TURNS = 6, 15


def write_at_random(database: Database, seed: int) -> None:
    """Change, remove and compose a few of twelve products, in any order."""
    chance = random.Random(seed)
    for turn in range(TURNS):
        numbers = chance.sample(range(1, 13), 6)
        moment = NOON + timedelta(milliseconds=chance.randrange(TURNS * 10))
        with database.write() as connection:
            if turn % 5 == 3:
                writer.remove(connection, SCOPE, [str(it) for it in numbers], moment, moment)
            elif turn % 5 == 4:
                ids = [product(it).id for it in numbers]
                recomposing.recompose(connection, "mer_1", ids, PLACES, moment)
            else:
                changes = [change(it, chance.randint(1, 4), moment) for it in numbers]
                writer.apply(connection, SCOPE, changes, PLACES, moment)


def change(number: int, version: int, read_at: Any) -> Change:
    told = product(number, title=f"Mug {version}", price=1000 + version, brand=f"Brand {version}")
    return Change(str(number), bytes([version]) * 16, told, read_at)


def test_writers_side_by_side_neither_lock_each_other_out_nor_mix_their_rows(
    shop: Database,
) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda seed: write_at_random(shop, seed), range(WRITERS)))

    with shop.read() as connection:
        stored = connection.execute(select(tables.product.c.document)).scalars().all()
        standing = [documents.decode(it) for it in stored if it is not None]
        facets = {tuple(row) for row in connection.execute(select(tables.facet))}
    assert facets == {row for it in standing for row in rows.facets("mer_1", it)}


class _Shop:
    """A shop that accepts any key."""

    name: ClassVar[str] = "memory"

    @classmethod
    def open(cls, config: Config) -> "_Shop":
        del config
        return cls()

    def prepare(self) -> Context:
        told = Shop("Memory", "https://memory.example", "EUR", "UTC", None, None, True, {})
        return Context(told, (), b"one", 0.0)

    def close(self) -> None:
        """Nothing to give back."""


def test_one_shop_connected_by_many_at_once_is_one_connection_of_one_merchant(
    database: Database, tmp_path: Path
) -> None:
    settings = Settings(home=str(tmp_path))
    box = SecretBox(["k" * 40])
    name = this_process()
    house = House(settings, database, database, box, system_clock, name, lambda _name: _Shop)  # type: ignore[arg-type, return-value]  # as much of a platform as connecting needs
    shop = "https://memory.example"

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: connect_shop(house, "memory", shop, {"key": "k"}), range(6)))

    with database.read() as connection:
        found = connections.all_of(connection)
    assert len(found) == 1


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_shop_whose_clock_is_wrong_is_not_connected(
    database: Database, tmp_path: Path, minutes: int
) -> None:
    class Early(_Shop):
        def prepare(self) -> Context:
            return structs.replace(super().prepare(), skew_seconds=minutes * 60.0)

    settings, box = Settings(home=str(tmp_path)), SecretBox(["k" * 40])
    house = House(
        settings, database, database, box, system_clock, this_process(), lambda _name: Early  # type: ignore[arg-type, return-value]  # as much of a platform as connecting needs
    )  # fmt: skip

    with pytest.raises(ClockSkew, match=f"{minutes} minutes"):
        connect_shop(house, "memory", "https://memory.example", {"key": "k"})
    with database.read() as connection:
        assert connections.all_of(connection) == []


@pytest.mark.parametrize("given", [None, 0.2])
def test_nobody_waits_for_ever_behind_a_writer_that_hangs(
    database: Database, given: float | None
) -> None:
    floor = a_floor(database)
    hasty = Database(database.url, patience=0.2 if given is None else 30)

    with (
        floor.write(MERCHANT),
        pytest.raises(DatabaseBusy),
        hasty.write(patience=given) as connection,
    ):
        enter(connection, MERCHANT, 0)
    with hasty.write(patience=given) as connection:
        here = enter(connection, MERCHANT, 0)
    hasty.close()

    assert here.seq == 2
