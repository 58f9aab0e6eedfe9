"""How a stored product, variation or order looks to a caller at this moment."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from regie.demo.woocommerce.product.blank import PRODUCT
from regie.demo.woocommerce.text import HOME, Json, links, read_gmt, slugify

if TYPE_CHECKING:
    from regie.demo.woocommerce.state import Shop


def amount(text: object) -> Decimal | None:
    """Read a stored price; no price is not zero."""
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def on_sale(item: Json, now: datetime) -> bool:
    """Tell whether the sale price counts now, by price and window."""
    sale, regular = amount(item["sale_price"]), amount(item["regular_price"])
    if sale is None or regular is None or sale >= regular:
        return False
    start, end = read_gmt(item, "date_on_sale_from"), read_gmt(item, "date_on_sale_to")
    return (start is None or start <= now) and (end is None or now <= end)


def _has_window(item: Json) -> bool:
    return bool(item["date_on_sale_from_gmt"] or item["date_on_sale_to_gmt"])


def item_view(shop: "Shop", item: Json) -> Json:
    """Return a product or variation; `on_sale` follows the clock, `price` the shop's queue."""
    if _has_window(item):
        return {**item, "on_sale": on_sale(item, shop.now())}
    return item


def listed_variation(shop: "Shop", variation: Json) -> Json:
    """Return a variation as the list of all variations shows it: with a parent link to nowhere."""
    path = f"variations/{variation['id']}"
    return {**item_view(shop, variation), "_links": links(path, up="products/0", allow=False)}


def variation_as_product(shop: "Shop", variation: Json) -> Json:
    """Return a variation in the form of a product, as webhooks and the SKU filter do."""
    parent = shop.products.get(variation["parent_id"], {})
    seen = item_view(shop, variation)
    shared = {name: seen[name] for name in PRODUCT if name in seen}
    name = f"{parent.get('name', '')} - {variation['name']}"
    taken: Json = {
        "name": name,
        "slug": slugify(name),
        "type": "variation",
        "total_sales": "0",
        "reviews_allowed": False,
        "images": _pictures(parent, variation),
        "price_html": price_html(shop, variation),
        "parent_id": variation["parent_id"],
    }
    up = f"products/{variation['parent_id']}"
    tail = {"_links": links(f"products/{variation['id']}", up=up)}
    return {**PRODUCT, **shared, **taken, **tail}


def _pictures(parent: Json, variation: Json) -> list[Json]:
    own = variation["image"]
    if not own:
        return []
    return [next((image for image in parent.get("images", []) if image["id"] == own["id"]), own)]


def shown(shop: "Shop", item_id: int) -> Json | None:
    """Return what `/products/ID` shows; variations answer there too."""
    if item_id in shop.products:
        return item_view(shop, shop.products[item_id])
    if item_id in shop.variations:
        return variation_as_product(shop, shop.variations[item_id])
    return None


def price_html(shop: "Shop", item: Json) -> str:
    """Return the price as the theme shows it: by the display setting, not by the price field."""
    price = amount(item["price"])
    if price is None:
        return ""
    shows_net = shop.setting("tax", "woocommerce_tax_display_shop", "incl") == "excl"
    holds_gross = shop.setting("tax", "woocommerce_prices_include_tax", "no") == "yes"
    factor = 1 + shop.percent(item["tax_class"]) / 100
    if shows_net and holds_gross:
        price /= factor
    elif not shows_net and not holds_gross:
        price *= factor
    return f'<span class="amount"><bdi><span>&euro;</span>{price:.2f}</bdi></span>'


def permalink(item: Json) -> str:
    """Return the address of a product page; unpublished ones have no pretty one."""
    if item["status"] in {"publish", "private"}:
        return f"{HOME}/product/{item['slug']}/"
    return f"{HOME}/?post_type=product&p={item['id']}"
