"""What a visitor's browser sees: a plain page per product and a drawn picture."""

from html import escape
from urllib.parse import quote

from flask import Blueprint, Response, abort

from regie.demo.woocommerce.chance import roll
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json


def pages(shop: Shop) -> Blueprint:
    """Return the routes of the shop window."""
    blueprint = Blueprint("window", __name__)

    @blueprint.get("/product/<slug>/")
    def product(slug: str) -> str:
        with shop.lock:
            found = [item for item in shop.products.values() if is_shown(item, slug)]
        return page(found[0]) if found else abort(404)

    @blueprint.get("/wp-content/uploads/<path:file>")
    def picture(file: str) -> Response:
        return Response(draw(file), mimetype="image/svg+xml")

    return blueprint


def is_shown(item: Json, slug: str) -> bool:
    """Tell whether a product is published under this piece of URL."""
    return bool(item["slug"].lower() == quote(slug).lower() and item["status"] == "publish")


def page(item: Json) -> str:
    """Return the page of a product."""
    head = f"<title>{item['name']}</title><h1>{item['name']}</h1>"
    return f"<!DOCTYPE html>{head}<p>{item['price_html']}</p>{item['description']}"


def draw(file: str) -> str:
    """Return a picture in the color of its name."""
    name = file.rsplit("/", 1)[-1].split(".", 1)[0].replace("-", " ")
    shade = int(360 * roll("picture", name))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
        f'<rect width="400" height="400" fill="hsl({shade} 35% 82%)"/>'
        f'<circle cx="200" cy="170" r="90" fill="hsl({shade} 40% 45%)"/>'
        f'<text x="200" y="340" text-anchor="middle" font-size="26" fill="hsl({shade} 40% 20%)">'
        f"{escape(name)}</text></svg>"
    )
