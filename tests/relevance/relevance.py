"""How well search ranks: judged queries over three shops, and nDCG of the first ten hits."""

import math
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from connector.model.product import Product
from connector.model.text import Text
from connector.store.database import Database
from connector.store.search.choose import choose
from regie.database import upgrade
from tests.kit.search_shop import follow, found, golden, named, open_shop, put

HERE = Path(__file__).parent
SHOPS = HERE.parent / "shops"
DEPTH = 10
Finder = Callable[[str], Sequence[str]]


class Judged(NamedTuple):
    """One query with the grade of each product that is worth finding, by handle."""

    shop: str
    language: str
    query: str
    grades: Mapping[str, int]


def shops() -> dict[str, list[Product]]:
    return {
        "pan": golden(SHOPS / "de-groene-pan.jsonl"),
        "hafen": golden(SHOPS / "hafen-und-hof.jsonl"),
        "bazar": [bazar_product(number, line) for number, line in enumerate(lines("bazar.txt"))],
    }


def lines(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


def bazar_product(number: int, parts: list[str]) -> Product:
    handle, language, title, brand, kind, tags, plain = parts
    return named(
        number + 1,
        title,
        language,
        handle=handle,
        brand=brand,
        product_type=kind,
        tags=tuple(filter(None, tags.split(", "))),
        description=Text(plain, plain, language),
    )


def judgments(catalogues: Mapping[str, Sequence[Product]]) -> list[Judged]:
    found = []
    for shop, language, query, *rest in lines("judgments.txt"):
        handles = [it.handle for it in catalogues[shop]]
        pairs = (pair.split("=", 1) for pair in " ".join(rest).split())
        grades = {whole(handles, text): int(grade) for grade, text in pairs}
        found.append(Judged(shop, language, query, grades))
    return found


def whole(handles: Sequence[str], text: str) -> str:
    """Return the handle that is meant by its beginning."""
    if text in handles:
        return text
    (only,) = (handle for handle in handles if handle.startswith(text))
    return only


def ndcg(order: Sequence[str], grades: Mapping[str, int]) -> float:
    gained = gain([grades.get(handle, 0) for handle in order[:DEPTH]])
    return gained / gain(sorted(grades.values(), reverse=True)[:DEPTH])


def gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def searcher(folder: Path, name: str, products: Sequence[Product]) -> Finder:
    """Return how our search finds handles."""
    database = Database(f"sqlite:///{folder / name}.sqlite3")
    upgrade(database)
    open_shop(database)
    put(database, [structs.replace(it) for it in products])
    index = choose(database, products=0, folder=None)
    follow(index)
    handles = {it.id: it.handle for it in products}
    return lambda text: [handles[key] for key in found(index, database, text)]


def substring(products: Sequence[Product]) -> Finder:
    """Return what a plain search gives: all words inside of title or texts, titles first."""

    def find(text: str) -> list[str]:
        words = plain(text).split()
        matches = [
            (not all(word in plain(it.title) for word in words), it.id, it.handle)
            for it in products
            if all(word in everything(it) for word in words)
        ]
        return [handle for _, _, handle in sorted(matches)]

    return find


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def everything(it: Product) -> str:
    texts = (it.title, it.brand, it.product_type, *it.tags, *(c.name for c in it.categories))
    described = it.description.plain if it.description else ""
    return plain(" ".join([*filter(None, texts), described]))


def measure(find: Mapping[str, Finder], judged: Sequence[Judged]) -> dict[str, float]:
    """Return the mean nDCG by language and in total."""
    scores: dict[str, list[float]] = defaultdict(list)
    for it in judged:
        score = ndcg(find[it.shop](it.query), it.grades)
        scores[it.language].append(score)
        scores["all"].append(score)
    return {language: sum(each) / len(each) for language, each in sorted(scores.items())}


def main() -> None:
    catalogues = shops()
    judged = judgments(catalogues)
    with tempfile.TemporaryDirectory(prefix="relevance-") as folder:
        ours = {name: searcher(Path(folder), name, it) for name, it in catalogues.items()}
        for it in judged:
            order = ours[it.shop](it.query)
            score = ndcg(order, it.grades)
            if score < 0.9:
                shown = " ".join(f"{it.grades.get(handle, 0)}:{handle}" for handle in order[:6])
                missed = set(it.grades) - set(order[:DEPTH])
                print(f"{score:.2f} {it.language} {it.query!r} {shown} MISSED {missed}")  # noqa: T201
        table = {
            "ours": measure(ours, judged),
            "substring": measure({name: substring(it) for name, it in catalogues.items()}, judged),
        }
    for name, row in table.items():
        print(name, {key: round(value, 3) for key, value in row.items()}, len(judged))  # noqa: T201


if __name__ == "__main__":
    main()
