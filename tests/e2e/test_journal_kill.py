"""`kill -9` of who puts answers on record, while somebody else reads all the time."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journal import findings, journals, kill, opened, stored
from tests.molds import Mold

ROOT = Path(__file__).parents[2]
ROUNDS = 12


def started(path: Path) -> subprocess.Popen[bytes]:
    """Start one who puts answers on record until he is killed."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "graphql")])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journal", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )


def told_by(writer: subprocess.Popen[bytes], seconds: float) -> list[str]:
    """Let a writer write for a while, kill it, and return what it said had left."""
    assert writer.stdout is not None
    said = [writer.stdout.readline()]
    timer = threading.Timer(seconds, kill, (writer.pid,))
    timer.start()
    said += writer.stdout.readlines()
    timer.join()
    writer.stdout.close()
    writer.wait()
    return [it.decode().strip() for it in said if it.endswith(b"\n")]


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
        for _ in range(ROUNDS):
            writers = [started(path) for _ in range(2)]
            for writer in writers:
                told += told_by(writer, dice.uniform(0.01, 0.6))
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
    for _ in range(ROUNDS):
        told += told_by(started(path), dice.uniform(0.01, 0.3))
        folding = subprocess.Popen([sys.executable, "-c", _FOLDS, str(path)], cwd=ROOT)
        with suppress(subprocess.TimeoutExpired):
            folding.wait(dice.uniform(0.35, 0.8))
        folding.kill()
        folding.wait()

    reader = opened(path)
    found = Counter(f"{it.writer}:{it.seq}:{it.hash.hex()}" for it in stored(reader))
    assert [it for it in told if found[it] != 1] == []
    assert (findings(reader), reader.damage(), journals(reader)) == ([], [], [])
    reader.close()


_FOLDS = """
import sys
from pathlib import Path
sys.path[:0] = [".", "graphql"]
from tests.journal import opened
opened(Path(sys.argv[1])).fold()
"""
