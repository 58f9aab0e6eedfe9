"""A lease's holder is known to be dead only where that can be seen."""

import subprocess
import sys

from connector.store.work.holder import is_dead, this_process


def test_this_process_lives() -> None:
    assert not is_dead(this_process())


def test_no_two_holders_are_equal() -> None:
    assert this_process() != this_process()


def test_a_process_that_ended_is_dead() -> None:
    code = "from connector.store.work.holder import this_process; print(this_process())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert is_dead(ended.stdout.strip())


def test_a_process_with_a_used_number_is_dead() -> None:
    machine, pid, _, tail = this_process().split("|")

    assert is_dead(f"{machine}|{pid}|1|{tail}")


def test_a_process_elsewhere_is_never_called_dead() -> None:
    _, pid, started, tail = this_process().split("|")

    assert not is_dead(f"elsewhere|{pid}|{started}|{tail}")


def test_an_unreadable_holder_is_never_called_dead() -> None:
    assert not any(map(is_dead, ("", "x", "a|b", "a|b|c|d")))
