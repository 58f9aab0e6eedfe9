"""How much a slot carries, counted three ways, and whether one more fits."""

from msgspec import Struct

from storefront.fulfillment.slot.template import Caps

MOST = 10**9


class Load(Struct, frozen=True, rename="camel"):
    """Orders, points of preparing, and millilitres."""

    orders: int = 0
    prep_points: int = 0
    volume_ml: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.orders + other.orders,
            self.prep_points + other.prep_points,
            self.volume_ml + other.volume_ml,
        )

    @property
    def bounded(self) -> "Load":
        """The same, at most as much as any slot could ever carry: sums stay countable."""
        return Load(self.orders, min(self.prep_points, MOST), min(self.volume_ml, MOST))


def fits(caps: Caps, taken: Load, more: Load) -> bool:
    """Tell whether `more` fits beside what is taken: all three counts must."""
    whole = taken + more
    return all(cap is None or count <= cap for cap, count in _pairs(caps, whole))


def is_full(caps: Caps, taken: Load) -> bool:
    """Tell whether any of the three counts has reached its cap."""
    return any(cap is not None and count >= cap for cap, count in _pairs(caps, taken))


def is_scarce(caps: Caps, taken: Load) -> bool:
    """Tell whether a quarter or less of any cap is left, or room for two orders at most."""
    few_orders = caps.orders is not None and caps.orders - taken.orders <= 2
    return few_orders or any(
        cap is not None and 4 * (cap - count) <= cap for cap, count in _pairs(caps, taken)
    )


def _pairs(caps: Caps, load: Load) -> tuple[tuple[int | None, int], ...]:
    return (
        (caps.orders, load.orders),
        (caps.prep_points, load.prep_points),
        (caps.volume_ml, load.volume_ml),
    )
