"""A busy web process stays on one core, makes room for others, and lets go when it is idle."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regie.cli.affinity import Sample, chosen, sample

_START = Sample(100.0, 7.0, {0: 50.0, 1: 60.0})


def _after(own: float, busy: Mapping[int, float], seconds: float = 1.0) -> Sample:
    """Return the sample a while later: what this process took, and for how long cores were busy."""
    later = {core: spent + busy[core] for core, spent in _START.busy.items()}
    return Sample(_START.at + seconds, _START.own + own, later)


def test_an_idle_process_may_go_where_it_likes() -> None:
    assert chosen(None, _START, _after(0.05, {0: 0.9, 1: 0.1})) is None


def test_a_busy_process_takes_the_core_that_others_use_least() -> None:
    assert chosen(None, _START, _after(0.5, {0: 0.9, 1: 0.3})) == 1


def test_its_own_work_drives_it_from_no_core() -> None:
    assert chosen(0, _START, _after(1.0, {0: 1.0, 1: 0.1})) == 0


def test_it_makes_room_where_others_take_its_core_and_another_is_free() -> None:
    assert chosen(0, _START, _after(0.5, {0: 1.0, 1: 0.1})) == 1


def test_it_stays_where_all_cores_are_taken() -> None:
    assert chosen(0, _START, _after(0.5, {0: 1.0, 1: 0.9})) == 0


def test_a_short_rest_does_not_make_it_let_go_but_a_long_one_does() -> None:
    assert chosen(1, _START, _after(0.05, {0: 0.5, 1: 0.05})) == 1
    assert chosen(1, _START, _after(0.01, {0: 0.5, 1: 0.05})) is None


def test_shares_are_of_the_time_that_passed() -> None:
    assert chosen(None, _START, _after(0.5, {0: 0.5, 1: 0.5}, seconds=10)) is None


@given(
    own=st.floats(0, 4),
    busy=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    kept=st.sampled_from([None, 0, 1, 7]),
)
def test_it_never_moves_to_a_core_that_is_fuller(
    own: float, busy: tuple[float, float], kept: int | None
) -> None:
    found = chosen(kept, _START, _after(own, dict(enumerate(busy))))

    assert found in {None, 0, 1}
    if kept in {0, 1} and found not in {None, kept}:
        assert busy[kept] - own > busy[1 - kept]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="Linux knows cores by number")
def test_the_clocks_of_this_machine_can_be_read() -> None:
    cores = os.sched_getaffinity(0)

    found = sample(cores)

    assert set(found.busy) == set(cores)
    assert found.own > 0


_BUSY = """
import os, threading, time
from regie.cli.affinity import Keeper

def spread():
    return {frozenset(os.sched_getaffinity(int(it))) for it in os.listdir("/proc/self/task")}

def until(claim):
    ends = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < ends, spread()
        time.sleep(0.1)  # more often, to look would itself be work

all_cores = frozenset(os.sched_getaffinity(0))
working = True

def work():
    while working:
        sum(range(1000))

threading.Thread(target=work).start()
keeper = Keeper(all_cores, 0.05)
keeper.start()
until(lambda: {len(it) for it in spread()} == {1})
threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
until(lambda: {len(it) for it in spread()} == {1})
working = False
until(lambda: spread() == {all_cores})
working = True
threading.Thread(target=work).start()
until(lambda: {len(it) for it in spread()} == {1})
keeper.stop()
assert spread() == {all_cores}, spread()
working = False
"""


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="there is no choice with one core",
)
def test_all_threads_of_a_busy_process_share_a_core_until_it_rests() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BUSY], capture_output=True, text=True, timeout=200, check=False
    )

    assert done.returncode == 0, done.stderr
