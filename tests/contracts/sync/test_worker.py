"""What the worker promises: nothing lost, nothing done twice, on SQLite and Postgres."""

from datetime import timedelta

import pytest
from msgspec import structs

from connector.model.money import Money
from connector.model.offer import Sale
from connector.model.product import Product
from tests.kit.samples import offer, product, with_variant
from tests.kit.shops.works import Works


@pytest.mark.parametrize(("job", "seconds"), [("delta", 300), ("sweep", 10_000), ("full", 86_400)])
def test_recurring_jobs_come_back_after_their_interval(
    works: Works, job: str, seconds: int
) -> None:
    turns = []

    for _ in range(3):
        works.clock.advance(seconds)
        works.worker.drain()
        turns.append(works.waits(f"{job}:con_one"))

    assert turns == [seconds] * 3


@pytest.mark.parametrize(("can_list", "full_reads"), [(True, 1), (False, 9)])
def test_a_shop_whose_sweeps_go_by_dates_is_read_fully_once_a_day(
    works: Works,
    can_list: bool,  # noqa: FBT001 - a parameter
    full_reads: int,
) -> None:
    """Of a shop that lists no dates, each of the nine sweeps of the day is a full read already."""
    works.shop.can_list = can_list

    for _ in range(9):
        works.clock.advance(10_000)
        works.worker.drain()

    assert works.shop.asked("full") == full_reads


def test_a_job_that_is_not_due_is_not_done(works: Works) -> None:
    works.clock.advance(299)

    works.worker.drain()

    assert works.shop.asked("delta") == 0


def test_webhooks_are_looked_after_at_once_and_then_every_half_hour(works: Works) -> None:
    seen = [works.shop.hooks_seen]

    for _ in range(2):
        works.clock.advance(1800)
        works.worker.drain()
        seen.append(works.shop.hooks_seen)

    assert seen == [1, 2, 3]


def test_a_failing_job_is_postponed_longer_each_time(works: Works) -> None:
    works.clock.advance(300)
    works.shop.closed = True
    delays = []

    for _ in range(5):
        works.worker.drain()
        delays.append(works.waits("delta:con_one"))
        works.clock.advance(delays[-1])

    assert delays == [2, 4, 8, 16, 32]


def test_a_shop_that_is_back_is_read_again_at_its_usual_pace(works: Works) -> None:
    works.clock.advance(300)
    works.shop.closed = True
    works.worker.drain()
    works.shop.closed = False
    works.clock.advance(2)

    works.worker.drain()

    assert works.waits("delta:con_one") == 300


def test_a_closed_shop_keeps_no_other_waiting(works: Works) -> None:
    works.clock.advance(300)
    works.shop.closed = True

    works.worker.drain()

    assert (works.waits("delta:con_two"), works.shops["two"].asked("delta")) == (300, 1)


def on_sale(number: int, works: Works) -> Product:
    """Return a product that is cheaper from one minute to two minutes from now."""
    start, end = works.clock() + timedelta(minutes=1), works.clock() + timedelta(minutes=2)
    terms = structs.replace(offer(1250), sale=Sale(Money(990, "EUR"), start, end))
    return with_variant(product(number), offers=(terms,))


def test_a_sale_begins_and_ends_by_itself(works: Works) -> None:
    works.shop.put(on_sale(3, works))
    works.receive("3")
    works.worker.drain()
    prices = []

    for seconds in (0, 59, 1, 59, 1):
        works.clock.advance(seconds)
        works.worker.turn()
        prices.append(works.documents()["3"]["variants"][0]["price"]["amount"])

    assert prices == [1250, 1250, 990, 990, 1250]


def test_a_price_that_changes_by_itself_asks_nothing_of_the_shop(works: Works) -> None:
    works.shop.put(on_sale(3, works))
    works.receive("3")
    works.worker.drain()
    works.shop.calls.clear()
    works.clock.advance(90)

    works.worker.turn()

    assert works.shop.calls == []


def test_a_failed_adapter_is_opened_anew_with_the_keys_of_today(works: Works) -> None:
    opened = works.shop.opened
    works.shop.closed = True
    works.receive("3")
    works.worker.turn()
    works.shop.closed = False
    works.clock.advance(2)

    works.worker.turn()

    assert (works.shop.opened - opened, works.states()) == (1, ["done"])
