"""The lines of an order: goods and ways to deliver, priced as the shop prices them."""

from typing import Any

from regie.demo.woocommerce.errors import WrongParam, invalid_params, wrong_type
from regie.demo.woocommerce.order.money import cents, line_amounts, tax_class_of
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json


def check_lines(items: Any) -> None:
    """Refuse quantities that are not whole."""
    wrong: dict[str, WrongParam] = {}
    for place, sent in enumerate(items or []):
        quantity = sent.get("quantity", 1)
        if isinstance(quantity, bool) or not str(quantity).lstrip("-").isdigit():
            wrong["line_items"] = wrong_type(f"line_items[{place}][quantity]", "integer")
    if wrong:
        raise invalid_params(wrong)


def goods_line(shop: Shop, sent: Json) -> Json:
    """Return an order line; an unknown product makes an empty one, never a refusal."""
    variation = shop.variations.get(int(sent.get("variation_id", 0)))
    product = shop.products.get(int(sent.get("product_id", 0)))
    if variation:
        product = shop.products.get(variation["parent_id"])
    item = variation or product
    quantity = int(sent.get("quantity", 1))
    net, tax, each = line_amounts(shop, item, quantity, sent)
    tax_class = tax_class_of(shop, item)
    rate = shop.rate(tax_class)
    taxes = [{"id": rate["id"], "total": cents(tax), "subtotal": cents(tax)}] if rate else []
    return {
        "id": shop.new_id(),
        "name": _line_name(product, variation),
        "product_id": product["id"] if product else 0,
        "variation_id": variation["id"] if variation else 0,
        "quantity": quantity,
        "tax_class": tax_class,
        "subtotal": cents(net),
        "subtotal_tax": cents(tax),
        "total": cents(net),
        "total_tax": cents(tax),
        "taxes": taxes,
        "meta_data": [*_choices(shop, variation), *metas(shop, sent.get("meta_data", []))],
        "sku": item["sku"] if item else None,
        "global_unique_id": item["global_unique_id"] if item else None,
        "price": float(each) if each else 0,
        "image": _line_image(item),
        "parent_name": product["name"] if variation and product else None,
    }


def _line_name(product: Json | None, variation: Json | None) -> str:
    if not product:
        return ""
    return f"{product['name']} - {variation['name']}" if variation else str(product["name"])


def _line_image(item: Json | None) -> Json:
    if not item:
        return {"id": 0, "src": ""}
    images = item.get("images") or ([item["image"]] if item.get("image") else [])
    return (
        {"id": str(images[0]["id"]), "src": images[0]["src"]} if images else {"id": "", "src": ""}
    )


def _choices(shop: Shop, variation: Json | None) -> list[Json]:
    return [
        meta(shop, entry["slug"], entry["option"]) | {"display_key": entry["name"]}
        for entry in (variation or {}).get("attributes", [])
    ]


def meta(shop: Shop, key: str, value: Any) -> Json:
    """Return a note on a line, with the form shown to people."""
    shown = {"display_key": key, "display_value": value}
    return {"id": shop.new_id(), "key": key, "value": value, **shown}


def metas(shop: Shop, sent: list[Json]) -> list[Json]:
    """Return the notes a caller put on a line."""
    return [meta(shop, entry["key"], entry["value"]) for entry in sent]


def shipping_line(shop: Shop, sent: Json) -> Json:
    """Return a way to deliver, taxed at the standard rate; the total sent is net."""
    net, tax, _ = line_amounts(shop, None, 1, {"total": sent.get("total", "0") or "0"})
    rate = shop.rate("")
    taxes = [{"id": rate["id"], "total": cents(tax), "subtotal": ""}] if rate else []
    return {
        "id": shop.new_id(),
        "method_title": sent.get("method_title", ""),
        "method_id": sent.get("method_id", ""),
        "instance_id": str(sent.get("instance_id", "")),
        "total": cents(net),
        "total_tax": cents(tax),
        "taxes": taxes,
        "tax_status": "taxable",
        "meta_data": metas(shop, sent.get("meta_data", [])),
    }


def fee_line(shop: Shop, sent: Json) -> Json:
    """Return a fee, taxed at the standard rate."""
    net, tax, _ = line_amounts(shop, None, 1, {"total": sent.get("total", "0") or "0"})
    return {
        "id": shop.new_id(),
        "name": sent.get("name", ""),
        "tax_class": "",
        "tax_status": "taxable",
        "amount": "",
        "total": cents(net),
        "total_tax": cents(tax),
        "taxes": [],
        "meta_data": metas(shop, sent.get("meta_data", [])),
    }
