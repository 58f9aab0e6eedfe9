"""Writes the recordings of a shop as large as wanted, line by line, never all in memory."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

from regie.demo.shopify import generated as made

Row = dict[str, Any]
Lines = Callable[[made.Drawn], Iterator[Row]]
TEMPLATE: Final = Path(__file__).parent.parent / "data" / "hafen-und-hof" / "responses"
MOST_VARIANTS: Final = 2048
WINDOW: Final = 5_000
AT_ONCE: Final = 2_000


class Order(StrEnum):
    """In which order the lines stand."""

    GROUPED = "grouped"  # children right after their parent
    UNGROUPED = "ungrouped"  # all parents, then all children of one kind, and so on
    SHUFFLED = "shuffled"  # any order within a bounded window


def generate(
    folder: str | Path,
    *,
    products: int,
    variants: int,
    seed: int = 1,
    locations: int = 4,
    order: Order = Order.GROUPED,
    window: int = WINDOW,
) -> Path:
    """Write a shop of `products` x `variants` in the layout of recordings."""
    if not 0 < variants <= MOST_VARIANTS:
        raise ValueError(f"a product has 1 to {MOST_VARIANTS} variants, not {variants}")
    target = Path(folder)
    (target / "responses").mkdir(parents=True, exist_ok=True)
    places, channels = _write_frame(target / "responses", seed, locations)

    def drawn() -> Iterator[made.Drawn]:
        return (made.draw(seed, place, variants, places) for place in range(products))

    for name, kinds in _files(channels).items():
        lines = _ordered(drawn, kinds, order)
        mixed = _shuffled(lines, seed, window) if order is Order.SHUFFLED else lines
        _write(target / name, mixed)
    return target


def _files(channels: list[str]) -> dict[str, list[Lines]]:
    """Say which lines stand in which file; a product's own line comes first."""
    return {
        "bulk_products.jsonl": [
            lambda each: iter([made.product_row(each)]),
            lambda each: (made.variant_row(each, at) for at in range(len(each.prices))),
            lambda each: iter([made.media_row(each)]),
            lambda each: iter([made.metafield_row(each)]),
        ],
        "bulk_product_placement.jsonl": [
            lambda each: iter([{"id": each.gid}]),
            lambda each: iter([made.collection_row(each)]),
            lambda each: (made.placed_row(each, channel) for channel in channels),
        ],
        "bulk_inventory.jsonl": [_stock_lines],
    }


def _stock_lines(drawn: made.Drawn) -> Iterator[Row]:
    for place in range(len(drawn.prices)):
        yield made.item_row(drawn, place)
        for at in range(len(drawn.places)):
            yield made.level_row(drawn, place, at)


def _ordered(
    drawn: Callable[[], Iterable[made.Drawn]], kinds: list[Lines], order: Order
) -> Iterator[Row]:
    """Yield product by product, or kind by kind; drawing again costs less than keeping."""
    if order is Order.UNGROUPED:
        for kind in _split(kinds):
            for each in drawn():
                yield from kind(each)
        return
    for each in drawn():
        for kind in kinds:
            yield from kind(each)


def _split(kinds: list[Lines]) -> list[Lines]:
    """Part inventory items from their levels."""
    if kinds != [_stock_lines]:
        return kinds
    return [
        lambda each: (row for row in _stock_lines(each) if "__parentId" not in row),
        lambda each: (row for row in _stock_lines(each) if "__parentId" in row),
    ]


def _shuffled(lines: Iterable[Row], seed: int, window: int) -> Iterator[Row]:
    """Yield the lines in another order while holding no more than a window of them."""
    dice, held = Random(seed), list[Row]()  # noqa: S311  # repeatable, not secret
    for line in lines:
        held.append(line)
        if len(held) >= window:
            at = dice.randrange(len(held))
            held[at], held[-1] = held[-1], held[at]
            yield held.pop()
    dice.shuffle(held)
    yield from held


def _write(path: Path, lines: Iterable[Row]) -> None:
    with path.open("wb") as file:
        batch = list[bytes]()
        for line in lines:
            batch.append(orjson.dumps(line).replace(b"/", b"\\/"))
            if len(batch) >= AT_ONCE:
                file.write(b"\n".join(batch) + b"\n")
                batch.clear()
        if batch:
            file.write(b"\n".join(batch) + b"\n")


def _write_frame(folder: Path, seed: int, count: int) -> tuple[list[str], list[str]]:
    """Write shop, language, locations and channels; return the ids of the last two."""
    names = ("shop", "shop_language", "locations", "publications")
    told = {name: _template(name) for name in names}
    shop = told["shop"]["response"]["data"]["shop"]
    shop |= {"name": f"Muster {seed}", "myshopifyDomain": f"muster-{seed}.myshopify.com"}
    page = told["locations"]["response"]["data"]["locations"]
    page["nodes"] = [_location(page["nodes"][0], place) for place in range(count)]
    page["pageInfo"] = {"hasNextPage": False, "endCursor": str(count)}
    for name, body in told.items():
        (folder / f"{name}.json").write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2))
    channels = told["publications"]["response"]["data"]["publications"]["nodes"]
    return [row["id"] for row in page["nodes"]], [row["id"] for row in channels]


def _template(name: str) -> Row:
    row: Row = orjson.loads((TEMPLATE / f"{name}.json").read_bytes())
    return row


def _location(template: Row, place: int) -> Row:
    number = 8_000_000_000_001 + place
    return template | {
        "id": f"gid://shopify/Location/{number}",
        "legacyResourceId": str(number),
        "name": f"Laden {place + 1}",
        "metafields": {"nodes": []},
    }
