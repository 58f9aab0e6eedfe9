"""What a courier sees of a delivery, and what its story tells."""

from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import replay
from storefront.fulfillment.person.visibility import Visible
from storefront.fulfillment.store import jobs
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import looking
from tests.kit.floor.deliveries import a_delivery
from tests.kit.floor.walk import NEAR, a_courier, claimed, delivered, picked_up
from tests.kit.floor.world import MERCHANT


def test_an_offer_tells_nothing_of_the_person(floor: ShopFloor) -> None:
    a_delivery(floor)
    courier = a_courier(floor)

    with floor.database.read() as connection:
        found = looking.offers(connection, MERCHANT, courier, NEAR, floor.now())

    text = repr([it.offer for it in found])
    assert len(found) == 1
    planted = ("Saskia", "saskia@", "612345678", "Jodenbree", "1011", "zijdeur", "52.369", "4.901")
    assert not [word for word in planted if word in text]


def test_the_courier_learns_what_he_needs_when_he_needs_it(floor: ShopFloor) -> None:
    _, job = a_delivery(floor)
    courier = a_courier(floor)
    by = claimed(floor, courier, job)

    def person() -> Visible:
        with floor.database.read() as connection:
            found = jobs.get(connection, MERCHANT, job.id)
            return looking.staged(floor, connection, found, courier.id, floor.now()).person

    before = person()
    picked_up(floor, by, job)
    after = person()

    assert (before.name, before.street, before.notes) == (None, "Jodenbreestraat", None)
    assert (after.name, after.street) == ("Saskia", "Jodenbreestraat 4")
    assert after.notes is not None


def test_the_story_of_a_job_tells_how_it_stands(floor: ShopFloor) -> None:
    _, job = delivered(floor)

    with floor.database.read() as connection:
        story = jobs.story(connection, MERCHANT, job.id)

    assert replay(DeliveryJob, story) == job
