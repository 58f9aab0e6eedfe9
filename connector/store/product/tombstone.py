"""What stays of a product that is gone: its id and when it went, and nothing that it said."""

from collections.abc import Mapping

EMPTY: Mapping[str, object] = {
    "deleted": True,
    "publishable": False,
    "in_stock": False,
    "handle": None,
    "title_key": None,
    "price_min": None,
    "price_max": None,
    "next_change_at": None,
    "digest": None,
    "content_hash": None,
    "document": None,
    "brief": None,
}
