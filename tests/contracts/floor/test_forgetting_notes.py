"""What couriers and staff write in their own words may be about somebody, and is forgotten too."""

from connector.model.order import HandingOver
from storefront.fulfillment.job.job import FailureCode
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.order.why import why
from storefront.fulfillment.store import ageing, handovers, people
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import calling_off, counter, deeds, forgetting, offline, overseeing
from storefront.fulfillment.work.forgetting import Person
from storefront.fulfillment.work.offline import Step
from tests.kit.floor.orders import BUYER, MANAGER, STAFF, an_order, bought
from tests.kit.floor.planted import rows
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, taken_in
from tests.kit.floor.world import MERCHANT, SetClock

ME = Person(emails=(str(BUYER.email),))
MARK = "Zyxmark waves from the window"


def with_notes(floor: ShopFloor) -> tuple[str, str]:
    """Return an order and its job, of which the courier wrote twice and that came back."""
    order = packed(floor, an_order(bought(1), how=HandingOver.DELIVERY))
    job, courier = job_of(floor, order), a_courier(floor)
    by = claimed(floor, courier, job)
    picked_up(floor, by, job)
    for key, deed in (
        ("there", deeds.Arrive(Stage.DROPOFF, reason=MARK)),
        ("failed", deeds.Fail(FailureCode.REFUSED, note=MARK)),
        ("back", deeds.StartReturn()),
    ):
        offline.take(floor, MERCHANT, courier, Step(job.id, by.fence, key, deed))
    with floor.write(MERCHANT) as here:
        codes = [parcel.code for parcel in job.parcels]
        overseeing.accept_return(here, job.id, {}, MANAGER, codes)
    return order.id, job.id


def notes(floor: ShopFloor, job_id: str) -> set[str]:
    with floor.database.read() as connection:
        found = people.get(connection, MERCHANT, floor.box, [f"job:{job_id}"])[f"job:{job_id}"]
    assert set(found.values()) <= {MARK.encode()}
    return set(found)


def test_a_courier_s_notes_lie_sealed_for_a_day(floor: ShopFloor, clock: SetClock) -> None:
    _, job_id = with_notes(floor)
    before = notes(floor, job_id)
    clock.move(hours=25)

    forgetting.sweep(floor, MERCHANT)

    assert before == {"arrive_note", "fail_note"}
    assert "Zyxmark" not in rows(floor.database)
    assert notes(floor, job_id) == set()


def test_who_is_erased_is_erased_from_the_courier_s_notes(floor: ShopFloor) -> None:
    order_id, job_id = with_notes(floor)

    with floor.write(MERCHANT) as here:
        ageing.erase_order(here, order_id)

    assert notes(floor, job_id) == set()


def test_why_somebody_got_it_without_a_code_is_forgotten_and_that_he_did_is_not(
    floor: ShopFloor,
) -> None:
    order = packed(floor)
    with floor.write(MERCHANT) as here:
        counter.override(here, order.id, MARK, MANAGER)
        counter.hand_over(here, order.id, STAFF)

    found = forgetting.erase(floor, MERCHANT, ME)

    assert found.erased == (order.id,)
    assert "Zyxmark" not in rows(floor.database)
    assert "handover.overridden | manager:stf_2" in rows(floor.database)
    with floor.database.read() as connection:
        held = handovers.of_subject(connection, MERCHANT, f"order:{order.id}")
    assert held is not None
    assert (held[0].override_reason, held[0].verified_by) == (None, "stf_2")


def test_who_asks_what_is_known_of_him_reads_what_was_written_of_him(
    floor: ShopFloor, clock: SetClock
) -> None:
    with_notes(floor)
    called_off = taken_in(floor, an_order(number=1002))
    with floor.write(MERCHANT) as here:
        calling_off.cancel(floor, here, called_off, why("customer", "Xyz rang twice"), STAFF)

    told = forgetting.export(floor, MERCHANT, ME).decode()
    clock.move(hours=25)
    forgetting.sweep(floor, MERCHANT)
    later = forgetting.export(floor, MERCHANT, ME).decode()

    assert told.count(MARK) == 2
    assert told.count("Xyz rang twice") == 1
    assert "Zyxmark" not in later
    assert "Xyz" not in later
