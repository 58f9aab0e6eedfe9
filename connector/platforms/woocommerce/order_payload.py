"""The words of WooCommerce for an order: exactly those fields that Regie reads."""

from typing import Any

import msgspec
from msgspec import Struct

from connector.platforms.woocommerce.payload import Meta


class Person(Struct, frozen=True):
    """A billing or shipping address."""

    first_name: str = ""
    last_name: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        """Show nothing: a representation may land in a log."""
        return "Person(...)"

    @property
    def name(self) -> str:
        """The first and the last name, as far as they are known."""
        return " ".join(filter(None, (self.first_name, self.last_name)))


class GoodsLine(Struct, frozen=True):
    """A line of goods; totals are without tax, and texts."""

    id: int
    name: str = ""
    product_id: int = 0
    variation_id: int = 0
    quantity: int | float = 0
    total: str = "0"
    total_tax: str = "0"
    sku: str | None = None
    meta_data: tuple[Meta, ...] = ()


class Way(Struct, frozen=True):
    """A shipping line: how the order reaches the buyer."""

    method_id: str = ""
    method_title: str = ""
    meta_data: tuple[Meta, ...] = ()


class RefundEntry(Struct, frozen=True):
    """That money was given back; `total` is negative."""

    id: int
    total: str = "0"


class WooOrder(Struct, frozen=True):
    """An order; `date_paid_gmt` is the shop's own word that the money is there."""

    id: int
    number: str = ""
    status: str = ""
    currency: str = ""
    total: str = "0"
    payment_method: str = ""
    created_via: str = ""
    customer_note: str = ""
    date_created_gmt: str | None = None
    date_modified_gmt: str | None = None
    date_paid_gmt: str | None = None
    billing: Person = msgspec.field(default_factory=Person)
    shipping: Person = msgspec.field(default_factory=Person)
    meta_data: tuple[Meta, ...] = ()
    line_items: tuple[GoodsLine, ...] = ()
    shipping_lines: tuple[Way, ...] = ()
    refunds: tuple[RefundEntry, ...] = ()


class Refund(Struct, frozen=True):
    """One refund with its lines: quantities are negative, their meta says of which line."""

    id: int
    line_items: tuple[GoodsLine, ...] = ()


class Changed(Struct, frozen=True):
    """What a list must tell of an order before it is read in full."""

    id: int
    status: str = ""
    date_modified_gmt: str | None = None


ORDER_FIELDS = ",".join(WooOrder.__struct_fields__)
orders = msgspec.json.Decoder(WooOrder, strict=False)
changes = msgspec.json.Decoder(Changed, strict=False)


def meta(held: tuple[Meta, ...], *keys: str) -> Any:
    """Return the first custom field under one of these keys that holds something."""
    return next((each.value for each in held if each.key in keys and each.value), None)
