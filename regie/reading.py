"""The read path of this process, put together from the house."""

import time
from collections.abc import Sequence
from functools import partial

from connector.platforms.transport import Transport
from connector.store.search.index import Search
from gateway.desk.desk import Desk, Services
from gateway.merchant import Office
from regie import searching
from regie.counts import shared_counts
from regie.house import House
from storefront.disclosure.directory import Directory
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.meter import Meter
from storefront.disclosure.reception import Reception
from storefront.disclosure.sight import Sight
from storefront.disclosure.signature import Signatures
from storefront.disclosure.store import exposures
from storefront.disclosure.store.ledger_file import where
from storefront.disclosure.view import Seen

_REMEMBERED = 30.0


def desk(house: House) -> Desk:
    """Return the desk at which agents are answered."""
    return Desk(services(house))


def services(house: House) -> Services:
    """Return what the read path needs."""
    return Services(
        database=house.database,
        reception=Reception(house.database, _now_ms, _verifier(house)),
        book=Book(where(house.ledger, house.seal), _now_ms),
        meter=Meter(shared_counts(house.settings.redis_url)),
        seen=partial(_seen, house),
        index=_Indexes(house),
    )


def office(house: House) -> Office:
    """Return what the merchant's own surface needs."""
    reception = Reception(house.database, _now_ms)
    return Office(house.database, house.ledger, reception, house.floor)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _verifier(house: House) -> Signatures:
    """Return what proves the signatures of agents, through a guarded line of this process."""
    directory = Directory(Transport(allow_private=house.settings.allow_private_hosts), time.time)
    return Signatures(house.settings.public_url, directory, time.time)


def _seen(house: House, sight: Sight) -> Seen:
    """Return how to tell which products went out to this asker before."""

    def seen(product_ids: Sequence[str]) -> frozenset[str]:
        with house.ledger.write() as connection:
            exposures.follow(connection, sight.merchant_id)
            return exposures.seen_of(connection, sight.merchant_id, sight.agent, product_ids)

    return seen


class _Indexes:
    """Remembers for a while which engine searches; the worker may have chosen another."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._held: dict[str, tuple[float, Search | None]] = {}

    def __call__(self, merchant_id: str) -> Search | None:
        """Return what searches a merchant's products, None for the database's own."""
        held = self._held.get(merchant_id)
        if held and time.monotonic() < held[0]:
            return held[1]
        found = searching.standing(self._house, merchant_id)
        if held and found and held[1] and found.engine == held[1].engine:
            found = held[1]
        self._held[merchant_id] = (time.monotonic() + _REMEMBERED, found)
        return found
