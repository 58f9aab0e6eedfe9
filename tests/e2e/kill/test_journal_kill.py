"""`kill -9` of who puts answers on record, while somebody else reads all the time."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.kit.forked import forked
from tests.kit.journal import findings, fold, journals, opened, stored, write_on
from tests.kit.molds import Mold

ROUNDS = 12


class Writer:
    """Puts answers on record until it is killed."""

    def __init__(self, path: Path, number: int) -> None:
        self._out = path.with_name(f"told {number}")
        self._process = forked(write_on, path, out=self._out)

    def told(self, seconds: float) -> list[str]:
        """Let it write for a while, kill it, and return what it said had left."""
        while not (self._out.exists() and self._out.stat().st_size):
            assert self._process.is_alive()
            time.sleep(0.005)
        self._process.join(seconds)
        self._process.kill()
        self._process.join()
        lines = self._out.read_bytes().splitlines(keepends=True)
        return [it.decode().strip() for it in lines if it.endswith(b"\n")]


@pytest.mark.slow
def test_whatever_left_before_a_kill_is_in_the_ledger_once(tmp_path: Path, mold: Mold) -> None:
    path = tmp_path / "regie-ledger.sqlite3"
    mold.pour(path)
    dice, told, stop = random.Random(11), list[str](), threading.Event()
    reader = opened(path)

    def read() -> None:
        while not stop.is_set():
            reader.fold()
            time.sleep(dice.uniform(0, 0.01))

    reading = threading.Thread(target=read)
    reading.start()
    try:
        for number in range(ROUNDS):
            for writer in [Writer(path, 2 * number), Writer(path, 2 * number + 1)]:
                told += writer.told(dice.uniform(0.01, 0.2))
    finally:
        stop.set()
        reading.join()

    found = Counter(f"{it.writer}:{it.seq}:{it.hash.hex()}" for it in stored(reader))
    assert len(told) > 50 * ROUNDS
    assert [it for it in told if found[it] != 1] == []
    assert (findings(reader), reader.damage(), journals(reader)) == ([], [], [])
    reader.close()


@pytest.mark.slow
def test_a_reader_that_is_killed_while_it_folds_loses_nothing(tmp_path: Path, mold: Mold) -> None:
    path = tmp_path / "regie-ledger.sqlite3"
    mold.pour(path)
    dice, told = random.Random(12), list[str]()
    for number in range(ROUNDS):
        told += Writer(path, number).told(dice.uniform(0.01, 0.3))
        folding = forked(fold, path, out=path.with_name("nothing"))
        folding.join(dice.uniform(0.005, 0.3))
        folding.kill()
        folding.join()

    reader = opened(path)
    found = Counter(f"{it.writer}:{it.seq}:{it.hash.hex()}" for it in stored(reader))
    assert [it for it in told if found[it] != 1] == []
    assert (findings(reader), reader.damage(), journals(reader)) == ([], [], [])
    reader.close()
