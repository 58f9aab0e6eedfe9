"""Shows that whole answers cost the same in a large catalogue, with grants and ledger (CPU, warm).

A, B and D are those of bench/baseline.py, executed anew each time; search asks for words in all
products, in a few, and for one barcode. Each size has a process of its own, for its memory; the
sizes take turns, and the least of all turns counts. Warm means that the same was asked just before;
"after others", that all the others were: each of them has left its own pages in the cache.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import catalogue as invented
import orjson
from baseline import A, B
from growth import _filled
from harness import Row, least_cpu_of, options, peak_megabytes, require, show

from connector.store.search.choose import choose
from gateway.desk.desk import Desk
from gateway.desk.request import Asked
from regie.house import House, build
from regie.reading import services
from regie.settings import Settings
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet, Stock
from storefront.disclosure.reception import Credentials
from storefront.disclosure.store import agents, grants, keys

GOAL, SEARCH_GOAL, MEMORY_GOAL = 1.2, 5.0, 400
_TURNS = 8
_AFTER = ", after others"
CHANGES = """query D($since: BigInt!) {
  changes(since: $since, first: 100) {
    nodes { sequence productId deleted product { id title brand variants { sku } } } nextSince
  }
}"""
SEARCH = """query S($text: String!) {
  products(first: 20, sort: RELEVANCE, filter: {text: $text}) { nodes { id handle title } }
}"""


def main() -> None:
    """Measure each size in a process of its own and compare with the smallest."""
    parser = options(__doc__ or "")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of products")
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    parser.add_argument("--one", type=int, help="only this size, as JSON")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_one(given.keep / str(given.one), given.one, given.quick)))
        return
    sizes = given.sizes or ([1_000, 10_000] if given.quick else [1_000, 10_000, 100_000])
    with tempfile.TemporaryDirectory(prefix="answers-") as folder:
        home = given.keep or Path(folder)
        turns = [
            {size: _child(home, size, quick=given.quick) for size in sizes}
            for _ in range(1 if given.quick else _TURNS)
        ]
    found = {size: _least([turn[size] for turn in turns]) for size in sizes}
    show("Growth: CPU of one answer, by size", _table(found), given.json)


def _least(turns: list[dict[str, float]]) -> dict[str, float]:
    """Return the least of each figure, and of memory the most."""
    least = {name: min(turn[name] for turn in turns) for name in turns[0]}
    return {**least, "rss": max(turn["rss"] for turn in turns)}


def _child(home: Path, size: int, *, quick: bool) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(size), "--keep", str(home)]
    done = subprocess.run(
        [*command, *(["--quick"] if quick else [])], check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _table(found: dict[int, dict[str, float]]) -> list[Row]:
    smallest, *larger = sorted(found)
    rows = []
    for name, base in found[smallest].items():
        if name == "rss":
            continue
        rows.append(Row(f"{name}, {smallest:,} products", f"{base * 1e3:.3f} ms"))
        rows += [_ratio(name, size, found[size][name] / base) for size in larger]
    for size, measured in found.items():
        memory = measured["rss"]
        goal_text = f"< {MEMORY_GOAL} MB"
        rows.append(Row(f"memory at {size:,}", f"{memory:.0f} MB", goal_text, memory < MEMORY_GOAL))
    return rows


def _ratio(name: str, size: int, ratio: float) -> Row:
    if name.endswith(_AFTER):
        return Row(f"  at {size:,}", f"{ratio:.2f}x")
    goal = SEARCH_GOAL if name.startswith("search") else GOAL
    return Row(f"  at {size:,}", f"{ratio:.2f}x", f"<= {goal}x", ratio <= goal)


def _one(home: Path, size: int, quick: bool) -> dict[str, float]:  # noqa: FBT001 - one switch
    _filled(home, size).close()
    house = build(Settings(home=str(home)))
    _index(house)
    ask = _asking(house)
    ways = _ways(ask, size)
    rounds = 10 if quick else 30
    warm = least_cpu_of(ways, rounds, inner=3, warm=True)
    cold = least_cpu_of(ways, rounds, inner=1)
    house.close()
    after = {f"{name}{_AFTER}": seconds for name, seconds in cold.items()}
    return {**warm, **after, "rss": peak_megabytes()}


def _index(house: House) -> None:
    index = choose(house.database, products=0, folder=None)
    while index.follow(invented.MERCHANT, 500):
        pass


def _asking(house: House) -> Callable[[str, dict[str, Any]], Any]:
    """Return how an agent with a full grant asks; nothing is kept between two answers."""
    with house.database.write() as connection:
        if not agents.all_of(connection, invented.MERCHANT):
            agents.add(connection, invented.MERCHANT, Agent("agt_b", "B", Kind.AGGREGATOR, "-"))
            full = Grant(
                "grt_b", "agt_b", frozenset(Group), ProductSet(all=True), stock=Stock.EXACT,
                budget=Budget(10**9, 10**12),
            )  # fmt: skip
            grants.add(connection, invented.MERCHANT, full, 0)
        key = keys.add(connection, invented.MERCHANT, "agt_b", None, 0)
    desk = Desk(services(house), response_bytes=0, fragment_bytes=0)
    shown = Credentials(f"Bearer {key}")

    def ask(query: str, variables: dict[str, Any]) -> Any:
        asked = Asked(query, variables, None, "application/json", by_get=False)
        reply = desk.answer(desk.welcome(shown), asked)
        require(reply.status == 200 and reply.answer.code is None, f"{reply.answer.body[:300]!r}")
        return reply.answer.body

    return ask


def _ways(ask: Callable[[str, dict[str, Any]], Any], size: int) -> dict[Any, Callable[[], object]]:
    deep = size // 2
    barcode = f"{95200000000000 + deep * 10 + 3}"
    ways: dict[Any, Callable[[], object]] = {
        "A": lambda: ask(A, {}),
        "B": lambda: ask(B, {"id": invented.product_id(deep)}),
        "D": lambda: ask(CHANGES, {"since": deep}),
        "search, a word in all products": lambda: ask(SEARCH, {"text": "thing"}),
        "search, two words": lambda: ask(SEARCH, {"text": "copper thing"}),
        "search, one barcode": lambda: ask(SEARCH, {"text": barcode}),
    }
    _check(ways, deep)
    return ways


def _check(ways: dict[Any, Callable[[], object]], deep: int) -> None:
    nodes = _data(ways["A"])["products"]["nodes"]
    prices = [invented.price_of(int(it["handle"].split("-")[1])) for it in nodes]
    require(len(nodes) == 20 and prices == sorted(prices), "A")
    require(_data(ways["B"])["product"]["handle"] == f"thing-{deep}", "B")
    found = [it["sequence"] for it in _data(ways["D"])["changes"]["nodes"]]
    require(found == list(range(deep + 1, deep + 101)), "D")
    titles = [it["title"] for it in _data(ways["search, two words"])["products"]["nodes"]]
    require(len(titles) == 20 and all("Copper" in it for it in titles), "two words")
    found = [it["handle"] for it in _data(ways["search, one barcode"])["products"]["nodes"]]
    require(found == [f"thing-{deep}"], f"one barcode: {found}")


def _data(way: Callable[[], object]) -> Any:
    return orjson.loads(way())["data"]  # type: ignore[arg-type]  # bytes


if __name__ == "__main__":
    main()
