"""The worker: takes events, jobs and due prices from the database and calls the verbs."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog
from sqlalchemy import Connection

from connector.model.errors import (
    PlatformCredentials,
    PlatformUnavailable,
    RegieError,
    StorageError,
)
from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.errors import DatabaseBusy, LeaseLost, SyncRunning
from connector.store.listing import reader
from connector.store.product import recomposing
from connector.store.work import queue
from connector.store.work.queue import Work
from connector.sync import Mode, Syncer
from regie import belated, hooks, orders
from regie.events import take_events
from regie.house import House
from regie.schedule import RECURRING, ensure_schedule
from regie.shops import Guard, Shops
from regie.telling import Teller
from regie.upkeep import Upkeep
from storefront.fulfillment.work import timers

_log = structlog.get_logger()
_LEASE_MS = 120_000
_BATCH = 500
_IDLE_SECONDS = 0.2
_FAREWELL_SECONDS = 5.0
_KEEP_DONE_MS = 7 * 86_400_000


class Worker:
    """One loop for both databases; as many processes of it as wanted may run side by side."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._shops = Shops(house)
        self._upkeep = Upkeep(house)
        self._jobs: Mapping[str, Callable[[Shopfront, Work], str | None]] = {
            "full": self._read_fully,
            "delta": self._sync,
            "sweep": self._sync,
            "hooks": self._check_hooks,
            "orders": self._look_for_orders,
        }
        self._told = Shops(house)
        self._teller = Teller(house, self._told)

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; a passing fault costs a pause and no work.

        Telling goes on beside: who listens slowly keeps no order waiting that comes in.
        """
        telling = threading.Thread(target=_go_on, args=(stop, self._teller.turn), daemon=True)
        telling.start()
        _go_on(stop, self._work)
        telling.join(_FAREWELL_SECONDS)
        self.close()

    def close(self) -> None:
        """Give back the shops' connections."""
        self._shops.close()
        self._told.close()

    def drain(self, most_turns: int = 10_000) -> None:
        """Work until nothing is due: for tests and for one-off commands."""
        for _ in range(most_turns):
            if not self.turn():
                return

    def turn(self) -> bool:
        """Do what is due now, and tell it; tell whether there was anything."""
        busy = self._work()
        return self._teller.turn() or busy

    def _work(self) -> bool:
        ensure_schedule(self._house)
        busy = self._events()
        busy = self._due_prices() or busy
        busy = self._upkeep.turn() or busy
        busy = timers.turn(self._house.floor) or busy
        return self._one_job() or busy

    def _now(self) -> int:
        return ms(self._house.clock())

    def _events(self) -> bool:
        works = queue.take(self._house.database, tables.inbox, self._now(), _LEASE_MS, limit=_BATCH)
        by_connection: dict[str, list[Work]] = {}
        for work in works:
            by_connection.setdefault(work.values["connection_id"], []).append(work)
        for connection_id, events in by_connection.items():
            self._guarded(events, lambda c=connection_id, e=events: self._take(c, e))  # type: ignore[misc]
        return bool(works)

    def _take(self, connection_id: str, events: Sequence[Work]) -> None:
        """Take events together; if one of them spoils it, by halves, until that one is alone."""
        guard = self._guard(events)
        try:
            take_events(self._house, self._shops, connection_id, events, guard)
        except (LeaseLost, PlatformUnavailable, PlatformCredentials, StorageError, DatabaseBusy):
            raise
        except Exception:
            if len(events) == 1:
                raise
            middle = len(events) // 2
            for some in (events[:middle], events[middle:]):
                self._guarded(some, lambda e=some: self._take(connection_id, e))  # type: ignore[misc]

    def _guard(self, events: Sequence[Work]) -> Guard:
        """Return what undoes a write if the events were taken over, and keeps them leased."""
        prolonged = self._now()

        def guard(connection: Connection) -> None:
            nonlocal prolonged
            now = self._now()
            aged = now - prolonged > _LEASE_MS // 4
            queue.prolong_all(connection, events if aged else events[:1], now + _LEASE_MS)
            prolonged = now if aged else prolonged

        return guard

    def _due_prices(self) -> bool:
        """Compose products anew whose sale began or ended, or whose day of publication came."""
        house, now = self._house, self._house.clock()
        with house.database.read() as connection:
            due = recomposing.due(connection, now)
        by_merchant: dict[str, list[str]] = {}
        for merchant_id, product_id in due:
            by_merchant.setdefault(merchant_id, []).append(product_id)
        for merchant_id, ids in by_merchant.items():
            with house.database.write() as connection:
                stored = reader.locations(connection, merchant_id)
                places = {found.location.id: found.location for found in stored}
                recomposing.recompose(connection, merchant_id, ids, places, now)
        return bool(due)

    def _one_job(self) -> bool:
        works = queue.take(self._house.database, tables.job, self._now(), _LEASE_MS)
        for work in works:
            self._guarded([work], lambda w=work: self._do(w))  # type: ignore[misc]
        return bool(works)

    def _do(self, work: Work) -> None:
        kind, connection_id = work.values["kind"], bytes(work.values["payload"]).decode()
        with self._house.database.read() as connection:
            shopfront = connections.get(connection, connection_id)
        active = shopfront.status == connections.ACTIVE
        left = self._jobs[kind](shopfront, work) if active else None
        with self._house.database.write() as connection:
            self._end(connection, work, kind, left)

    def _end(self, connection: Connection, work: Work, kind: str, left: str | None) -> None:
        seconds = RECURRING[kind](self._house.settings) if kind in RECURRING else None
        if seconds is None:
            queue.finish(connection, work, self._now())
        else:
            queue.rearm(connection, work, self._now() + seconds * 1000, left)
        for done in (tables.inbox, tables.outbox):
            queue.forget_done(connection, done, self._now() - _KEEP_DONE_MS)

    def _sync(self, shopfront: Shopfront, work: Work) -> None:
        syncer = Syncer(
            self._house.database,
            shopfront,
            self._shops.platform(shopfront),
            self._house.clock,
            heartbeat=lambda connection: queue.prolong(connection, work, self._now() + _LEASE_MS),
        )
        summary = syncer.run(Mode(work.values["kind"]))
        belated.end_of_products(self._house, shopfront, summary.mode)
        _log.info("sync.finished", connection=shopfront.id, mode=summary.mode, seen=summary.seen)

    def _read_fully(self, shopfront: Shopfront, work: Work) -> None:
        """Find what changed without a date, unless every sweep is a full read already."""
        if self._shops.platform(shopfront).listing() is not None:
            self._sync(shopfront, work)

    def _look_for_orders(self, shopfront: Shopfront, work: Work) -> None:
        began = self._now()
        count = orders.look(self._house, self._shops, shopfront, self._guard([work]))
        belated.end_of_orders(self._house, shopfront, began)
        _log.info("orders.looked", connection=shopfront.id, orders=count)

    def _check_hooks(self, shopfront: Shopfront, _work: Work) -> str | None:
        return hooks.look_after(self._house, self._shops, shopfront)

    def _guarded(self, works: Sequence[Work], act: Callable[[], None]) -> None:
        """Do the work; give it back for later when it fails, unless somebody else has it now."""
        try:
            act()
        except LeaseLost:
            _log.warning("worker.lease_lost", work=works[0].id)
        except Exception as error:  # noqa: BLE001 - a bug in one event must not stop the others
            self._postpone(works, error)

    def _postpone(self, works: Sequence[Work], error: Exception) -> None:
        passing = isinstance(error, PlatformUnavailable | SyncRunning)
        if not isinstance(error, RegieError):
            _log.exception("worker.failed", work=works[0].id)
        self._shops.drop(_connection_of(works[0]))
        most = 1_000_000 if passing or works[0].queue == "job" else 12
        with self._house.database.write() as connection:
            for work in works:
                with suppress(LeaseLost):
                    if queue.postpone(connection, work, str(error), self._now(), most):
                        _log.error("work.dead", work=work.id, error=str(error))


def _go_on(stop: threading.Event, turn: Callable[[], bool]) -> None:
    """Take one turn after the other until told to stop, with a rest where nothing is due."""
    while not stop.is_set():
        try:
            busy = turn()
        except RegieError as error:
            _log.warning("worker.turn_failed", code=error.code, error=str(error))
            busy = False
        except Exception:  # noqa: BLE001 - the next turn may go well, and other work must go on
            _log.exception("worker.turn_failed", code="internal")
            busy = False
        if not busy:
            stop.wait(_IDLE_SECONDS)


def _connection_of(work: Work) -> str:
    if work.queue == tables.inbox.name:
        return str(work.values["connection_id"])
    return bytes(work.values["payload"]).decode()
