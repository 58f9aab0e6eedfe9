"""What an order line costs, split into net and tax as the shop's settings say."""

from decimal import ROUND_HALF_UP, Decimal

from regie.demo.woocommerce.product.views import amount
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json

CENT = Decimal("0.01")
FINE = Decimal("0.000001")


def cents(value: Decimal) -> str:
    """Return an amount with two decimals."""
    return str(value.quantize(CENT, ROUND_HALF_UP))


def split(shop: Shop, price: Decimal, tax_class: str) -> tuple[Decimal, Decimal]:
    """Split a stored price into net and tax, both unrounded."""
    factor = shop.percent(tax_class) / 100
    if shop.setting("tax", "woocommerce_prices_include_tax", "no") == "yes":
        net = price / (1 + factor)
        return net, price - net
    return price, price * factor


def tax_class_of(shop: Shop, item: Json | None) -> str:
    """Return the tax class that counts for an item; a variation may take its parent's."""
    if not item:
        return ""
    parent = shop.products.get(item["parent_id"]) if item["type"] == "variation" else None
    if parent and item["tax_class"] in {"parent", ""}:
        return str(parent["tax_class"])
    return str(item["tax_class"])


def line_amounts(shop: Shop, item: Json | None, quantity: int, sent: Json) -> tuple[Decimal, ...]:
    """Return net and tax of a line, rounded, and the net price of one unit, unrounded."""
    tax_class = tax_class_of(shop, item)
    if "total" in sent:
        net = Decimal(str(sent["total"]))
        tax = net * shop.percent(tax_class) / 100
    else:
        price = amount(item["price"]) if item else None
        net, tax = split(shop, (price or Decimal(0)) * quantity, tax_class)
    each = net.quantize(FINE, ROUND_HALF_UP) / quantity if quantity else Decimal(0)
    return net.quantize(CENT, ROUND_HALF_UP), tax.quantize(CENT, ROUND_HALF_UP), each


def sum_up(shop: Shop, order: Json) -> None:
    """Work out the totals and the tax lines of an order."""
    goods, ways = order["line_items"], [*order["shipping_lines"], *order["fee_lines"]]
    tax = _sum(goods, "total_tax")
    way_tax = _sum(order["shipping_lines"], "total_tax")
    order["cart_tax"] = cents(tax + _sum(order["fee_lines"], "total_tax"))
    order["shipping_total"] = cents(_sum(order["shipping_lines"], "total"))
    order["shipping_tax"] = cents(way_tax)
    order["total_tax"] = cents(Decimal(order["cart_tax"]) + way_tax)
    order["total"] = cents(_sum([*goods, *ways], "total") + Decimal(order["total_tax"]))
    order["tax_lines"] = [_tax_line(shop, order, rate_id) for rate_id in _rates(order)]


def _sum(lines: list[Json], field: str) -> Decimal:
    return sum((Decimal(line[field]) for line in lines), Decimal(0))


def _rates(order: Json) -> list[int]:
    lines = [*order["line_items"], *order["shipping_lines"]]
    return list(dict.fromkeys(tax["id"] for line in lines for tax in line["taxes"]))


def _tax_line(shop: Shop, order: Json, rate_id: int) -> Json:
    rate = next(entry for entry in shop.lists["taxes"] if entry["id"] == rate_id)
    return {
        "id": shop.new_id(),
        "rate_code": f"{rate['country']}-{rate['name'].upper()}-1",
        "rate_id": rate_id,
        "label": rate["name"],
        "compound": False,
        "tax_total": cents(_tax_of(order["line_items"], rate_id)),
        "shipping_tax_total": cents(_tax_of(order["shipping_lines"], rate_id)),
        "rate_percent": float(rate["rate"]),
        "meta_data": [],
    }


def _tax_of(lines: list[Json], rate_id: int) -> Decimal:
    taxes = [tax for line in lines for tax in line["taxes"] if tax["id"] == rate_id]
    return _sum(taxes, "total")
