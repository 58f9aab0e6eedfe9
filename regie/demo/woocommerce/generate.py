"""Invented shops of any size, in the layout of the recordings, always the same for one seed."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from regie.demo.woocommerce.chance import roll
from regie.demo.woocommerce.product.blank import PRODUCT, VARIATION, blank
from regie.demo.woocommerce.shop import DEMO_SHOP
from regie.demo.woocommerce.text import HOME, Json, links, set_dates

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PER_PAGE = 100
FIRST_ID = 1000
PUBLIC = "https://degroenepan.example"
OWN_GOODS = re.compile(r"(products_(p\d+|trash)|variations_\d+)\.json")
GROUPS = (
    (17, "Pannen &amp; potten", "pannen-potten"),
    (18, "Messen", "messen"),
    (19, "Bakken", "bakken"),
    (21, "Glazen", "glazen"),
)
WARES = ("pan", "kom", "bord", "glas", "mes", "schaal", "vorm", "kan", "plank", "lepel", "doek")
KINDS = ("ijzeren", "houten", "glazen", "linnen", "stenen", "koperen", "blauwe", "groene", "witte")
WORDS = (
    *("stevig", "licht", "gemaakt", "voor", "elke", "dag", "in", "de", "keuken", "met", "zorg"),
    *("uit", "één", "stuk", "afwasbaar", "geschikt", "oven", "tafel", "en", "brood", "soep"),
)
SIZES = ("XS", "S", "M", "L", "XL", "XXL")


def check_digit(body: str) -> str:
    """Return the last digit of a GTIN-13 whose first twelve digits are given."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)


def _words(count: int, *dice: object) -> str:
    return " ".join(WORDS[int(roll("word", *dice, n) * len(WORDS))] for n in range(count))


def _price(*dice: object) -> str:
    return f"{3 + int(roll('price', *dice) * 19700) / 100:.2f}"


def _gtin(number: int) -> str:
    body = f"871{number:09d}"[:12]
    return body + check_digit(body)


def _image(image_id: int, name: str, moment: datetime) -> Json:
    image: Json = {"id": image_id}
    set_dates(image, "date_created", moment, ZONE)
    set_dates(image, "date_modified", moment, ZONE)
    source = f"{HOME}/wp-content/uploads/2026/01/{name}"
    widths = ("150x150", "300x300", "324x324", "768x768", "1024x1024")
    srcset = ", ".join(f"{source}-{width}.jpg {width.split('x')[0]}w" for width in widths)
    tail = {"srcset": srcset, "sizes": "100vw", "thumbnail": f"{source}-324x324.jpg"}
    return {**image, "src": f"{source}.jpg", "name": name, "alt": name, **tail}


def product(number: int, variations: int, seed: int) -> Json:
    """Return the product with this number; its id leaves room for its variations and pictures."""
    own_id = FIRST_ID + number * (variations + 3)
    moment = START + timedelta(seconds=number // 3)
    kind, ware = (
        names[int(roll(seed, "name", place, number) * len(names))]
        for place, names in enumerate((KINDS, WARES))
    )
    name = f"{kind.capitalize()} {ware} {number}"
    slug = name.lower().replace(" ", "-")
    price = "" if variations else _price(seed, number)
    text = "".join(f"<p>{_words(60, seed, number, part)}.</p>\n" for part in range(3))
    pictures = [_image(own_id + variations + 1 + n, f"{slug}-{n}", moment) for n in range(2)]
    item = blank(
        PRODUCT,
        id=own_id,
        name=name,
        slug=slug,
        permalink=f"{HOME}/product/{slug}/",
        type="variable" if variations else "simple",
        description=text,
        short_description=f"<p>{_words(14, seed, number, 'short')}.</p>\n",
        sku=f"GEN-{number:07d}",
        price=price or _price(seed, number, 0),
        regular_price=price,
        purchasable=True,
        weight=f"{0.1 + roll(seed, 'weight', number) * 5:.2f}",
        categories=[dict(zip(("id", "name", "slug"), GROUPS[number % len(GROUPS)], strict=True))],
        images=pictures,
        attributes=[_attribute(variations)] if variations else [],
        variations=[own_id + 1 + n for n in range(variations)],
        has_options=bool(variations),
        _links=links(f"products/{own_id}"),
    )
    if not variations:
        item |= _stock(seed, number, 0)
        item["global_unique_id"] = _gtin(number)
    return _dated(item, moment)


def _attribute(variations: int) -> Json:
    options = [_size(place) for place in range(variations)]
    flags = {"position": 0, "visible": True, "variation": True}
    return {"id": 2, "name": "Maat", "slug": "pa_maat", **flags, "options": options}


def _size(place: int) -> str:
    return SIZES[place] if place < len(SIZES) else f"{place} cm"


def _stock(seed: int, number: int, place: int) -> Json:
    quantity = int(roll(seed, "stock", number, place) * 60) - 3
    status = "instock" if quantity > 0 else "outofstock"
    return {"manage_stock": True, "stock_quantity": quantity, "stock_status": status}


def _dated(item: Json, moment: datetime) -> Json:
    set_dates(item, "date_created", moment, ZONE)
    set_dates(item, "date_modified", moment, ZONE)
    return item


def variation(parent: Json, number: int, place: int, seed: int) -> Json:
    """Return one variation of a generated product."""
    own_id, option = parent["variations"][place], _size(place)
    price = _price(seed, number, place)
    image = parent["images"][0]
    item = blank(
        VARIATION,
        id=own_id,
        description=f"<p>{_words(20, seed, number, place)}.</p>\n",
        permalink=f"{parent['permalink']}?attribute_pa_maat={option.lower()}",
        sku=f"{parent['sku']}-{place}",
        global_unique_id=_gtin(500_000_000 + number * 20 + place),
        price=price,
        regular_price=price,
        purchasable=True,
        image={name: image[name] for name in image if name not in {"srcset", "sizes", "thumbnail"}},
        attributes=[{"id": 2, "name": "Maat", "slug": "pa_maat", "option": option}],
        name=option,
        parent_id=parent["id"],
        _links=links(f"products/{parent['id']}/variations/{own_id}", up=f"products/{parent['id']}"),
        **_stock(seed, number, place),
    )
    return _dated(item, START + timedelta(seconds=number // 3))


def stream(products: int, variations: int = 0, seed: int = 0) -> Iterator[tuple[str, Json]]:
    """Yield file names and exchanges, page by page; nothing is held but the page."""
    for page, first in enumerate(range(0, products, PER_PAGE), 1):
        numbers = range(first, min(first + PER_PAGE, products))
        parents = [product(number, variations, seed) for number in numbers]
        yield f"products_p{page:05d}", _exchange("products", page, parents, products)
        for number, parent in zip(numbers, parents, strict=True):
            children = [variation(parent, number, n, seed) for n in range(variations)]
            if children:
                path = f"products/{parent['id']}/variations"
                yield f"variations_{parent['id']}", _exchange(path, 1, children, variations)


def _exchange(path: str, page: int, body: list[Json], total: int) -> Json:
    query = [["per_page", PER_PAGE], ["page", page], ["orderby", "id"], ["order", "asc"]]
    request = {"method": "GET", "path": f"/wp-json/wc/v3/{path}", "query": query, "auth": "oauth"}
    headers = [["Date", "Mon, 05 Jan 2026 20:00:00 GMT"], ["X-WP-Total", str(total)]]
    response = {"status": 200, "headers": headers, "body": body}
    return {"request": {**request, "headers": {}, "body": None}, "response": response}


def generate(folder: Path, *, products: int, variations: int = 0, seed: int = 0) -> Path:
    """Write a shop with the settings of the demo shop and a catalog of this size."""
    rest = folder / "rest"
    rest.mkdir(parents=True, exist_ok=True)
    for path in sorted((DEMO_SHOP / "rest").glob("*.json")):
        if not OWN_GOODS.fullmatch(path.name):
            shutil.copy(path, rest / path.name)
    for name, exchange in stream(products, variations, seed):
        text = json.dumps(exchange, ensure_ascii=False).replace(HOME, PUBLIC)
        (rest / f"{name}.json").write_text(text, encoding="utf-8")
    return folder
