"""All ids of a shop with their dates, cheaply: what a nightly comparison goes by."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from connector.platforms import Listed
from connector.platforms.woocommerce.bundles import Bundler
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import ApiMissing, Unsteady
from connector.platforms.woocommerce.moment import newest
from connector.platforms.woocommerce.paging import Pace, Window, walk
from connector.platforms.woocommerce.payload import Glance

ATTEMPTS = 3
_ASKED = {"_fields": "id,type,status,parent_id,variations,date_modified_gmt"}
Families = dict[int, list[Glance]]


def listing(client: WooClient, bundler: Bundler, now: Callable[[], datetime]) -> Iterator[Listed]:
    """Yield every product with its newest date and the ids of what is sold as it.

    A variation that was deleted for good leaves no date behind: its missing id tells.
    """
    read_at = now()
    parents = _complete("products", lambda: walk(client, "products", _ASKED, Pace()))
    families = _families(bundler, parents)
    for parent in parents:
        children = families.get(parent.id, []) if parent.has_variations else [parent]
        dates = [each.date_modified_gmt for each in (parent, *children)]
        sold = frozenset(str(each.id) for each in children)
        yield Listed(str(parent.id), newest(dates, read_at), sold)


def _families(bundler: Bundler, parents: list[Glance]) -> Mapping[int, list[Glance]]:
    """Return the variations by parent; an older shop is asked product by product."""
    found: Families = {}
    try:
        for each in _complete("variations", lambda: bundler.every_variation(_ASKED)):
            found.setdefault(each.parent_id, []).append(each)
    except ApiMissing:
        for parent in (each for each in parents if each.has_variations):
            windows = bundler.variations_of(parent.id, _ASKED)
            found[parent.id] = [each for window in windows for each in window.glances]
    return found


def _complete(what: str, read: Callable[[], Iterator[Window]]) -> list[Glance]:
    """Read a list until it is as long as the shop says: a short one looks like deletions.

    A shop may count items that it cannot show; a list that is the same twice is all there is.
    """
    before: list[int] | None = None
    for _ in range(ATTEMPTS):
        found: list[Glance] = []
        total: int | None = None
        for window in read():
            found += window.glances
            total = window.total
        ids = [each.id for each in found]
        if total is None or len(found) >= total or ids == before:
            return found
        before = ids
    raise Unsteady(f"The list of {what} changes faster than it can be read.", list=what)
