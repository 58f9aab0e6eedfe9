"""Many open pages wait for news of the floor: everybody else is answered all the same."""

import http.client
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from regie.demo.processes import free_port
from storefront.fulfillment.work.following import MOST_OF_ONE, MOST_WAITERS
from tests.kit.command import Command, environment, seeded

PATIENCE = 30
MORE = 4
PEOPLE = -(-(MOST_WAITERS + MORE) // MOST_OF_ONE)


class Door:
    """A server, and people of the staff who are signed in there."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._people: list[CookieJar] = []
        self._open: list[tuple[http.client.HTTPConnection, http.client.HTTPResponse]] = []

    def sign_in(self, path: str) -> None:
        cookies = CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        form = urllib.parse.urlencode({"next": "/board"}).encode()
        headers = {"Origin": f"http://127.0.0.1:{self.port}"}
        address = f"http://127.0.0.1:{self.port}{path}"
        with browser.open(urllib.request.Request(address, form, headers), timeout=PATIENCE):
            self._people.append(cookies)

    def follow(self, who: int = 0) -> int:
        """Let somebody open one more page that waits; return the status it got."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        told = "; ".join(f"{it.name}={it.value}" for it in self._people[who])
        line.request("GET", "/board/events?since=0", headers={"Cookie": told})
        answer = line.getresponse()
        self._open.append((line, answer))
        return answer.status

    def leave(self, count: int) -> None:
        """Close so many pages, the oldest first."""
        for line, answer in self._open[:count]:
            answer.close()
            line.close()
        del self._open[:count]

    def is_well(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Door]:
    """Yield a running `regie serve` where somebody of the staff is signed in."""
    regie = Command(monkeypatch, capsys, environment(tmp_path / "home"))
    seeded(regie).close()
    links = [regie.ok("staff", "add", f"anna{number}").split()[-1] for number in range(PEOPLE)]
    found = Door(free_port(0))
    clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "regie", "serve", "--port", str(found.port)],
        env={**clean, **regie.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE
    while not found.is_well() and time.monotonic() < deadline:
        time.sleep(0.1)
    for link in links:
        found.sign_in(link[link.index("/sign-in/") :])
    yield found
    found.leave(1000)
    server.kill()
    server.wait()


def test_those_who_wait_leave_room_for_all_others(door: Door) -> None:
    told = Counter(door.follow(number % PEOPLE) for number in range(MOST_WAITERS + MORE))

    assert told == {200: MOST_WAITERS, 503: MORE}
    assert door.is_well()


def test_nobody_takes_many_places(door: Door) -> None:
    told = Counter(door.follow() for _ in range(MOST_OF_ONE + MORE))

    assert told == {200: MOST_OF_ONE, 503: MORE}
    assert door.follow(1) == 200


def test_who_leaves_makes_room(door: Door) -> None:
    for _ in range(MOST_OF_ONE):
        door.follow()
    assert door.follow() == 503

    door.leave(MOST_OF_ONE)

    deadline = time.monotonic() + PATIENCE
    while (found := door.follow()) == 503 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert found == 200
