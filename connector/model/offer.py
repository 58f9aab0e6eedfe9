"""What a variant costs in one channel, now and during a sale."""

from datetime import datetime

from msgspec import Struct

from connector.model.measure import UnitMeasure
from connector.model.money import Money, scale_money


class UnitPrice(Struct, frozen=True, rename="camel"):
    """Price per reference measure, for example per 1 kg (Directive 98/6/EC)."""

    price: Money
    measure: UnitMeasure


class Sale(Struct, frozen=True, rename="camel"):
    """A lower price in a window; `starts_at` included, `ends_at` excluded, None is open."""

    price: Money
    starts_at: datetime | None
    ends_at: datetime | None

    def is_on(self, now: datetime) -> bool:
        """Tell whether the sale price holds at `now`."""
        started = self.starts_at is None or self.starts_at <= now
        return started and (self.ends_at is None or now < self.ends_at)


class Offer(Struct, frozen=True, rename="camel"):
    """Price and terms of one variant in one `channel` and `market`.

    `base_price` holds outside the sale; `compare_at` is the strike price that the shop states.
    `tax_included` says whether the amounts hold the tax; None is unknown. `tax_rate` is a percent
    as decimal text ("21") where the shop tells it.
    """

    channel: str
    market: str
    base_price: Money
    stated_compare_at: Money | None
    sale: Sale | None
    tax_included: bool | None
    tax_rate: str | None
    unit_measure: UnitMeasure | None
    stated_unit_price: Money | None
    sellable: bool
    as_of: datetime | None

    def price_at(self, now: datetime) -> Money:
        """Return what a shopper pays at that instant."""
        return self.sale.price if self.sale and self.sale.is_on(now) else self.base_price

    def strike_price_at(self, now: datetime) -> Money | None:
        """Return the strike price at that instant, only where it is above the price."""
        if self.sale and self.sale.is_on(now):
            return self.base_price if self.base_price.amount > self.sale.price.amount else None
        higher = self.stated_compare_at and self.stated_compare_at.amount > self.base_price.amount
        return self.stated_compare_at if higher else None

    def unit_price_at(self, now: datetime) -> UnitPrice | None:
        """Return the price per reference measure: the shop's own, or computed from the price."""
        if not self.unit_measure:
            return None
        if self.stated_unit_price and not (self.sale and self.sale.is_on(now)):
            return UnitPrice(self.stated_unit_price, self.unit_measure)
        per = self.unit_measure.packages_per_reference()
        if per is None:
            return None
        return UnitPrice(scale_money(self.price_at(now), per), self.unit_measure)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the price changes by itself, or None."""
        if not self.sale:
            return None
        edges = (self.sale.starts_at, self.sale.ends_at)
        return min((edge for edge in edges if edge is not None and edge > now), default=None)
