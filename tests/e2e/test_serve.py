"""The server as a process: how it starts, and that nothing of it stays when it is killed."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from regie.demo.processes import free_port

Serve = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 15


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start `regie serve` with a home of its own."""
    started = []

    def start(port: int, *words: str) -> "subprocess.Popen[str]":
        clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
        child = subprocess.Popen(
            [sys.executable, "-m", "regie", "serve", "--port", str(port), *words],
            env={**clean, "REGIE_HOME": str(tmp_path / "home")},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()
        assert child.stderr
        child.stderr.close()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def eventually(claim: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not claim() and time.monotonic() < deadline:
        time.sleep(0.1)
    return claim()


def descendants(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(it) for path in threads for it in path.read_text().split()]
    return [*found, *(each for it in found for each in descendants(it))]


def lives(pid: int) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in {"Z", "X"}


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_of_a_server_outlives_it(serve: Serve, by: signal.Signals) -> None:
    port = free_port(0)
    server = serve(port, "--with-worker")
    assert eventually(lambda: answers(port))
    family = descendants(server.pid)

    server.send_signal(by)

    assert len(family) >= 2
    assert eventually(lambda: not any(map(lives, family)) and not answers(port))


def test_a_second_server_at_one_port_is_refused(serve: Serve) -> None:
    port = free_port(0)
    serve(port)
    assert eventually(lambda: answers(port))

    _, told = serve(port).communicate(timeout=PATIENCE)

    assert "(port_taken)" in told


def workers(pid: int) -> list[int]:
    """Return the workers below a process."""
    lines = {it: Path(f"/proc/{it}/cmdline") for it in descendants(pid)}
    return [
        it for it, path in lines.items() if path.exists() and b"follow-parent" in path.read_bytes()
    ]


def test_a_worker_that_dies_is_started_again(serve: Serve) -> None:
    port = free_port(0)
    server = serve(port, "--with-worker")
    assert eventually(lambda: answers(port) and bool(workers(server.pid)))
    (first,) = workers(server.pid)

    os.kill(first, signal.SIGKILL)

    assert eventually(lambda: bool(set(workers(server.pid)) - {first}))
    assert answers(port)
