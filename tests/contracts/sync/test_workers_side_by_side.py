"""Several workers lose nothing and do nothing twice."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from connector.platforms import Fetched
from connector.store import tables
from connector.store.clock import ms
from connector.store.work import queue
from regie.worker import Worker
from tests.kit.samples import product
from tests.kit.shops.works import Works


def side_by_side(works: Works, act: Callable[[Worker], object], count: int = 2) -> None:
    """Let several workers act at the same time, each as a process of its own would."""
    workers = [Worker(works.house) for _ in range(count)]
    threads = [threading.Thread(target=act, args=(it,)) for it in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.close()


def test_two_workers_lose_no_event_and_take_none_twice(works: Works) -> None:
    ids = [str(number) for number in range(1, 1001)]
    works.shop.put(*(product(int(number)) for number in ids))
    works.receive(*ids)

    side_by_side(works, Worker.drain)

    assert set(works.states()) == {"done"}
    assert works.shop.fetched == Counter(ids)


def test_two_workers_do_a_job_once(works: Works) -> None:
    works.clock.advance(300)

    side_by_side(works, Worker.drain)

    assert works.shop.asked("delta") == 1


def test_a_slow_shop_does_not_cost_a_worker_its_events(works: Works) -> None:
    """Two hundred products may take longer to read than a lease lasts."""
    ids = [str(number) for number in range(1, 201)]
    works.shop.put(*(product(int(number)) for number in ids))
    works.receive(*ids)
    slow = works.shop.fetch
    taken_meanwhile: list[int] = []

    def fetch(external_ids: Sequence[str]) -> Fetched:
        works.clock.advance(100)
        others = queue.take(works.house.database, tables.inbox, ms(works.clock()), 1, limit=200)
        taken_meanwhile.append(len(others))
        return slow(external_ids)

    works.shop.fetch = fetch  # type: ignore[method-assign]  # a slower shop

    works.worker.turn()

    assert (taken_meanwhile, set(works.states())) == ([0, 0, 0, 0], {"done"})
