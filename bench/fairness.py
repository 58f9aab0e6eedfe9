"""Whether one noisy agent of a merchant slows the agents of another.

Merchant B's agent asks at a steady pace: alone, and beside an agent of merchant A with eight
connections that asks for the dearest lists, within its budget and beyond. "Elsewhere" is the same
noise against a server of its own: what two programs on one machine do to each other anyway.
"Alone again" is the same silence a second time: what lies below its ratio is chance. Ratios of one
run, whose parts take turns.
"""

import contextlib
import itertools
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import catalogue as invented
from baseline import A, D
from harness import Row, options, require, show
from processes import SECRET, Line, admit, server, verified
from read_path import _each_product

from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from regie.house import build
from regie.settings import Settings
from storefront.disclosure.grant import Budget

LOUD = 8
PAUSE = 0.004
OTHER = "mer_other"
_SHARES = (0.5, 0.95, 0.99)
_NOISES = ("alone", "alone again", "elsewhere", "within its budget", "beyond its budget")


class Noise(NamedTuple):
    """Where to make noise, and with which key; no key, no noise."""

    port: int
    key: str


class Heard(NamedTuple):
    """How long B's answers took, and what the noisy agent was told: counts by status."""

    times: list[float]
    told: dict[int, int]


def main() -> None:
    """Measure, check and show."""
    given = options(__doc__ or "").parse_args()
    products = 300 if given.quick else 5_000
    asked, turns = (150, 2) if given.quick else (1_500, 4)
    found = {name: Heard([], {}) for name in _NOISES}
    with tempfile.TemporaryDirectory(prefix="fairness-") as folder:
        here = _furnished(f"{folder}/here", products)
        there = _furnished(f"{folder}/there", products)
        quiet = admit(here, OTHER, "quiet")
        loud = admit(here, invented.MERCHANT, "loud")
        spent = admit(here, invented.MERCHANT, "spent", Budget(1, 10**9))
        outside = admit(there, invented.MERCHANT, "outside")
        with server(here, 1) as (_, port), server(there, 1) as (_, other):
            silence = Noise(0, "")
            loud_ones = (Noise(other, outside), Noise(port, loud), Noise(port, spent))
            noises = (silence, silence, *loud_ones)
            _measured(Line(port, quiet), products, asked // 5, Noise(0, ""))
            for _ in range(turns):
                for name, noise in zip(_NOISES, noises, strict=True):
                    _add(found[name], _measured(Line(port, quiet), products, asked, noise))
        entries = verified(here, OTHER) + verified(here, invented.MERCHANT)
    require(set(found["within its budget"].told) <= {200}, "within its budget it is answered")
    require(set(found["beyond its budget"].told) <= {200, 429}, "beyond, it is told to wait")
    show("Fairness: B's answers beside a noisy agent of A", list(_table(found)), given.json,
         products=products, ledger_entries=entries)  # fmt: skip


def _furnished(home: str, products: int) -> Settings:
    """Fill the catalogues of two merchants with the same products."""
    settings = Settings(home=home, secret_key=SECRET, log="off")
    house = build(settings)
    invented.fill(house.database, products)
    _fill_other(house.database, products)
    house.close()
    return settings


def _fill_other(database: Database, products: int) -> None:
    places = {store.id: store for store in invented.STORES}
    with database.write() as connection:
        merchants.add(connection, Merchant(OTHER, "Other", {}), 0)
        changes = [
            Change(str(it), it.to_bytes(16, "big"), invented.product(it), invented.NOW)
            for it in range(products)
        ]
        writer.apply(connection, Scope(OTHER, "con_other"), changes, places, invented.NOW)


def _add(heard: Heard, more: Heard) -> None:
    heard.times.extend(more.times)
    for status, count in more.told.items():
        heard.told[status] = heard.told.get(status, 0) + count


def _measured(line: Line, products: int, asked: int, noise: Noise) -> Heard:
    """Ask for one product after another, with little pauses, while there is noise or not."""
    ask, times = _each_product(products), []
    with _noisy(noise) as told:
        for number in range(asked):
            began = time.perf_counter()
            line.ask(ask(number))
            status, body = line.hear()
            times.append(time.perf_counter() - began)
            product = json.loads(body)["data"]["product"]
            right = product["id"] == invented.product_id(number * 7919 % products)
            require(status == 200 and right, "B's agent gets its product")
            time.sleep(PAUSE)
    return Heard(times, told)


@contextlib.contextmanager
def _noisy(noise: Noise) -> Iterator[dict[int, int]]:
    """Make noise until the block ends; then the counts are filled in."""
    counts: dict[int, int] = {}
    if not noise.key:
        yield counts
        return
    forking = multiprocessing.get_context("fork")
    begun, stop, results = forking.Event(), forking.Event(), forking.Queue()
    child = forking.Process(target=_make_noise, args=(noise, begun, stop, results))
    child.start()
    begun.wait(60)
    try:
        yield counts
    finally:
        stop.set()
        counts.update(results.get(timeout=60))
        child.join()


def _make_noise(noise: Noise, begun: Any, stop: Any, results: Any) -> None:
    """Ask over all connections at once, every query another one, so that no answer is kept."""
    lines = [Line(noise.port, noise.key) for _ in range(LOUD)]
    told: dict[int, int] = {}
    numbers = itertools.count(time.time_ns())
    while not stop.is_set():
        for at, line in enumerate(lines):
            query = (A, D)[at % 2].replace("query ", f"query N{next(numbers)}")
            line.ask(json.dumps({"query": query}).encode())
        for line in lines:
            status, _ = line.hear()
            told[status] = told.get(status, 0) + 1
        begun.set()
    results.put(told)


def _table(found: dict[str, Heard]) -> Iterator[Row]:
    alone = found["alone"].times
    for name, heard in found.items():
        rest = f", the noise: {heard.told}" if heard.told else ""
        told = [f"p{share:.0%} {_at(heard.times, share) * 1e3:.2f} ms" for share in _SHARES]
        yield Row(f"B {name}", f"{', '.join(told).replace('%', '')}{rest}")
    for name in _NOISES[1:]:
        ratios = {share: _at(found[name].times, share) / _at(alone, share) for share in _SHARES}
        told = [f"p{share:.0%} {ratio:.2f}x" for share, ratio in ratios.items()]
        ours = name not in ("alone again", "elsewhere")
        goal = ("p99 <= 1.2x", ratios[0.99] <= 1.2) if ours else ("", None)
        yield Row(f"B {name} / alone", ", ".join(told).replace("%", ""), *goal)


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


if __name__ == "__main__":
    main()
