"""Shows that reading costs the same in a large catalogue as in a small one (CPU, warm)."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import catalogue as invented
from harness import Row, least_cpu_of, options, peak_megabytes, require, show

from connector.store.database import Database
from connector.store.listing import page, reader
from connector.store.listing.page import Filter, Position, Sort
from connector.store.product import rows
from regie.database import open_database
from regie.settings import Settings

PAGE = 20
GOAL = 1.2
Way = Callable[[], object]


def main() -> None:
    """Measure at growing sizes and compare with the smallest."""
    parser = options(__doc__ or "")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of products")
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    given = parser.parse_args()
    sizes = given.sizes or ([1_000, 10_000] if given.quick else [1_000, 10_000, 100_000, 1_000_000])
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        home = given.keep or Path(folder)
        databases = {size: _filled(home / str(size), size) for size in sizes}
        ways = {size: _ways(database, size) for size, database in databases.items()}
        rounds = 20 if given.quick else 400
        table = [row for name in ways[sizes[0]] for row in _measured(name, ways, rounds)]
        for size, database in databases.items():
            database.close()
            kilobytes = (home / str(size) / "regie.sqlite3").stat().st_size / size / 1000
            table.append(Row(f"file at {size:,}", f"{kilobytes:.1f} kB/product"))
    memory = round(peak_megabytes())
    show("Growth: CPU of one read, by size", table, given.json, page=PAGE, rss_mb=memory)


def _filled(home: Path, size: int) -> Database:
    database = open_database(Settings(home=str(home)))
    with database.read() as connection:
        have = reader.sequence(connection, invented.MERCHANT)
    if have < size:
        invented.fill(database, size)
    return database


def _measured(name: str, ways: dict[int, dict[str, Way]], rounds: int) -> list[Row]:
    """Measure one way to read at all sizes, in turns."""
    found = least_cpu_of({size: ways[size][name] for size in ways}, rounds, inner=5)
    smallest, *larger = sorted(found)
    table = [Row(f"{name}, {smallest:,} products", f"{found[smallest] * 1e3:.3f} ms")]
    for size in larger:
        ratio = found[size] / found[smallest]
        table.append(Row(f"  at {size:,}", f"{ratio:.2f}x", f"<= {GOAL}x", ratio <= GOAL))
    return table


def _ways(database: Database, size: int) -> dict[str, Way]:
    """Return the reads to measure, each checked against the answer computed by hand."""
    deep = size // 2
    by_category = Filter(facets=((rows.category_key("category-7"),),), in_stock=True)
    by_price = Filter(price_min=100, price_max=100 + invented.PRICES)
    brand = Filter(facets=((rows.brand_key("Brand 7"),),))

    def find(wanted: Filter, sort: Sort, after: Position) -> Sequence[str]:
        with database.read() as connection:
            found = page.find(connection, invented.MERCHANT, wanted, sort, after, PAGE)
        return [it.id for it in found]

    price_after = 100 + invented.PRICES // 2
    ways: dict[str, Way] = {
        "category and in stock, by id, deep": lambda: find(
            by_category, Sort.ID, Position(None, invented.product_id(deep))
        ),
        "category, by price, deep": lambda: find(
            Filter(facets=by_category.facets), Sort.PRICE_ASC, Position(price_after, "")
        ),
        "price range, by price, deep": lambda: find(
            by_price, Sort.PRICE_ASC, Position(price_after, "")
        ),
        "brand, by price down, deep": lambda: find(
            brand, Sort.PRICE_DESC, Position(100 + invented.PRICES // 2, "")
        ),
        "no filter, by title, deep": lambda: find(Filter(), Sort.TITLE, Position("steel", "")),
        "lookup by sku": lambda: _lookup(database, "sku", f"SKU-{deep * 10 + 3}"),
        "lookup by id": lambda: _by_id(database, deep),
        "100 changes": lambda: _changes(database, deep),
    }
    _check(ways, size, deep, price_after)
    return ways


def _lookup(database: Database, kind: str, value: str) -> object:
    with database.read() as connection:
        ids = reader.ids_by(connection, invented.MERCHANT, kind, value)
        return reader.product_by_id(connection, invented.MERCHANT, ids[0])


def _by_id(database: Database, number: int) -> object:
    with database.read() as connection:
        return reader.product_by_id(connection, invented.MERCHANT, invented.product_id(number))


def _changes(database: Database, since: int) -> object:
    with database.read() as connection:
        return [it.id for it in reader.changes(connection, invented.MERCHANT, since, 100)]


def _check(ways: dict[str, Way], size: int, deep: int, price_after: int) -> None:
    numbers = range(size)
    in_category = [n for n in numbers if n % invented.CATEGORIES == 7]
    expected = [invented.product_id(n) for n in in_category if n > deep][:PAGE]
    require(ways["category and in stock, by id, deep"]() == expected, "category by id")
    priced = sorted((invented.price_of(n), invented.product_id(n)) for n in in_category)
    expected = [key for price, key in priced if price >= price_after][:PAGE]
    require(ways["category, by price, deep"]() == expected, "category by price")
    everything = sorted((invented.price_of(n), invented.product_id(n)) for n in numbers)
    expected = [key for price, key in everything if price >= price_after][:PAGE]
    require(ways["price range, by price, deep"]() == expected, "price range")
    expected = [invented.product_id(n) for n in range(deep, min(deep + 100, size))]
    require(ways["100 changes"]() == expected, "changes")
    found = ways["lookup by sku"]()
    require(isinstance(found, reader.StoredProduct), "lookup by sku")
    require(found == ways["lookup by id"](), "lookup by id")


if __name__ == "__main__":
    main()
