"""Why news from the shop floor is not taken: for good, or for now."""

from connector.model.errors import PlatformRejected, PlatformUnavailable


class PartGone(PlatformRejected):
    """Shopify does not know the part of the order any more: merged, moved or deleted."""

    code = "shopify_part_gone"
    remedy = "Look at the order in the Shopify admin; Regie reads it anew by itself."

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} is not there any more.", part=part)


class PartClosed(PlatformRejected):
    """Somebody else ended the part in another way: cancelled it, or left nothing to hand over."""

    code = "shopify_part_closed"
    remedy = "Compare the order in the Shopify admin with what was handed over."

    def __init__(self, part: str, state: str) -> None:
        super().__init__(f"{part} is {state}.", part=part, state=state)


class PartHeld(PlatformUnavailable):
    """Somebody put the part on hold; it is told again when the hold may be gone."""

    code = "shopify_part_held"
    remedy = "Release the hold in the Shopify admin."

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} is on hold.", part=part)


class NotStocked(PlatformRejected):
    """A counted item is not stocked at the place where pieces of it are to be set aside."""

    code = "shopify_not_stocked"
    remedy = "Stock the item at this location in the Shopify admin."


class ShopAway(PlatformUnavailable):
    """The shop takes no calls at the moment, whatever they are about."""

    code = "shopify_away"
