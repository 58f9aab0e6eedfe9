"""Whether one noisy agent of a merchant slows the agents of another.

Merchant B's agent asks at a steady pace: alone, and beside an agent of merchant A with eight
connections that asks for the dearest lists, within its budget and beyond. "Elsewhere" is the same
noise against a server of its own: what two programs on one machine do to each other anyway.
"Alone again" is the same silence a second time: what lies below its ratio is chance. Ratios of one
run, whose parts take turns of a few seconds; the first second of each is not counted.
"""

import contextlib
import itertools
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterable, Iterator

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


def main() -> None:
    """Measure, check and show."""
    given = options(__doc__ or "").parse_args()
    products = 300 if given.quick else 5_000
    settling, asked, turns = (100, 150, 2) if given.quick else (200, 300, 16)
    found: dict[str, list[float]] = {name: [] for name in _NOISES}
    with tempfile.TemporaryDirectory(prefix="fairness-") as folder, contextlib.ExitStack() as stack:
        here = _furnished(f"{folder}/here", products)
        there = _furnished(f"{folder}/there", products)
        quiet = admit(here, OTHER, "quiet")
        loud = admit(here, invented.MERCHANT, "loud")
        spent = admit(here, invented.MERCHANT, "spent", Budget(1, 10**9))
        outside = admit(there, invented.MERCHANT, "outside")
        _, port = stack.enter_context(server(here, 1))
        _, other = stack.enter_context(server(there, 1))
        wanted = ((other, outside), (port, loud), (port, spent))
        noises = [None, None, *(stack.enter_context(_noise(*it)) for it in wanted)]
        line, numbers = Line(port, quiet), itertools.count()
        for _ in range(turns):
            for name, noise in zip(_NOISES, noises, strict=True):
                with noise.on() if noise else contextlib.nullcontext():
                    _asked(line, products, itertools.islice(numbers, settling))
                    found[name] += _asked(line, products, itertools.islice(numbers, asked))
        told = {name: it.told() for name, it in zip(_NOISES, noises, strict=True) if it}
        entries = verified(here, OTHER) + verified(here, invented.MERCHANT)
    require(set(told["within its budget"]) <= {200}, "within its budget it is answered")
    require(set(told["beyond its budget"]) <= {200, 429}, "beyond, it is told to wait")
    show("Fairness: B's answers beside a noisy agent of A", list(_table(found, told)), given.json,
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


def _asked(line: Line, products: int, numbers: Iterable[int]) -> list[float]:
    """Ask for one product after another, with little pauses; return how long each took."""
    ask, times = _each_product(products), []
    for number in numbers:
        began = time.perf_counter()
        line.ask(ask(number))
        status, body = line.hear()
        times.append(time.perf_counter() - began)
        product = json.loads(body)["data"]["product"]
        right = product["id"] == invented.product_id(number * 7919 % products)
        require(status == 200 and right, "B's agent gets its product")
        time.sleep(PAUSE)
    return times


class Noise:
    """An agent in a process of its own that asks as fast as it can whenever it is on."""

    def __init__(self, port: int, key: str) -> None:
        forking = multiprocessing.get_context("fork")
        self._on, self._ended = forking.Event(), forking.Event()
        self._silent, self._results = forking.Event(), forking.Queue()
        self._silent.set()
        self._child = forking.Process(target=self._make, args=(port, key))
        self._child.start()

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        """Make noise until the block ends, and the last of it is answered."""
        self._silent.clear()
        self._on.set()
        try:
            yield
        finally:
            self._on.clear()
            require(self._silent.wait(60), "the noise ends")

    def told(self) -> dict[int, int]:
        """End it, and return what it was told: counts by status."""
        self._ended.set()
        self._on.set()
        found: dict[int, int] = self._results.get(timeout=60)
        self._child.join()
        return found

    def stop(self) -> None:
        """End it at once."""
        self._child.kill()
        self._child.join()

    def _make(self, port: int, key: str) -> None:
        """Ask over all connections at once, every query another one: no answer is kept."""
        told: dict[int, int] = {}
        numbers = itertools.count(time.time_ns())
        while self._on.wait() and not self._ended.is_set():
            lines = [Line(port, key) for _ in range(LOUD)]
            while self._on.is_set():
                _ask_all(lines, numbers, told)
            for line in lines:
                line.close()
            self._silent.set()
        self._results.put(told)


@contextlib.contextmanager
def _noise(port: int, key: str) -> Iterator[Noise]:
    noise = Noise(port, key)
    try:
        yield noise
    finally:
        noise.stop()


def _ask_all(lines: list[Line], numbers: Iterator[int], told: dict[int, int]) -> None:
    for at, line in enumerate(lines):
        query = (A, D)[at % 2].replace("query ", f"query N{next(numbers)}")
        line.ask(json.dumps({"query": query}).encode())
    for line in lines:
        status, _ = line.hear()
        told[status] = told.get(status, 0) + 1


def _table(found: dict[str, list[float]], noises: dict[str, dict[int, int]]) -> Iterator[Row]:
    for name, times in found.items():
        rest = f", the noise: {noises[name]}" if name in noises else ""
        told = [f"p{share:.0%} {_at(times, share) * 1e3:.2f} ms" for share in _SHARES]
        yield Row(f"B {name}", f"{', '.join(told).replace('%', '')}{rest}")
    for name in _NOISES[1:]:
        ratios = {it: _at(found[name], it) / _at(found["alone"], it) for it in _SHARES}
        told = [f"p{share:.0%} {ratio:.2f}x" for share, ratio in ratios.items()]
        ours = name not in ("alone again", "elsewhere")
        goal = ("p99 <= 1.2x", ratios[0.99] <= 1.2) if ours else ("", None)
        yield Row(f"B {name} / alone", ", ".join(told).replace("%", ""), *goal)


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


if __name__ == "__main__":
    main()
