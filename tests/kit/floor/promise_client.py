"""One of a crowd on the shop floor: what it holds, what it was told, and what it tries again."""

import json
import os
import random
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from connector.model.errors import RegieError
from storefront.fulfillment.job.job import FailureCode, JobState
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.store import (
    couriers,
    goods,
    handovers,
    holds,
    jobs,
    people,
    places,
    slots,
)
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import overseeing, riding
from tests.kit.floor.orders import STAFF
from tests.kit.floor.world import MERCHANT, STORE_ID, variant_of

PRODUCTS, COURIERS = 8, 16


class Client(threading.Thread):
    """One of the crowd: what it holds, what it was told, and what it will try again."""

    def __init__(self, floor: ShopFloor, name: str, folder: Path, deeds: int) -> None:
        super().__init__(name=name)
        self.floor = floor
        self.dice = random.Random(f"{name}/{os.getpid()}")
        self.log = (folder / f"{name}-{os.getpid()}.jsonl").open("a", encoding="utf-8")
        self.deeds = deeds
        self.held: list[str] = []
        self.orders: list[str] = []
        self.mine: dict[str, int] = {}
        self.courier = f"cou_{int(name) % COURIERS}"
        self.past: list[tuple[str, Wish, Callable[[Floor], bytes], str]] = []
        with floor.database.read() as connection:
            self.known = couriers.get(connection, MERCHANT, self.courier)
            self.store = places.get(connection, MERCHANT, STORE_ID)
            self.jobs = [job.id for job in jobs.available(connection, MERCHANT, [STORE_ID], 10**6)]

    def run(self) -> None:
        """Do deed after deed; a refusal is an answer like another."""
        for number in range(self.deeds):
            kind, act = self._choose()
            if act is not None:
                self._do(kind, act, f"{self.name}/{os.getpid()}/{number}")
            if self.past and self.dice.random() < 0.1:
                self._again()
        self.log.close()

    def _choose(self) -> tuple[str, Callable[[Floor], bytes] | None]:
        kinds = ["hold", "hold", "claim"]
        kinds += ["confirm", "release"] if self.held else []
        kinds += ["cancel_order"] if self.orders else []
        kinds += ["renew", "ride", "ride", "ride", "give_back"] if self.mine else []
        kind = self.dice.choice(kinds)
        return kind, getattr(self, f"_{kind}")()

    def _do(self, kind: str, act: Callable[[Floor], bytes], key: str) -> None:
        wish = Wish(self.courier, key, key.encode())
        began = time.perf_counter()
        try:
            answer = once(self.floor, MERCHANT, wish, act)
        except RegieError as error:
            self._note(kind, key, None, error.code, time.perf_counter() - began)
            answer = error.code.encode()
        else:
            self._note(kind, key, answer, None, time.perf_counter() - began)
            self._remember(kind, json.loads(answer))
        self.past.append((kind, wish, act, sha256(answer).hexdigest()))

    def _again(self) -> None:
        """Repeat a wish of before: the answer must be the same, whatever the world is now."""
        kind, wish, act, digest = self.dice.choice(self.past)
        try:
            answer = once(self.floor, MERCHANT, wish, act)
        except RegieError as error:
            if error.code == "retry_later":
                return
            answer = error.code.encode()
        same = sha256(answer).hexdigest() == digest
        self.log.write(json.dumps({"again": kind, "same": same}) + "\n")
        self.log.flush()

    def _note(
        self, kind: str, key: str, answer: bytes | None, code: str | None, seconds: float
    ) -> None:
        line = {"kind": kind, "key": key, "code": code, "s": round(seconds, 6)}
        line["answer"] = None if answer is None else json.loads(answer)
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()

    def _remember(self, kind: str, answer: dict[str, Any]) -> None:
        if kind == "hold":
            self.held.append(answer["hold"])
        elif kind == "confirm":
            self.orders.append(answer["hold"])
        elif kind == "claim":
            self.mine[answer["job"]] = answer["fence"]
        elif answer.get("over"):
            self.mine.pop(answer["job"], None)

    def _hold(self) -> Callable[[Floor], bytes]:
        number, pieces = self.dice.randint(1, PRODUCTS), self.dice.randint(1, 3)
        cart, chosen = f"{self.name}-{self.dice.random()}", self.dice.randint(0, 5)
        with_slot = self.dice.random() < 0.5

        def act(here: Floor) -> bytes:
            found = goods.goods(here.connection, MERCHANT, [variant_of(number)])
            coming = slots.coming(here.connection, self.store, Service.PICKUP, here.now)
            slot = coming[chosen % len(coming)] if with_slot else None
            wanted = (Wanted(variant_of(number), pieces),)
            basket = Basket(f"hld_{cart}", cart, cart.encode(), None, wanted)
            hold = holds.take(here, self.store, slot, found, basket)
            return _answer(hold=hold.id, pieces=pieces, product=number)

        return act

    def _confirm(self) -> Callable[[Floor], bytes]:
        hold_id = self.held.pop(self.dice.randrange(len(self.held)))

        def act(here: Floor) -> bytes:
            hold = holds.consume(here, hold_id, f"ful_{hold_id}", None)
            return _answer(hold=hold.id, order=hold.order_id)

        return act

    def _release(self) -> Callable[[Floor], bytes]:
        hold_id = self.held.pop(self.dice.randrange(len(self.held)))
        return lambda here: _answer(released=holds.release(here, hold_id).id)

    def _cancel_order(self) -> Callable[[Floor], bytes]:
        hold_id = self.orders.pop(self.dice.randrange(len(self.orders)))
        return lambda here: _answer(released=holds.release(here, hold_id).id)

    def _claim(self) -> Callable[[Floor], bytes] | None:
        if not self.jobs:
            return None
        job_id = self.dice.choice(self.jobs)

        def act(here: Floor) -> bytes:
            job = riding.claim(here, self.known, job_id, None)
            return _answer(job=job.id, fence=job.fence, courier=self.courier)

        return act

    def _some(self) -> tuple[str, Holder]:
        job_id = self.dice.choice(sorted(self.mine))
        return job_id, Holder(self.courier, self.mine[job_id])

    def _renew(self) -> Callable[[Floor], bytes]:
        job_id, by = self._some()
        return lambda here: _job_answer(riding.renew(here, by, job_id, None))

    def _give_back(self) -> Callable[[Floor], bytes]:
        job_id, by = self._some()
        if self.dice.random() < 0.5:
            return lambda here: _job_answer(overseeing.cancel(here, job_id, "shop", STAFF))
        return lambda here: _job_answer(riding.release(here, by, job_id, "TIRED"))

    def _ride(self) -> Callable[[Floor], bytes]:
        """Go on with a job: pick up what stands in the store, deliver or fail what is carried."""
        job_id, by = self._some()
        fails = self.dice.random() < 0.15

        def act(here: Floor) -> bytes:
            job = jobs.get(here.connection, MERCHANT, job_id)
            if job.state in {JobState.CLAIMED, JobState.AT_PICKUP}:
                codes = [parcel.code for parcel in job.parcels]
                pin = _pin(self.floor, here, f"job:{job_id}")
                return _job_answer(riding.pick_up(self.floor, here, by, job_id, pin, codes))
            if fails:
                return _job_answer(riding.fail(here, by, job_id, FailureCode.REFUSED, 1))
            if job.state is JobState.FAILED:
                return _job_answer(riding.start_return(here, by, job_id))
            given = riding.Given(code=_pin(self.floor, here, f"door:{job_id}"))
            return _job_answer(riding.deliver(self.floor, here, by, job_id, given))

        return act


def _pin(floor: ShopFloor, here: Floor, subject: str) -> str:
    found = handovers.of_subject(here.connection, MERCHANT, subject)
    assert found is not None
    return handovers.codes(people.sealer(floor, here), found[0].id, found[1])[0]


_OVER = frozenset(
    {
        JobState.DELIVERED,
        JobState.CANCELLED,
        JobState.AVAILABLE,
        JobState.RETURNING,
        JobState.RETURNED,
    }
)


def _job_answer(job: Any) -> bytes:
    return _answer(job=job.id, state=job.state.value, rev=job.rev, over=job.state in _OVER)


def _answer(**facts: object) -> bytes:
    return json.dumps(facts, sort_keys=True).encode()
