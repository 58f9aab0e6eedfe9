"""The lines of a recorded shop, put on a shelf in whatever order a test wants."""

from collections.abc import Sequence
from pathlib import Path

from connector.platforms.shopify.export.full import FILES
from connector.platforms.shopify.export.shelf import Shelf, ShelfRecord
from connector.platforms.shopify.export.shuffle import GATHERED, PART_BYTES, Counted, Shuffle
from connector.platforms.shopify.export.spread import unpack
from regie.demo.shopify import HAFEN_UND_HOF
from tests.kit.shops.shopify_lines import NOON, terms
from tests.kit.shops.shopify_shops import encoded

Lines = dict[str, list[bytes]]
NAMES = {
    "products": "bulk_products.jsonl",
    "placement": "bulk_product_placement.jsonl",
    "inventory": "bulk_inventory.jsonl",
}


def recorded(folder: Path = HAFEN_UND_HOF, **names: str) -> Lines:
    files = NAMES | names
    return {kind: (folder / files[kind]).read_bytes().splitlines() for kind in FILES}


def shelve(
    folder: Path,
    lines: Lines,
    *,
    parts: int = 0,
    short: Sequence[str] = (),
    at_once: int = GATHERED,
    end: bytes = b"\n",
) -> Shelf:
    """Put lines on a shelf as if Shopify had announced all of them, and more of the `short`."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path | None] = {}
    shuffle = Shuffle(folder, parts * PART_BYTES, at_once)
    for kind in FILES:
        path = folder / f"{kind}.jsonl"
        path.write_bytes(b"\n".join(lines[kind]) + end)
        unpack(path)
        files[kind] = path
    shelf = Shelf(folder)
    for kind in FILES:
        told = len(set(lines[kind])) + (kind in short)
        list(shuffle.route(kind, Counted(files[kind], told, 0)))
    list(shuffle.join())
    list(shelf.fill(shuffle, files))
    return shelf


def records(shelf: Shelf, done: int = 0) -> list[ShelfRecord]:
    manifest = shelf.manifest()
    assert manifest is not None
    return list(shelf.records(manifest, done, terms(), NOON))


def digests(shelf: Shelf) -> dict[str, bytes]:
    return {each.external_id: each.digest for each in records(shelf)}


def catalogue(shelf: Shelf) -> dict[str, bytes]:
    return {each.external_id: encoded(each.product()) for each in records(shelf)}
