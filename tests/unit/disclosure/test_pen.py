"""A pen is held by one at a time, and by nobody for long against the will of others."""

import threading
from collections.abc import Callable

import pytest

from storefront.disclosure.courtesy import Courtesy
from storefront.disclosure.pen import Pen


def in_another_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_only_one_thread_computes_at_a_time() -> None:
    pen, inside, most = Pen(10), 0, 0

    def compute() -> None:
        nonlocal inside, most
        for _ in range(300):
            with pen.held():
                inside += 1
                most = max(most, inside)
                threading.Event().wait(0)
                inside -= 1

    threads = [threading.Thread(target=compute) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (inside, most) == (0, 1)


def test_who_waited_long_enough_goes_ahead_and_takes_nothing_from_the_holder() -> None:
    pen, seen = Pen(0.01), list[str]()

    def impatient() -> None:
        with pen.held():
            seen.append("went ahead")

    with pen.held():
        in_another_thread(impatient)
        in_another_thread(impatient)
    with pen.held():
        seen.append("held again")

    assert seen == ["went ahead", "went ahead", "held again"]


def test_an_error_gives_the_pen_back() -> None:
    pen, waited = Pen(60), list[str]()

    def compute() -> None:
        with pen.held():
            waited.append("had it")

    with pytest.raises(ZeroDivisionError), pen.held():
        1 / 0  # noqa: B018 - anything that fails
    in_another_thread(compute)

    assert waited == ["had it"]


def test_nobody_quiet_waits_for_somebody_loud() -> None:
    spent = iter([0.0, 100.0])
    courtesy = Courtesy(taken=lambda: next(spent, 100.0), sleep=lambda _: None)
    with courtesy.visit("loud"):
        pass
    both = list[str]()

    def quiet() -> None:
        with courtesy.visit("quiet"), courtesy.computing() as _:
            both.append("quiet")
            assert courtesy.computing()._lock is not loud_pen

    with courtesy.visit("loud"), courtesy.computing():
        loud_pen = courtesy.computing()._lock
        in_another_thread(quiet)

    assert both == ["quiet"]
