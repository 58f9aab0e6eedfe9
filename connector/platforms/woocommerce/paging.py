"""Reading long lists to their end, although the shop changes while we read."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from msgspec import Raw, Struct

from connector.platforms.errors import BodyTooLarge, ServerFault, TimedOut, Truncated
from connector.platforms.transport import Limits
from connector.platforms.woocommerce.client import Listing, WooClient
from connector.platforms.woocommerce.errors import Unordered, Unsteady
from connector.platforms.woocommerce.payload import Glance, glance

LARGEST, SMALLEST = 100, 5
GOOD_PAGES = 4
MOST_STEPS_BACK = 50
TOO_MANY = 429
HASTY = Limits(attempts=2)
"""While a page can still be made smaller, that helps more than asking for the same again."""


class Pace:
    """How many items to ask for at once: half as many after a fault, slowly more again."""

    def __init__(self) -> None:
        self.size = LARGEST
        self._good = 0

    @property
    def limits(self) -> Limits | None:
        """Return how patient to be with a page of this size."""
        return HASTY if self.size > SMALLEST else None

    def went_well(self) -> None:
        """Take note of a page that came; after some of them ask for a quarter more."""
        self._good += 1
        if self._good >= GOOD_PAGES:
            self.size = min(LARGEST, self.size + self.size // 4 + 1)
            self._good = 0

    def shrink(self) -> bool:
        """Ask for half as many from now on; tell whether that is possible."""
        if self.size <= SMALLEST:
            return False
        self.size = max(SMALLEST, self.size // 2)
        self._good = 0
        return True


class Place(Struct, frozen=True):
    """Where in a list we are: rows before `offset` are read, up to the id `after`; `seen` many."""

    offset: int = 0
    after: int = 0
    seen: int = 0


class Window(Struct, frozen=True):
    """The next items of a list, each once; `place` is behind them, `total` the list's length."""

    items: list[Raw]
    glances: list[Glance]
    place: Place
    total: int | None


def walk(
    client: WooClient,
    path: str,
    params: Mapping[str, Any],
    pace: Pace,
    place: Place = Place(),  # noqa: B008 - frozen
) -> Iterator[Window]:
    """Yield a list in order of ids; every row that is there all the time is there once.

    Two pages share a row. Where the shared row is missing, something before it was deleted and
    the list moved up: then we step back, so that nothing slips through between two pages.
    """
    steps_back = 0
    while True:
        size, page = _page(client, path, params, pace, place.offset)
        glances = [glance(item) for item in page.items]
        _check_order(path, glances)
        if place.offset and (not glances or glances[0].id > place.after):
            steps_back += 1
            if steps_back > MOST_STEPS_BACK:
                raise Unsteady(f"{path} changes faster than it can be read.", path=path)
            place = _moved(place, max(0, place.offset - size))
            continue
        fresh = [n for n, each in enumerate(glances) if each.id > place.after]
        new = [glances[n] for n in fresh]
        last = new[-1].id if new else place.after
        is_end = _is_end(page, place.offset, size)
        place = Place(place.offset + size - 1, last, place.seen + len(new))
        yield Window([page.items[n] for n in fresh], new, place, page.total)
        if is_end:
            return


def _page(
    client: WooClient, path: str, params: Mapping[str, Any], pace: Pace, offset: int
) -> tuple[int, Listing]:
    """Ask for one page, smaller and smaller while the shop cannot bear it."""
    patient = False
    while True:
        asked = {
            **params,
            "status": params.get("status", "any"),
            "orderby": "id",
            "order": "asc",
            "per_page": pace.size,
            "offset": offset or None,
        }
        try:
            found = client.listing(path, asked, None if patient else pace.limits)
        except (TimedOut, ServerFault, BodyTooLarge, Truncated) as error:
            is_busy = isinstance(error, ServerFault) and error.status_seen == TOO_MANY
            if patient or not (is_busy or pace.shrink()):
                raise
            patient = is_busy
        else:
            size = pace.size
            pace.went_well()
            return size, found


def _check_order(path: str, glances: list[Glance]) -> None:
    if any(one.id >= other.id for one, other in pairwise(glances)):
        raise Unordered(f"{path} is not in order of ids.", path=path)


def _moved(place: Place, offset: int) -> Place:
    return Place(offset, place.after, place.seen)


def _is_end(page: Listing, offset: int, size: int) -> bool:
    """Whether the list ends here; a shop may leave out broken items, so its own count decides."""
    return len(page.items) < size if page.total is None else offset + size >= page.total
