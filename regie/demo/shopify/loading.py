"""How a folder of recordings becomes a shop."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from regie.demo.shopify.query.paging import number
from regie.demo.shopify.store import Row, Store, kind_of


def load_store(folder: Path) -> Store:
    """Read shop, places, channels, products, placement and stock, in this order."""
    told = _response(folder, "shop")
    store = Store(told["shop"], told["currentAppInstallation"], told["publicApiVersions"])
    _load_language(store, folder)
    _load_locations(store, folder)
    _load_publications(store, folder)
    _load_products(store, folder)
    _load_placement(store, folder)
    _load_inventory(store, folder)
    return store


def _response(folder: Path, name: str) -> dict[str, Any]:
    recorded = orjson.loads((folder / "responses" / f"{name}.json").read_bytes())
    data: dict[str, Any] = recorded["response"]["data"]
    return data


def _lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _load_language(store: Store, folder: Path) -> None:
    """Let the shop say its language if that was recorded; without a recording it says none."""
    recorded = (folder / "responses" / "shop_language.json").exists()
    told = _response(folder, "shop_language")["shop"]["primaryDomain"] if recorded else {}
    store.shop["primaryDomain"] |= {"localization": None} | told


def _load_locations(store: Store, folder: Path) -> None:
    for row in _response(folder, "locations")["locations"]["nodes"]:
        row["metafields"] = [
            _metafield(each, "LOCATION", row["updatedAt"]) for each in row["metafields"]["nodes"]
        ]
        store.put(store.locations, row)


def _load_publications(store: Store, folder: Path) -> None:
    for row in _response(folder, "publications")["publications"]["nodes"]:
        row["channels"] = row["channels"]["nodes"]
        store.put(store.publications, row)


def digest(value: str) -> str:
    """Return what `compareDigest` compares."""
    return hashlib.sha256(value.encode()).hexdigest()


def _metafield(row: Row, owner: str, moment: str) -> Row:
    row.setdefault("updatedAt", moment)
    row.setdefault("createdAt", row["updatedAt"])
    return row | {"ownerType": owner, "compareDigest": digest(row["value"])}


def _load_products(store: Store, folder: Path) -> None:
    """Read parents first and hang the children on them, in whatever order the lines stand."""
    children = []
    for row in _lines(products_file(folder)):
        if "__parentId" in row:
            children.append(row)
        else:
            _keep_product(store, row)
    for row in children:
        if kind_of(row) == "ProductVariant":
            keep_variant(store, store.products[row.pop("__parentId")], row)
    for row in children:
        if "__parentId" in row:
            _hang(store, row)
    _in_order(store)


def products_file(folder: Path) -> Path:
    """Return the file whose order tells most."""
    grouped = folder / "bulk_products.grouped.jsonl"
    return grouped if grouped.exists() else folder / "bulk_products.jsonl"


def _keep_product(store: Store, row: Row) -> None:
    lists: Row = {name: [] for name in ("variants", "media", "metafields", "collections")}
    store.put(store.products, row | lists | {"resourcePublicationsV2": []})


def keep_variant(store: Store, product: Row, row: Row) -> None:
    """Put a variant and its inventory item under a product."""
    item = row["inventoryItem"]
    item |= {"sku": row["sku"], "variants": [row], "inventoryLevels": []}
    item.setdefault("updatedAt", row["updatedAt"])
    row |= {"metafields": [], "product": product}
    product["variants"].append(store.put(store.variants, row))
    store.put(store.items, item)


def _hang(store: Store, row: Row) -> None:
    owner = store.by_id[row.pop("__parentId")]
    if kind_of(row) == "Metafield":
        kind = kind_of(owner).upper()
        owner["metafields"].append(_metafield(row, kind, owner["updatedAt"]))
    else:
        owner["media"].append(row)
        store.by_id[row["id"]] = row


def _in_order(store: Store) -> None:
    """Sort products by id and variants by position, as the shop lists them."""
    store.products = dict(sorted(store.products.items(), key=lambda pair: number(pair[0])))
    for product in store.products.values():
        product["variants"].sort(key=lambda row: row["position"])


def _load_placement(store: Store, folder: Path) -> None:
    for row in _lines(folder / "bulk_product_placement.jsonl"):
        owner = store.products.get(row.pop("__parentId", ""))
        if owner is None:
            continue
        if "publication" in row:
            row["publication"] = store.publications[row["publication"]["id"]]
            owner["resourcePublicationsV2"].append(row)
        else:
            known = store.collections.get(row["id"]) or store.put(store.collections, row)
            owner["collections"].append(known)
    for product in store.products.values():
        product["collections"].sort(key=lambda row: number(row["id"]))
        product["resourcePublicationsV2"].sort(key=lambda row: number(row["publication"]["id"]))


def _load_inventory(store: Store, folder: Path) -> None:
    levels = []
    for row in _lines(folder / "bulk_inventory.jsonl"):
        if "__parentId" in row:
            levels.append(row)
        else:
            store.items[row["id"]] |= row
    for row in levels:
        keep_level(store, store.items[row.pop("__parentId")], row)
    for item in store.items.values():
        item["inventoryLevels"].sort(key=lambda row: number(row["location"]["id"]))


def keep_level(store: Store, item: Row, row: Row) -> Row:
    """Put a level between its item and its location."""
    row["item"] = item
    row["location"] = store.locations[row["location"]["id"]]
    item["inventoryLevels"].append(row)
    store.by_id[row["id"]] = row
    return row
