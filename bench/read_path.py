"""What an answer costs through the real server, with grants and ledger, beside plain Graphene.

CPU is that of the server's process tree per request, over one connection and, for A, over 16 of
eight agents at once (the crowd). All servers run at once and take turns; the cheapest turn of each
counts, the usual one stands beside it. The floor is a Flask view that answers as many bytes as A
from the same server; below it stands bare WSGI without Flask. A: 20 products with variants, prices,
stock, images and attributes; B: one product of many; D: 100 changes.

Client and servers share one core (--cores one): no thread moves and no sleeping core is woken for a
part of an answer, so that the work itself is measured, and runs agree with each other. With --cores
apart the client has another, with --cores any all go where the system puts them.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Sequence

import catalogue as invented
from baseline import A, B, D
from harness import Row, options, require, show
from read_path_load import Ask, Load, Runner, running

from connector.store.clock import ms
from regie.house import build
from regie.settings import Settings
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet, Stock
from storefront.disclosure.ledger.verify import verify
from storefront.disclosure.store import agents, grants, heads, keys

ENDLESS = Budget(requests=10**9, cost=10**12)
AGENTS = 8
CROWD = 16
_PLAN = {
    "plain A": ("plain", "A"),
    "uncached A": ("uncached", "A"),
    "uncached_bare A": ("uncached_bare", "A"),
    "fragments A": ("fragments", "A"),
    "cached A": ("cached", "A"),
    "cached_bare A": ("cached_bare", "A"),
    "floor A": ("floor", "A"),
    "wsgi A": ("wsgi", "A"),
    "plain B": ("plain", "B"),
    "uncached B": ("uncached", "B"),
    "plain D": ("plain", "D"),
    "uncached D": ("uncached", "D"),
    "cached D": ("cached", "D"),
}
_STATIC = ("floor", "wsgi")


def main() -> None:
    """Measure, check and show."""
    parser = options(__doc__ or "")
    parser.add_argument("--cores", choices=["any", "one", "apart"], default="one")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if given.cores != "any":
        os.sched_setaffinity(0, cores[:1])
    client = cores[1:2] if given.cores == "apart" else cores[:1] if given.cores == "one" else cores
    products, turns, requests = (1_000, 6, 40) if given.quick else (10_000, 30, 150)
    with tempfile.TemporaryDirectory(prefix="read-path-") as folder:
        keys_of = _prepare(folder, products)
        found, size = _measured(folder, keys_of, products, turns, requests, client)
        entries = _verified(folder)
    show(
        "Read path: the real server beside plain Graphene and the floor",
        _table(found, size),
        given.json,
        products=products,
        ledger_entries=entries,
        cores=given.cores,
    )


def _measured(
    folder: str,
    shown: Sequence[str],
    products: int,
    turns: int,
    requests: int,
    client: Sequence[int],
) -> tuple[dict[str, Load], int]:
    """Let all variants take turns; return what they did, and the bytes of A."""
    with contextlib.ExitStack() as stack:
        runners: dict[str, Runner] = {}
        size = 0
        for name, (variant, query) in _PLAN.items():
            place = stack.enter_context(running(folder, variant, size))
            runners[name] = Runner(*place, shown[:1], _asks(query, products))
            if query == "A":
                everybody = [*shown] * (CROWD // AGENTS)
                runners[crowd(name)] = Runner(*place, everybody, _asks(query, products))
                runners[crowd(name)].turn(2 * CROWD, counted=False)
            runners[name].turn(20, counted=False)
            size = size or len(runners[name].body)
        os.sched_setaffinity(0, client)
        for _ in range(turns):
            for name, runner in runners.items():
                runner.turn(requests // 5 if name.startswith("plain") else requests)
        _check({name: it.body for name, it in runners.items() if name.split()[0] not in _STATIC})
        return {name: it.load() for name, it in runners.items()}, size


def crowd(name: str) -> str:
    """Return what a way to answer is called when many ask at once."""
    return name.replace(" ", " crowd ")


def _asks(query: str, products: int) -> Ask:
    return _each_product(products) if query == "B" else _always(A if query == "A" else D)


def _always(query: str) -> Ask:
    body = json.dumps({"query": query}).encode()
    return lambda _number: body


def _each_product(products: int) -> Ask:
    def ask(number: int) -> bytes:
        variables = {"id": invented.product_id((number * 7919) % products)}
        return json.dumps({"query": B, "variables": variables}).encode()

    return ask


def _prepare(folder: str, products: int) -> list[str]:
    """Fill a catalogue, let some agents see all of it, and return their keys."""
    house = build(Settings(home=folder))
    invented.fill(house.database, products)
    now = ms(house.clock())
    found = []
    with house.database.write() as connection:
        for number in range(AGENTS):
            named, agent = (
                f"agt_{number}",
                Agent(f"agt_{number}", f"Bench {number}", Kind.AGGREGATOR, "-"),
            )
            agents.add(connection, invented.MERCHANT, agent)
            full = Grant(
                f"grt_{number}", named, frozenset(Group), ProductSet(all=True),
                stock=Stock.EXACT, budget=ENDLESS,
            )  # fmt: skip
            grants.add(connection, invented.MERCHANT, full, now)
            found.append(keys.add(connection, invented.MERCHANT, named, None, now))
    house.close()
    return found


def _check(bodies: dict[str, bytes]) -> None:
    """Check that every variant says what plain Graphene says."""
    answers = {name: json.loads(body) for name, body in bodies.items()}
    for name, answer in answers.items():
        require("errors" not in answer and answer["data"], f"{name} has no errors")
    for query in "AD":
        told = [json.dumps(it["data"]) for name, it in answers.items() if name.endswith(query)]
        require(len(set(told)) == 1, f"all variants of {query} say the same")
    require(len(answers["plain A"]["data"]["products"]["nodes"]) == 20, "A has 20 products")


def _verified(folder: str) -> int:
    """Verify the ledger that the run has written; return its length."""
    house = build(Settings(home=folder))
    with house.ledger.snapshot() as connection:
        reading = heads.reading(connection, invented.MERCHANT)
        bad = list(verify(reading, house.seal))
        entries = sum(end.seq for end in reading.ends)
    house.close()
    require(not bad, f"the ledger verifies: {bad[:3]}")
    return entries


def _table(found: dict[str, Load], size: int) -> list[Row]:
    rows = [
        Row(
            name,
            f"{it.cpu * 1e3:.3f} ms CPU (usually {it.usual * 1e3:.3f}), {it.rate:.0f}/s, "
            f"p50 {it.p50 * 1e3:.2f} ms, p99 {it.p99 * 1e3:.2f} ms, {it.rss_mb:.0f} MB",
        )
        for name, it in found.items()
    ]
    for ask, who in (("A", "A"), ("crowd A", "A for a crowd")):
        plain, uncached = found[f"plain {ask}"], found[f"uncached {ask}"]
        floor = found[f"floor {ask}"]
        rows += [
            _ratio(f"{who}: plain Graphene / uncached", plain, uncached, 20, least=True),
            _ratio(f"{who}: uncached / Flask floor", uncached, floor, 6),
            _ratio(f"{who}: warm fragments / Flask floor", found[f"fragments {ask}"], floor, 2.4),
            _ratio(f"{who}: kept answer / Flask floor", found[f"cached {ask}"], floor, 1.4),
            _ratio(f"{who}: bare WSGI / Flask floor", found[f"wsgi {ask}"], floor, 0),
            _share(f"{who}: ledger and disclosure, of uncached", found, "uncached", ask),
            _share(f"{who}: ledger and disclosure, of a kept one", found, "cached", ask),
        ]
    rows += [
        _ratio("B: plain Graphene / uncached", found["plain B"], found["uncached B"], 0),
        _ratio("D: plain Graphene / uncached", found["plain D"], found["uncached D"], 0),
    ]
    memory = max(it.rss_mb for name, it in found.items() if name.split()[0] in _OURS)
    rows.append(Row("memory of a server process", f"{memory:.0f} MB", "< 150 MB", memory < 150))
    return [*rows, Row("bytes of A", f"{size}")]


_OURS: Sequence[str] = ("uncached", "fragments", "cached")


def _ratio(name: str, over: Load, under: Load, goal: float, *, least: bool = False) -> Row:
    ratio = over.cpu / under.cpu
    figure = f"{ratio:.2f}x (usually {over.usual / under.usual:.2f}x)"
    if not goal:
        return Row(name, figure)
    met = ratio >= goal if least else ratio <= goal
    return Row(name, figure, f"{'>=' if least else '<='} {goal}x", met)


def _share(name: str, found: dict[str, Load], variant: str, ask: str) -> Row:
    """Tell by how much throughput falls when disclosure and ledger are added."""
    bare, whole = found[f"{variant}_bare {ask}"], found[f"{variant} {ask}"]
    lost = 1 - bare.cpu / whole.cpu
    rate = 1 - whole.rate / bare.rate
    usual = 1 - bare.usual / whole.usual
    figure = f"{lost:.0%} CPU (usually {usual:.0%}), {rate:.0%} of the rate"
    return Row(name, figure, "<= 15%", lost <= 0.15)


if __name__ == "__main__":
    main()
