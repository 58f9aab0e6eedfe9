"""One request of a courier: what he looks at, and what he does."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import structs
from sqlalchemy import Connection

from connector.model.errors import RegieError
from connector.model.location import Geo
from gateway.courier import cursor, rides, shown
from gateway.courier.cursor import Place
from gateway.courier.depot import Caller, Depot
from gateway.courier.errors import BadArgument, NoPlaceToWait
from gateway.courier.refusing import Refusing, user_error
from storefront.fulfillment.courier.courier import Courier, VehicleType
from storefront.fulfillment.job.job import HELD, DeliveryJob, JobState
from storefront.fulfillment.job.offline import Operation
from storefront.fulfillment.job.stage import seen
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.person.visibility import HOUR_MS, Visible
from storefront.fulfillment.place.point import checked_point
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import couriers, jobs, places
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store.floor import Change, Floor
from storefront.fulfillment.work import contacts, following, looking, offline, presence, riding
from storefront.fulfillment.work.deeds import Deed
from storefront.fulfillment.work.offline import Outcome, Result, Step
from storefront.fulfillment.work.riding import Where

_FARTHEST_M = 50_000
_MOST_JOBS = 100
_COME_BACK_S = 5
_OFFERS = frozenset({"offer.added", "offer.gone"})


class Round:
    """What a courier's operation may ask of the shop floor; it waits once at most."""

    def __init__(self, depot: Depot, caller: Caller, refusal: RegieError | None = None) -> None:
        self._depot = depot
        self._floor = depot.floor
        self._merchant_id = caller.merchant_id
        self._courier_id = caller.courier.id
        self._device_id = caller.device.id
        self._language = caller.courier.locale
        self._patience = time.monotonic() + following.LONGEST_S
        self._refusing = Refusing(refusal)

    @cached_property
    def courier(self) -> Courier:
        """The courier as he stands."""
        with self._floor.database.read() as connection:
            return couriers.get(connection, self._merchant_id, self._courier_id)

    def me(self) -> shown.Document:
        """Show the courier to himself."""
        return shown.courier(self.courier, self._merchant_id)

    def stores(self) -> Sequence[shown.Document]:
        """Show the merchant's open stores."""
        with self._floor.database.read() as connection:
            found = presence.open_stores(connection, self._merchant_id)
        return [shown.store(it, self._language) for it in found]

    def wages(self) -> shown.Document:
        """Show what he earned, and the cash he holds."""
        now = self._floor.now()
        with self._floor.database.read() as connection:
            found = presence.wages(connection, self._merchant_id, self.courier, now)
        return shown.wages(found)

    def offers(
        self,
        near: Mapping[str, Any],
        radius_m: int,
        vehicle: VehicleType | None,
        first: int,
        after: str | None,
        wait_seconds: int,
    ) -> shown.Document:
        """Show open jobs; with `wait_seconds`, as soon as the list has changed since `after`."""
        if not 1 <= radius_m <= _FARTHEST_M:
            raise BadArgument("The radius is out of bounds.", field="radiusM", most=_FARTHEST_M)
        place = cursor.decode(after) if after else None
        if place is not None and wait_seconds > 0:
            self._wait(place.seq, wait_seconds)
            place = None
        where = where_of(near)
        with self._floor.database.read() as connection:
            seq = floors.position(connection, self._merchant_id)
            found = looking.offers(
                connection,
                self._merchant_id,
                self.courier,
                where,
                self._floor.now(),
                radius_m=radius_m,
                vehicle=vehicle,
                first=first + 1,
                after=looking.Seen(place.job_id, place.band_m) if place and place.job_id else None,
            )
        page = found[:first]
        if page:
            place = Place(seq, page[-1].offer.job_id, page[-1].offer.to_store_m)
        return {
            "nodes": [shown.offer(it, self._language) for it in page],
            "endCursor": cursor.encode(structs.replace(place, seq=seq) if place else Place(seq)),
            "hasNextPage": len(found) > first,
        }

    def _wait(self, seq: int, seconds: int) -> None:
        """Wait until something is on offer or gone, among those who may wait."""
        left = min(seconds, following.LONGEST_S, self._patience - time.monotonic())
        if not self._depot.waiters.enter(self._device_id):
            raise NoPlaceToWait("Too many wait.", retry_after=_COME_BACK_S)
        try:
            following.await_changes(
                self._floor, self._depot.waker, self._merchant_id, seq, _on_offer, max(0.0, left)
            )
        finally:
            self._depot.waiters.leave(self._device_id)

    def my_jobs(self, states: Sequence[JobState] | None) -> Sequence[shown.Document]:
        """Show his own jobs, with what he may know at each stage."""
        wanted = HELD if states is None else frozenset(states)
        with self._floor.database.read() as connection:
            found = jobs.of_courier(
                connection, self._merchant_id, self._courier_id, wanted, _MOST_JOBS
            )
            return self._jobs(connection, found)

    def rides(self, first: int, after: str | None) -> shown.Document:
        """Show what he finished in the last thirty days."""
        now = self._floor.now()
        with self._floor.database.read() as connection:
            return rides.page(connection, self._merchant_id, self.courier, now, first, after)

    def bundles(self, job_ids: Sequence[str] | None, near: Mapping[str, Any]) -> Sequence[Any]:
        """Show jobs that go well together."""
        with self._floor.database.read() as connection:
            found = looking.bundles(
                connection,
                self._merchant_id,
                self.courier,
                where_of(near),
                self._floor.now(),
                job_ids,
            )
        return [shown.bundle(it) for it in found]

    def go_online(self, vehicle_id: str, near: Mapping[str, Any]) -> shown.Document:
        """Begin to look for work."""
        return self._present(
            lambda here, it: riding.go_online(here, it, vehicle_id, where_of(near))
        )

    def go_offline(self) -> shown.Document:
        """Stop looking for work."""
        return self._present(riding.go_offline)

    def _present(self, verb: Callable[[Floor, Courier], Courier]) -> shown.Document:
        def act() -> shown.Document:
            with self._floor.write(self._merchant_id) as here:
                found = couriers.get(here.connection, self._merchant_id, self._courier_id)
                after = verb(here, found)
            self.__dict__["courier"] = after
            return {"courier": shown.courier(after, self._merchant_id)}

        return self._refusing.told(act, {"courier": None})

    def claim(self, job_ids: Sequence[str], key: str) -> shown.Document:
        """Take a job, or several together."""

        def act() -> shown.Document:
            found = offline.claim(self._floor, self._merchant_id, self.courier, job_ids, key)
            told = self._told(found)
            return {"jobs": told, "lease": told[0]["lease"]}

        return self._refusing.told(act, {"jobs": None, "lease": None})

    def renew(self, job_id: str, fence: int, near: Mapping[str, Any] | None) -> shown.Document:
        """Hold a job longer."""

        def act() -> shown.Document:
            where = where_of(near) if near else None
            by = Holder(self._courier_id, fence)
            with self._floor.write(self._merchant_id) as here:
                after = riding.renew(here, by, job_id, where)
                zone = places.get(here.connection, self._merchant_id, after.store_id).timezone
            return {"lease": shown.lease_of(after, zone)}

        return self._refusing.told(act, {"lease": None})

    def take(self, job_id: str, fence: int, key: str, deed: Callable[[], Deed]) -> shown.Document:
        """Take one step of a job."""

        def act() -> shown.Document:
            step = Step(job_id, fence, key, deed())
            found = offline.take(self._floor, self._merchant_id, self.courier, step)
            return {"job": self._told([found])[0]}

        return self._refusing.told(act, {"job": None})

    def submit(self, operations: Sequence[Operation]) -> Sequence[shown.Document]:
        """Take what was queued without a network; each operation has its own answer."""

        def act() -> shown.Document:
            found = offline.submit(self._floor, self._merchant_id, self.courier, operations)
            return {"results": [self._result(it) for it in found]}

        told = self._refusing.told(act, {"results": None})
        if told["results"] is None:
            return [_untried(it, told["userErrors"]) for it in operations]
        found: Sequence[shown.Document] = told["results"]
        return found

    def _result(self, found: Result) -> shown.Document:
        return {
            "opId": found.op_id,
            "outcome": found.outcome.value,
            "at": shown.instant(found.at),
            "flags": [flag.value for flag in found.flags],
            "late": bool(found.flags),
            "skewMs": found.skew_ms,
            "job": self._told([found.job])[0] if found.job else None,
            "userErrors": [user_error(found.refusal)] if found.refusal else [],
        }

    def _told(self, found: Sequence[DeliveryJob]) -> Sequence[shown.Document]:
        with self._floor.database.read() as connection:
            return self._jobs(connection, found)

    def _jobs(
        self, connection: Connection, found: Sequence[DeliveryJob]
    ) -> Sequence[shown.Document]:
        """Show jobs; of an answer from before, nothing that is no longer his to know."""
        present = {
            it.id: it
            for it in jobs.several(connection, self._merchant_id, [job.id for job in found])
        }
        stores: dict[str, Store] = {}
        told = []
        for job in found:
            if job.store_id not in stores:
                stores[job.store_id] = places.get(connection, self._merchant_id, job.store_id)
            person = self._person(connection, job, present[job.id])
            told.append(shown.job(job, stores[job.store_id], person, self._language))
        return told

    def _person(self, connection: Connection, job: DeliveryJob, present: DeliveryJob) -> Visible:
        """Return what he might know then, and still may now."""
        now = self._floor.now()
        ended = present.closed_at
        if present.courier_id != self._courier_id or (ended and now - ended > HOUR_MS):
            return Visible()
        contact = contacts.of_order(
            connection, self._merchant_id, self._floor.box, job.order_ids[0]
        )
        then = seen(job, contact, self._courier_id, now)
        still = seen(present, contact, self._courier_id, now)
        kept = {
            name: getattr(then, name) if getattr(still, name) is not None else None
            for name in Visible.__struct_fields__
        }
        return Visible(**kept)


def where_of(near: Mapping[str, Any]) -> Where:
    """Read a place, or raise UnknownPlace."""
    point = checked_point(Geo(float(near["lat"]), float(near["lng"])))
    return Where(point, max(0, int(near.get("accuracy_m") or 0)))


def _untried(operation: Operation, errors: Sequence[shown.Document]) -> shown.Document:
    """Tell that an operation was not even looked at; it may come again as it is."""
    return {
        "opId": operation.op_id,
        "outcome": Outcome.WAITING.value,
        "at": None,
        "flags": [],
        "late": False,
        "skewMs": 0,
        "job": None,
        "userErrors": errors,
    }


def _on_offer(change: Change) -> bool:
    return change.kind in _OFFERS
