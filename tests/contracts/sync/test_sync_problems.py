"""A product that cannot be read is told, and stops no other."""

from typing import Any

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import select

from connector.model.product import Product
from connector.model.publication import Status, Visibility, Withheld
from connector.store import tables
from connector.store.work import runs
from connector.sync import Mode, intake
from tests.kit.samples import product, with_variant
from tests.kit.shops.memory_house import SCOPE, MemoryHouse, renamed


def test_a_product_with_a_problem_is_told_and_stops_nothing(house: MemoryHouse) -> None:
    house.shop.bad = {"3"}

    summary = house.sync()

    with house.database.read() as connection:
        (problem,) = runs.problems(connection, SCOPE)
    assert (summary.problems, len(house.export()), problem.code) == (1, 9, "bad_fact")


def spoil(house: MemoryHouse, number: str, **changes: Any) -> Product:
    """Change a product of the shop and make one of its facts unreadable; return what it was."""
    before = house.shop.products[number]
    house.shop.bad.add(number)
    house.shop.put(structs.replace(before, **changes))
    return before


def standing(house: MemoryHouse, number: int) -> Any:
    found = (msgspec.json.decode(data) for data in house.export())
    return next(it for it in found if it["source"]["externalId"] == str(number))


def sequence(house: MemoryHouse) -> Any:
    with house.database.read() as connection:
        return connection.execute(select(tables.merchant.c.sequence)).scalar_one()


OFF_SALE = {
    "DRAFT": {"status": Status.DRAFT},
    "ARCHIVED": {"status": Status.ARCHIVED},
    "PRIVATE": {"visibility": Visibility.PRIVATE},
    "UNLISTED": {"visibility": Visibility.UNLISTED},
    "PASSWORD": {"visibility": Visibility.PASSWORD},
    "NOT_ON_CHANNEL": {"withheld": (Withheld.NOT_ON_CHANNEL,)},
    "AGENT_POLICY": {"withheld": (Withheld.AGENT_POLICY,)},
}


@pytest.mark.parametrize("reason", OFF_SALE)
@pytest.mark.parametrize("mode", [Mode.FULL, Mode.DELTA])
def test_a_product_taken_off_sale_is_withheld_although_another_fact_is_bad(
    house: MemoryHouse, mode: Mode, reason: str
) -> None:
    house.sync()
    before = sequence(house)
    spoil(house, "3", title="Broken", **OFF_SALE[reason])

    summary = house.sync(mode)

    found = standing(house, 3)
    assert found["publication"] == {"publishable": False, "reasons": [reason]}
    assert (found["title"], sequence(house) - before) == ("Mug 3", 1)
    assert (summary.counts.updated, summary.problems) == (1, 1)


def test_a_product_whose_state_cannot_be_read_is_shown_to_nobody(house: MemoryHouse) -> None:
    house.sync()
    spoil(house, "3", status="whatever")

    house.sync()

    assert standing(house, 3)["publication"]["reasons"] == ["PRIVATE"]


def test_a_product_withheld_with_a_problem_is_not_withheld_anew_each_time(
    house: MemoryHouse,
) -> None:
    house.sync()
    spoil(house, "3", status=Status.DRAFT)
    house.sync()
    before = sequence(house)

    summary = house.sync()

    assert (sequence(house), summary.problems) == (before, 1)


def test_the_next_good_reading_mends_what_was_withheld_with_a_problem(
    house: MemoryHouse,
) -> None:
    """Also where it says to the letter what was known before."""
    house.sync()
    before = spoil(house, "3", status=Status.DRAFT)
    house.sync()
    house.shop.bad.clear()
    house.shop.put(before)

    summary = house.sync()

    assert standing(house, 3)["publication"]["publishable"]
    assert summary.problems == 0


def test_what_was_read_before_a_product_was_put_on_sale_does_not_withhold_it(
    house: MemoryHouse,
) -> None:
    house.sync()
    good = spoil(house, "3", status=Status.DRAFT)
    exported = next(house.shop._pages(["3"], 0))
    house.shop.bad.clear()
    house.shop.put(renamed(good, "Back again", house))
    house.clock.advance(60)
    house.syncer().refresh(["3"])
    prepared = intake.prepare(house.database, SCOPE, exported, {}, house.clock())

    with house.database.write() as connection:
        intake.store(connection, SCOPE, prepared, house.clock())

    assert standing(house, 3)["publication"]["publishable"]


def test_a_new_product_with_a_problem_is_not_there_whatever_its_state(house: MemoryHouse) -> None:
    spoil(house, "3", status=Status.DRAFT)

    assert house.sync().counts.created == 9


def test_a_product_keeps_its_last_good_form_while_it_has_a_problem(house: MemoryHouse) -> None:
    house.sync()
    house.shop.bad = {"3"}
    house.shop.put(renamed(house.shop.products["3"], "Broken", house))

    house.sync()

    assert "Mug 3" in house.titles()


def test_a_mended_product_loses_its_problem(house: MemoryHouse) -> None:
    house.shop.bad = {"3"}
    house.sync()
    house.shop.bad = set()

    assert house.sync().problems == 0


@pytest.mark.parametrize(
    "odd",
    [
        product(5, title="Mug\0"),
        product(5, title="Mug \ud83d"),
        product(5, price=10**19),
        product(5, stock=-(10**19)),
    ],
    ids=["NUL", "half a character", "price", "stock"],
)
def test_a_product_that_no_database_could_hold_stops_no_other(
    house: MemoryHouse, odd: Product
) -> None:
    house.shop.products["5"] = odd
    house.shop._digest = lambda found: found.id[-16:].encode()  # type: ignore[method-assign]  # JSON cannot hold them either

    summary = house.sync()

    assert (summary.counts.created, summary.problems) == (9, 1)


def test_names_of_any_length_are_stored(house: MemoryHouse) -> None:
    long = "".join(f"{number:x}" for number in range(9000))
    named = product(5, title="Long", brand=long, category=long)
    house.shop.products["5"] = with_variant(structs.replace(named, handle=long), sku=long)

    summary = house.sync()

    assert (summary.counts.created, summary.problems) == (10, 0)
