"""Courtesy: whoever took much lately steps aside while others are being answered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore, Thread

import pytest

from storefront.disclosure.courtesy import Courtesy

LOUD, QUIET = ("mer_1", "loud"), ("mer_1", "quiet")


class Clock:
    """Time that only tests move; `slept` is how long was rested."""

    def __init__(self) -> None:
        self.now = 100.0
        self.taken = 0.0
        self.slept: list[float] = []

    @property
    def rested(self) -> list[float]:
        """How long was rested at a time, without the moments in the middle of work."""
        return [it for it in self.slept if it > 0.001]

    def courtesy(self, patience: float = 60) -> Courtesy:
        return Courtesy(patience, lambda: self.now, lambda: self.taken, self.slept.append)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def work(courtesy: Courtesy, clock: Clock, seconds: float, asker: tuple[str, str] = LOUD) -> None:
    with courtesy.visit(asker):
        clock.taken += seconds


def test_somebody_loud_steps_aside_until_the_quiet_one_is_answered(
    clock: Clock, threads: ThreadPoolExecutor
) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)
    inside = Event()

    def enter() -> None:
        with courtesy.visit(LOUD):
            inside.set()

    with courtesy.visit(QUIET):
        waiting = threads.submit(enter)
        assert not inside.wait(0.1)
    waiting.result(20)

    assert inside.is_set()


def test_he_steps_aside_in_the_middle_of_long_work(
    clock: Clock, threads: ThreadPoolExecutor
) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)
    begun, go, done = Event(), Event(), Event()

    def enter() -> None:
        with courtesy.visit(LOUD):
            begun.set()
            go.wait(20)
            courtesy.pause()
            done.set()

    waiting = threads.submit(enter)
    assert begun.wait(20)
    with courtesy.visit(QUIET):
        go.set()
        assert not done.wait(0.1)
    waiting.result(20)

    assert done.is_set()


def test_those_who_rest_take_nobody_the_place_to_stand_aside(
    clock: Clock, threads: ThreadPoolExecutor
) -> None:
    """Eight requests that were refused at once made everybody loud go ahead of the quiet."""
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)
    work(courtesy, clock, 0, QUIET)
    resting, inside, go = Semaphore(0), Event(), Event()

    def sleep(seconds: float) -> None:
        if seconds > 0.001:
            resting.release()
            go.wait(20)

    courtesy._sleep = sleep

    def refused() -> None:
        with courtesy.visit(("mer_1", "refused")) as visit:
            visit.refused = True

    def enter() -> None:
        with courtesy.visit(LOUD):
            inside.set()

    refusals = [Thread(target=refused) for _ in range(8)]
    for it in refusals:
        it.start()
        assert resting.acquire(timeout=20)
    with courtesy.visit(QUIET):
        waiting = threads.submit(enter)
        assert not inside.wait(0.1)
    waiting.result(20)
    go.set()
    for it in refusals:
        it.join(20)

    assert inside.is_set()


def test_nobody_steps_aside_for_longer_than_his_patience(clock: Clock) -> None:
    courtesy = clock.courtesy(patience=0.01)
    work(courtesy, clock, 0.5)

    with courtesy.visit(QUIET):
        work(courtesy, clock, 0)


def test_who_takes_little_never_waits(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.01, QUIET)

    with courtesy.visit(LOUD):
        work(courtesy, clock, 0, QUIET)

    assert clock.slept == []


def test_somebody_loud_rests_where_others_were_answered_lately(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)
    work(courtesy, clock, 0.01, QUIET)

    work(courtesy, clock, 0)

    assert clock.rested == [0.1]


def test_who_asks_for_a_lot_at_a_steady_pace_is_not_loud(clock: Clock) -> None:
    courtesy = clock.courtesy()

    for _ in range(200):
        work(courtesy, clock, 0.01)
        work(courtesy, clock, 0.001, QUIET)
        clock.now += 0.05

    assert clock.slept == []


def test_who_was_loud_stays_so_until_he_takes_little(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)

    rests = []
    for _ in range(60):
        clock.now += 0.1
        work(courtesy, clock, 0.001, QUIET)
        work(courtesy, clock, 0.01 if len(rests) < 30 else 0)
        rests.append(len(clock.rested))

    assert rests[:30] == list(range(1, 31))
    assert rests[-1] == rests[-10] < 60


def test_somebody_loud_lets_others_begin_in_the_middle_of_his_work(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)

    with courtesy.visit(LOUD):
        courtesy.pause()
    assert clock.slept == []
    work(courtesy, clock, 0.001, QUIET)
    with courtesy.visit(LOUD):
        clock.slept.clear()
        courtesy.pause()

    assert clock.slept == [0.0001]


def refuse(courtesy: Courtesy, asker: tuple[str, str]) -> None:
    with courtesy.visit(asker) as visit:
        visit.refused = True


@pytest.mark.parametrize("taken", [0.01, 0.5])
def test_who_was_told_to_wait_and_asks_on_rests_where_others_were_answered(
    clock: Clock, taken: float
) -> None:
    courtesy = clock.courtesy()
    refuse(courtesy, LOUD)
    assert clock.slept == []
    work(courtesy, clock, taken, QUIET)

    refuse(courtesy, LOUD)

    assert clock.slept == [0.5]


def test_nobody_rests_for_one_who_is_told_to_wait(clock: Clock) -> None:
    courtesy = clock.courtesy()
    refuse(courtesy, QUIET)

    for _ in range(5):
        work(courtesy, clock, 0.5)
        refuse(courtesy, QUIET)

    assert clock.slept == [0.5] * 5


def test_somebody_alone_is_not_slowed_down(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.01, QUIET)
    clock.now += 2
    for _ in range(5):
        work(courtesy, clock, 0.5)

    assert clock.slept == []


def test_what_was_taken_is_forgotten(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)
    clock.now += 5
    work(courtesy, clock, 0.01, QUIET)

    work(courtesy, clock, 0)

    assert clock.slept == []


def test_a_visit_ends_also_when_the_answer_fails(clock: Clock) -> None:
    courtesy = clock.courtesy()
    work(courtesy, clock, 0.5)

    with pytest.raises(ZeroDivisionError), courtesy.visit(QUIET):
        raise ZeroDivisionError

    assert courtesy.quiet == 0
