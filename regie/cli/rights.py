"""What a shop must allow before its orders reach the board, in words for the terminal."""

from connector.platforms import Shop


def no_orders(shop: Shop) -> str:
    """Return why a shop's orders cannot be followed, and what to do; empty where they can."""
    if not shop.lacking:
        return ""
    names = ", ".join(shop.lacking)
    return f"orders cannot be followed, the app lacks {names}; grant them, then run `regie sync`"
