"""A product that cannot be read is told, and stops no other."""

import pytest
from msgspec import structs

from connector.model.product import Product
from connector.store.work import runs
from tests.kit.samples import product, with_variant
from tests.kit.shops.memory_house import SCOPE, MemoryHouse, renamed


def test_a_product_with_a_problem_is_told_and_stops_nothing(house: MemoryHouse) -> None:
    house.shop.bad = {"3"}

    summary = house.sync()

    with house.database.read() as connection:
        (problem,) = runs.problems(connection, SCOPE)
    assert (summary.problems, len(house.export()), problem.code) == (1, 9, "bad_fact")


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
