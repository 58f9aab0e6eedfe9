"""`regie demo`: what it prints at its end leads where it says."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from regie.demo.processes import free_port

_LAST = "Delivery"
_LINK = re.compile(r"^(\w[\w-]*)\s+(http://127\.0\.0\.1:\d+/\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def links() -> Iterator[dict[str, str]]:
    """Play the demo, and return what it prints by name."""
    command = [sys.executable, "-m", "regie", "demo", "--port", str(free_port(8300))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        try:
            yield dict(_LINK.findall(_until_the_end(demo)))
        finally:
            demo.send_signal(signal.SIGTERM)


def _until_the_end(demo: "subprocess.Popen[str]") -> str:
    said = []
    for line in demo.stdout or ():
        said.append(line)
        if line.startswith(_LAST):
            break
    return "".join(said)


def test_the_demo_ends_in_pages_that_open(links: dict[str, str]) -> None:
    staff = requests.Session()
    assert staff.post(links["Board"], timeout=10).status_code == 200

    board = staff.get(links["Counter"].replace("/handover", "/board"), timeout=10).text

    for name in ("Erika", "Lena", "Max"):
        assert name in board
    assert "?</" not in board


def test_the_customer_s_page_shows_the_pin_that_the_counter_takes(links: dict[str, str]) -> None:
    page = requests.get(links["Pick-up"], timeout=10).text
    shown = re.search(r"\b(\d{3}) (\d{3})\b", page)

    assert shown
    assert requests.get(links["Delivery"], timeout=10).status_code == 200
