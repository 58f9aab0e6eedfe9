"""Writers of one process take turns in the order in which they came."""

import signal
import threading
import time

import pytest

from connector.store.database.taking_turns import WritersQueue


def _asking(queue: WritersQueue, name: int, served: list[int]) -> threading.Thread:
    """Start a thread that asks, and return once it stands in the queue."""
    before = len(queue._waiting)

    def ask() -> None:
        assert queue.acquire(10)
        served.append(name)
        queue.release()

    thread = threading.Thread(target=ask)
    thread.start()
    while len(queue._waiting) == before:
        time.sleep(0.001)
    return thread


def test_who_came_first_is_served_first_even_before_the_one_who_just_let_go() -> None:
    queue, served = WritersQueue(), list[int]()
    assert queue.acquire(1)
    threads = [_asking(queue, name, served) for name in range(20)]
    queue.release()
    assert queue.acquire(10)
    served.append(99)
    queue.release()
    for thread in threads:
        thread.join(10)
    assert served == [*range(20), 99]


def test_the_owner_may_take_it_again_and_gives_it_up_only_at_the_last_release() -> None:
    queue, served = WritersQueue(), list[int]()
    assert queue.acquire(1)
    assert queue.acquire(1)
    thread = _asking(queue, 1, served)
    queue.release()
    thread.join(0.05)
    assert served == []
    queue.release()
    thread.join(10)
    assert served == [1]


def test_who_waits_too_long_leaves_the_queue_and_stands_in_nobodys_way() -> None:
    queue, served, told = WritersQueue(), list[int](), list[bool]()
    assert queue.acquire(1)
    hasty = threading.Thread(target=lambda: told.append(queue.acquire(0.01)))
    hasty.start()
    hasty.join(10)
    patient = _asking(queue, 2, served)
    queue.release()
    patient.join(10)
    assert (told, served) == ([False], [2])


def test_only_one_has_the_turn_however_many_ask_and_give_up_at_once() -> None:
    queue, inside, most = WritersQueue(), [0], [0]

    def work() -> None:
        for _ in range(200):
            if queue.acquire(0.0005):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0001)
                inside[0] -= 1
                queue.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [1]
    assert queue.acquire(1)


class Struck(Exception):
    """What a signal raises in the thread that waits."""


def _strike(*_signal: object) -> None:
    raise Struck


def test_who_was_called_away_while_waiting_is_not_handed_the_turn() -> None:
    queue, held = WritersQueue(), threading.Event()

    def hold() -> None:
        queue.acquire(1)
        held.set()
        while not queue._waiting:
            time.sleep(0.001)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        while queue._waiting:
            time.sleep(0.001)
        queue.release()

    before = signal.signal(signal.SIGUSR1, _strike)
    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    held.wait()
    with pytest.raises(Struck):
        queue.acquire(10)
    thread.join(10)
    signal.signal(signal.SIGUSR1, before)

    assert not queue._waiting
    assert queue.acquire(1)
