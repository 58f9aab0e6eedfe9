"""Invented products for large shops: each is drawn from the seed and its own number."""

from random import Random
from typing import Any, Final

from msgspec import Struct

Row = dict[str, Any]
FIRST: Final = 9_000_000_000_000
ROOM: Final = 10_000  # ids each product has for itself and its children
MOMENT: Final = "2026-10-{day:02d}T{hour:02d}:{minute:02d}:00Z"
STATUSES: Final = ("ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED")
CREATED: Final = "2025-03-04T10:00:00Z"
NOUNS: Final = (
    "Becher",
    "Pfanne",
    "Jacke",
    "Kaffee",
    "Kerze",
    "Lampe",
    "Schal",
    "Tasche",
    "Teekanne",
)
MAKERS: Final = ("Eisenwerk", "Obsthof Quast", "Hafen & Hof", "Elbweberei", "Nordlicht")
KINDS: Final = ("Küche", "Textil", "Kaffee", "Haushalt", "Saison")
COLORS: Final = ("Blau", "Rot", "Grün", "Sand", "Schwarz", "Weiß", "Grau")
TAGS: Final = ("regional", "neu", "sale", "geschenk", "bio", "handarbeit")
TEXT: Final = (
    "In Hamburg gefertigt und von Hand geprüft.",
    "Robust genug für jeden Tag und schön genug für den Sonntag.",
    "Spülmaschinenfest, nachhaltig verpackt und lange haltbar.",
    "Ein Geschenk, das ankommt; auf Wunsch mit Karte.",
    "Das Material stammt aus kontrolliertem Anbau der Region.",
    "Ersatzteile sind bei uns noch nach Jahren erhältlich.",
)


class Drawn(Struct, frozen=True):
    """The facts of one product, from which all of its lines follow."""

    number: int
    title: str
    vendor: str
    kind: str
    tags: list[str]
    text: str
    updated: str
    status: str
    prices: list[int]
    stock: list[list[int]]
    places: list[str]
    serial: int

    @property
    def gid(self) -> str:
        """The product's id."""
        return f"gid://shopify/Product/{self.number}"

    @property
    def handle(self) -> str:
        """The product's address."""
        return f"produkt-{self.number}"


def draw(seed: int, place: int, variants: int, locations: list[str]) -> Drawn:
    """Draw one product; the same seed and place give the same product."""
    dice = Random(seed * 1_000_003 + place)  # noqa: S311  # repeatable, not secret
    held = max(1, min(len(locations), dice.randint(2, 4)))
    base = dice.randint(299, 24_999)
    updated = MOMENT.format(
        day=dice.randint(1, 28), hour=dice.randint(0, 23), minute=dice.randint(0, 59)
    )
    return Drawn(
        number=FIRST + place * ROOM,
        title=f"{dice.choice(NOUNS)} {dice.choice(COLORS)} Nr. {place + 1}",
        vendor=dice.choice(MAKERS),
        kind=dice.choice(KINDS),
        tags=sorted(dice.sample(TAGS, 3)),
        text=" ".join(dice.sample(TEXT, 5)),
        updated=updated,
        status="ACTIVE"
        if dice.random() < 0.95
        else dice.choice(("DRAFT", "ARCHIVED", "UNLISTED")),  # most products are on sale
        prices=[base + dice.randrange(0, 500, 10) for _ in range(variants)],
        stock=[[dice.randint(0, 40) for _ in range(held)] for _ in range(variants)],
        places=dice.sample(locations, held),
        serial=place * variants,
    )


def gtin13(serial: int) -> str:
    """Return a valid GTIN-13 in the prefix GS1 keeps for demonstrations."""
    digits = f"952{serial:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _amount(cents: int) -> Row:
    return {"amount": f"{cents / 100}", "currencyCode": "EUR"}


def product_row(drawn: Drawn) -> Row:
    """Return the product's own line."""
    shown = drawn.status in {"ACTIVE", "UNLISTED"}
    names = [f"Ausführung {place + 1}" for place in range(len(drawn.prices))]
    return {
        "id": drawn.gid,
        "legacyResourceId": str(drawn.number),
        "handle": drawn.handle,
        "title": drawn.title,
        "descriptionHtml": f"<p>{drawn.text}</p><ul><li>{drawn.kind}</li></ul>",
        "vendor": drawn.vendor,
        "productType": drawn.kind,
        "status": drawn.status,
        "tags": drawn.tags,
        "createdAt": CREATED,
        "updatedAt": drawn.updated,
        "publishedAt": CREATED if shown else None,
        "onlineStoreUrl": f"https://www.example.org/products/{drawn.handle}" if shown else None,
        "isGiftCard": False,
        "hasOnlyDefaultVariant": False,
        "tracksInventory": True,
        "totalInventory": sum(map(sum, drawn.stock)),
        "requiresSellingPlan": False,
        "seo": {"title": drawn.title, "description": drawn.text[:80]},
        "category": None,
        "options": [_option(drawn.number, names)],
        "featuredMedia": {"id": f"gid://shopify/MediaImage/{drawn.number + 6000}"},
        "priceRangeV2": {
            "minVariantPrice": _amount(min(drawn.prices)),
            "maxVariantPrice": _amount(max(drawn.prices)),
        },
        "variantsCount": {"count": len(drawn.prices), "precision": "EXACT"},
    }


def _option(number: int, names: list[str]) -> Row:
    return {
        "id": f"gid://shopify/ProductOption/{number + 7000}",
        "name": "Ausführung",
        "position": 1,
        "values": names,
        "linkedMetafield": None,
        "optionValues": [
            {
                "id": f"gid://shopify/ProductOptionValue/{number + 7001 + place}",
                "name": name,
                "linkedMetafieldValue": None,
                "hasVariants": True,
            }
            for place, name in enumerate(names)
        ],
    }


def variant_row(drawn: Drawn, place: int) -> Row:
    """Return the line of one variant."""
    number, held = drawn.number + 1 + place, sum(drawn.stock[place])
    return {
        "id": f"gid://shopify/ProductVariant/{number}",
        "legacyResourceId": str(number),
        "title": f"Ausführung {place + 1}",
        "position": place + 1,
        "sku": sku(drawn, place),
        "barcode": gtin13(drawn.serial + place),
        "price": _money(drawn.prices[place]),
        "compareAtPrice": None,
        "availableForSale": held > 0,
        "inventoryPolicy": "DENY",
        "inventoryQuantity": held,
        "sellableOnlineQuantity": held,
        "taxable": True,
        "requiresComponents": False,
        "showUnitPrice": False,
        "unitPrice": None,
        "unitPriceMeasurement": None,
        "selectedOptions": [{"name": "Ausführung", "value": f"Ausführung {place + 1}"}],
        "updatedAt": drawn.updated,
        "inventoryItem": {
            "id": item_id(drawn, place),
            "tracked": True,
            "requiresShipping": True,
            "countryCodeOfOrigin": "DE",
            "harmonizedSystemCode": None,
            "measurement": {"weight": {"unit": "GRAMS", "value": 250.0}},
        },
        "__parentId": drawn.gid,
    }


def sku(drawn: Drawn, place: int) -> str:
    """Return a variant's SKU."""
    return f"GEN-{drawn.serial + place:08d}"


def item_id(drawn: Drawn, place: int) -> str:
    """Return the id of a variant's inventory item."""
    return f"gid://shopify/InventoryItem/{drawn.number + 3000 + place}"


def media_row(drawn: Drawn) -> Row:
    """Return the line of the product's picture."""
    url = f"https://cdn.shopify.com/s/files/1/0000/0001/files/{drawn.handle}.jpg?v=1759300000"
    return {
        "id": f"gid://shopify/MediaImage/{drawn.number + 6000}",
        "alt": drawn.title,
        "mediaContentType": "IMAGE",
        "status": "READY",
        "image": {"url": url, "width": 2048, "height": 2048, "altText": drawn.title},
        "__parentId": drawn.gid,
    }


def metafield_row(drawn: Drawn) -> Row:
    """Return the line of the product's one metafield."""
    return {
        "id": f"gid://shopify/Metafield/{drawn.number + 9500}",
        "namespace": "custom",
        "key": "material",
        "type": "single_line_text_field",
        "value": drawn.kind,
        "updatedAt": drawn.updated,
        "__parentId": drawn.gid,
    }


def collection_row(drawn: Drawn) -> Row:
    """Return the line that puts the product into its collection."""
    place = KINDS.index(drawn.kind)
    return {
        "id": f"gid://shopify/Collection/{place + 1001}",
        "handle": f"sammlung-{place + 1}",
        "title": drawn.kind,
        "updatedAt": "2026-10-02T07:00:00Z",
        "__parentId": drawn.gid,
    }


def placed_row(drawn: Drawn, publication: str) -> Row:
    """Return the line that puts the product into a channel."""
    return {
        "isPublished": drawn.status == "ACTIVE",
        "publishDate": CREATED,
        "publication": {"id": publication},
        "__parentId": drawn.gid,
    }


def item_row(drawn: Drawn, place: int) -> Row:
    """Return the line of one inventory item."""
    return {"id": item_id(drawn, place), "sku": sku(drawn, place), "tracked": True}


def level_row(drawn: Drawn, place: int, at: int) -> Row:
    """Return the line of one inventory level."""
    item, location = item_id(drawn, place), drawn.places[at]
    numbers = location.rpartition("/")[2], item.rpartition("/")[2]
    held = {"available": drawn.stock[place][at], "on_hand": drawn.stock[place][at]}
    named = held | {"committed": 0, "reserved": 0, "incoming": 0}
    return {
        "id": f"gid://shopify/InventoryLevel/{numbers[0]}?inventory_item_id={numbers[1]}",
        "isActive": True,
        "updatedAt": drawn.updated,
        "item": {"id": item},
        "location": {"id": location},
        "quantities": [
            {"name": name, "quantity": value, "updatedAt": drawn.updated if name in held else None}
            for name, value in named.items()
        ],
        "__parentId": item,
    }
