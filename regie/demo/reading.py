"""Answers of the API as people read them: amounts with their decimals and their currency."""

from collections.abc import Mapping
from typing import Any

from connector.model.money import Money, decimal_text


def price(told: Mapping[str, Any]) -> str:
    """Return an amount of the API, which counts in minor units: 7.90 EUR."""
    return f"{decimal_text(Money(told['amount'], told['currency']))} {told['currency']}"


def amounts_note(told: Mapping[str, Any]) -> str:
    """Return what an amount of the API means, by example."""
    return f"amounts are whole numbers of the smallest part: {told['amount']} is {price(told)}"


def product_line(product: Mapping[str, Any], sku: str, paid: Mapping[str, Any]) -> str:
    """Return a product in one line, with the price of one of its variants."""
    spread = product["priceRange"]
    least, most = price(spread["min"]), price(spread["max"])
    span = least if least == most else f"{least} to {most}"
    return f"{product['title']}: {span}; {sku} costs {price(paid)}"
