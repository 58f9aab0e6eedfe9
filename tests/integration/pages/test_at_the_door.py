"""The customer reads that the courier stands at the door, as soon as he says so and no longer."""

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from connector.model.location import Geo
from connector.model.order import HandingOver
from connector.store import tables
from connector.store.database import Database
from storefront.fulfillment.job.job import DeliveryJob, FailureCode
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import couriers, hooks
from storefront.fulfillment.work import riding
from storefront.fulfillment.work.riding import Where
from tests.kit.floor.orders import BUYER, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, pin_of
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, a_world

WORDS = "The courier is at your door."
DOOR = Where(BUYER.geo or Geo(0, 0), 10)


class Ride:
    """An order on its way, with its courier."""

    def __init__(self, world: World) -> None:
        self.world = world
        placed = an_order(bought(1), how=HandingOver.DELIVERY)
        self.order: FulfillmentOrder = packed(world.floor, placed)
        self.job: DeliveryJob = job_of(world.floor, self.order)
        self.by: Holder = claimed(world.floor, a_courier(world.floor), self.job)

    def set_off(self) -> None:
        picked_up(self.world.floor, self.by, self.job)
        with self.world.floor.write(MERCHANT) as here:
            couriers.seen(here, self.by.courier_id, Geo(52.3712, 4.8961), 60)

    def arrive(self, stage: Stage = Stage.DROPOFF, where: Where | None = DOOR) -> None:
        with self.world.floor.write(MERCHANT) as here:
            riding.arrive(self.world.floor, here, self.by, self.job.id, stage, where)

    def page(self, language: str = "en") -> str:
        path = self.world.track(self.order.id)
        return self.world.visitor().get(f"{path}?lang={language}").text


@pytest.fixture
def ride(sqlite_url: str, open_at: Callable[[str], Database]) -> Ride:
    return Ride(a_world(open_at(sqlite_url)))


def test_it_is_told_and_said_aloud_when_he_arrives(ride: Ride) -> None:
    ride.set_off()
    before = ride.page()
    ride.world.clock.move(minutes=9)

    ride.arrive()

    after = ride.page()
    assert WORDS not in before
    assert f'id="at-door">{WORDS}' in after
    assert f'data-say="{WORDS}"' in after
    assert ">13:09</time>" in after.partition('id="at-door"')[2][:200]


def test_at_the_door_no_distance_is_guessed(ride: Ride) -> None:
    ride.set_off()
    before = ride.page()

    ride.arrive()

    shown = [
        ('class="map"' in page, "minutes (estimate)" in page) for page in (before, ride.page())
    ]
    assert shown == [(True, True), (False, False)]


def test_an_arrival_at_the_store_is_not_told(ride: Ride) -> None:
    ride.arrive(Stage.PICKUP, Where(Geo(52.3731, 4.8926), 10))

    assert WORDS not in ride.page()


@pytest.mark.parametrize("how", ["delivered", "failed"])
def test_it_is_gone_when_he_has_left(ride: Ride, how: str) -> None:
    ride.set_off()
    ride.arrive()
    floor, pin = ride.world.floor, pin_of(ride.world.floor, f"door:{ride.job.id}")
    with floor.write(MERCHANT) as here:
        if how == "delivered":
            riding.deliver(floor, here, ride.by, ride.job.id, riding.Given(code=pin))
        else:
            riding.fail(here, ride.by, ride.job.id, FailureCode.DAMAGED, 0)

    assert WORDS not in ride.page()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "De koerier staat bij u voor de deur."),
        ("fr", "Le coursier est à votre porte."),
        ("he", "השליח נמצא ליד הדלת שלך."),
    ],
)
def test_it_is_told_in_the_customers_language(ride: Ride, language: str, words: str) -> None:
    ride.set_off()
    ride.arrive()

    assert words in ride.page(language)


def test_the_merchants_webhook_hears_of_it_without_a_word_on_the_customer(ride: Ride) -> None:
    ride.set_off()
    with ride.world.floor.write(MERCHANT) as here:
        url = "https://example.org/hook"
        hooks.add(ride.world.floor, here, "whk_1", url, ("job.arriveDropoff",), b"s" * 32)

    ride.arrive()

    outbox = tables.outbox
    query = select(outbox.c.payload).where(outbox.c.kind == "job.arriveDropoff")
    with ride.world.floor.database.read() as connection:
        (body,) = connection.execute(query).scalars().all()
    told = msgspec.json.decode(body)
    assert told["type"] == "job.arriveDropoff"
    assert set(told["data"]) == {"id", "store", "state", "seq"}
    assert (told["data"]["id"], told["data"]["state"]) == (ride.job.id, "AT_DROPOFF")
