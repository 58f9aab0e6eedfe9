"""Turns: how many answers one asker may have in the making at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from storefront.disclosure.turns import TooManyAtOnce, Turns


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as found:
        yield found


class Guest:
    """Somebody in a turn until he is told to go."""

    def __init__(self, threads: ThreadPoolExecutor, turns: Turns, name: str) -> None:
        self.inside = threading.Event()
        self._go = threading.Event()
        self._done: Future[None] = threads.submit(self._stay, turns, name)

    def _stay(self, turns: Turns, name: str) -> None:
        with turns.one(name):
            self.inside.set()
            self._go.wait(20)

    def leave(self) -> None:
        self._go.set()
        self._done.result(20)


Enter = Callable[[Turns, str], Guest]


@pytest.fixture
def enter(threads: ThreadPoolExecutor) -> Iterator[Enter]:
    guests: list[Guest] = []

    def one(turns: Turns, name: str) -> Guest:
        guests.append(Guest(threads, turns, name))
        return guests[-1]

    yield one
    for guest in guests:
        guest._go.set()


def test_one_more_than_may_run_and_wait_is_refused_at_once(enter: Enter) -> None:
    turns = Turns(running=2, waiting=0, patience=60)
    guests = [enter(turns, "a") for _ in range(2)]
    assert all(it.inside.wait(20) for it in guests)

    with pytest.raises(TooManyAtOnce) as caught, turns.one("a"):
        pass

    assert (caught.value.status, caught.value.facts["retry_after"]) == (429, 1)


def test_one_asker_takes_no_turn_of_another(enter: Enter) -> None:
    turns = Turns(running=1, waiting=0)
    assert enter(turns, "a").inside.wait(20)

    with turns.one("b"):
        pass


def test_who_waits_comes_in_when_another_leaves(enter: Enter) -> None:
    turns = Turns(running=1, waiting=1, patience=60)
    first = enter(turns, "a")
    assert first.inside.wait(20)
    second = enter(turns, "a")
    assert not second.inside.wait(0.05)

    first.leave()

    assert second.inside.wait(20)


def test_who_waits_too_long_is_refused(enter: Enter) -> None:
    turns = Turns(running=1, waiting=1, patience=0.01)
    assert enter(turns, "a").inside.wait(20)

    with pytest.raises(TooManyAtOnce), turns.one("a"):
        pass


def test_whoever_asks_again_at_once_stands_behind_those_who_wait() -> None:
    """Without an order two of eight had all turns, and six were refused for ever."""
    turns, answers, end = Turns(), [0] * 8, threading.Event()

    def go_on(place: int) -> None:
        while not end.is_set():
            with turns.one("a"):
                end.wait(0.002)
            answers[place] += 1

    asking = [threading.Thread(target=go_on, args=(place,)) for place in range(8)]
    for it in asking:
        it.start()
    end.wait(1)
    end.set()
    for it in asking:
        it.join(20)

    assert max(answers) <= min(answers) + 2


def test_who_gives_up_holds_up_nobody_behind(enter: Enter) -> None:
    turns = Turns(running=1, waiting=2, patience=0.3)
    first = enter(turns, "a")
    assert first.inside.wait(20)
    with pytest.raises(TooManyAtOnce), turns.one("a"):
        pass
    second = enter(turns, "a")
    assert not second.inside.wait(0.05)

    first.leave()

    assert second.inside.wait(20)


def test_a_turn_ends_also_when_the_answer_fails() -> None:
    turns = Turns(running=1, waiting=0)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.one("a"):
            raise ZeroDivisionError


def test_nothing_is_remembered_of_those_who_left(enter: Enter) -> None:
    turns = Turns(running=1, waiting=1, patience=60)
    first = enter(turns, "a")
    assert first.inside.wait(20)
    second = enter(turns, "a")
    first.leave()
    assert second.inside.wait(20)
    second.leave()
    with ExitStack() as stack:
        for name in "bcd":
            stack.enter_context(turns.one(name))

    assert not turns._lines
