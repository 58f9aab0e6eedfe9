"""What the pages of the shop floor need, put together for one process."""

from functools import cache
from pathlib import Path

from connector.store import merchants
from gateway.courier import Depot
from regie.counts import shared_counts
from regie.house import House
from storefront.disclosure.meter import Meter
from storefront.fulfillment.work.following import Waiters
from storefront.pages.language import Languages, read_languages
from storefront.pages.shell import Rooms

_TEXTS = Path(__file__).parent / "translations"


@cache
def languages() -> Languages:
    """Return the texts of all languages, read once per process."""
    return read_languages(_TEXTS)


def rooms(house: House) -> Rooms:
    """Return what the pages need."""

    def merchant_of(host: str) -> str:
        with house.database.read() as connection:
            return merchants.of_host(connection, host).id

    return Rooms(
        floor=house.floor,
        waker=house.wakers,
        languages=languages(),
        merchant_of=merchant_of,
        secure=house.settings.public_url.startswith("https://"),
        waiters=Waiters(),
    )


def depot(house: House, shared: Rooms) -> Depot:
    """Return what the courier's surface needs; who waits there waits among those of the pages."""
    return Depot(
        floor=shared.floor,
        waker=shared.waker,
        waiters=shared.waiters,
        meter=Meter(shared_counts(house.settings.redis_url)),
        merchant_of=shared.merchant_of,
        secure=shared.secure,
    )
