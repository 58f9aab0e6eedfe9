"""What proves a delivery is for managers of its store: looked at on record, kept for a dispute."""

from hashlib import sha256

import pytest

from storefront.fulfillment.job.job import DeliveryJob, ProofKind
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import jobs, proofs, staff
from storefront.fulfillment.work import riding
from storefront.fulfillment.work.riding import Given
from tests.kit.floor.deliveries import a_delivery
from tests.kit.floor.walk import a_courier, claimed, picked_up, pin_of
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, send

PICTURE = b"\xff\xd8 a door"
DIGEST = sha256(PICTURE).hexdigest()
PROOFS = "Proofs of the delivery"


def proven(world: World) -> tuple[FulfillmentOrder, DeliveryJob]:
    """Let an order be delivered against its PIN and a photo."""
    order, job = a_delivery(world.floor)
    by = claimed(world.floor, a_courier(world.floor), job)
    picked_up(world.floor, by, job)
    give(world, by, job)
    return order, job


def give(world: World, by: Holder, job: DeliveryJob) -> None:
    pin = pin_of(world.floor, f"door:{job.id}")
    given = Given(code=pin, blobs={ProofKind.PHOTO: DIGEST}, age_passed=True)
    with world.floor.write(MERCHANT) as here:
        proofs.put_blob(world.floor, here, job.id, DIGEST, PICTURE)
        riding.deliver(world.floor, here, by, job.id, given)


def story(world: World, job: DeliveryJob) -> list[tuple[str, str]]:
    with world.floor.database.read() as connection:
        found = jobs.story(connection, MERCHANT, job.id)
    return [(it.type, it.actor.role) for it in found]


def test_a_manager_sees_what_proved_a_delivery_and_whether_the_age_was_right(
    world: World,
) -> None:
    order, _ = proven(world)

    page = world.signed_in("manager").get(f"/orders/{order.id}").text

    assert PROOFS in page
    assert all(word in page for word in ("PIN", "Photo", "Age check", "Old enough"))


def test_each_look_at_a_picture_is_kept_from_caches_and_on_record(world: World) -> None:
    order, job = proven(world)
    path = f"/orders/{order.id}/proofs/{job.id}/{DIGEST}"
    client = world.signed_in("manager")
    drawn = path in client.get(f"/orders/{order.id}").text

    answer = client.get(path)

    assert drawn
    assert (answer.data, answer.content_type) == (PICTURE, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert story(world, job)[-1] == ("job.proofSeen", "manager")


@pytest.mark.parametrize("who", ["staff", "elsewhere"])
def test_nobody_else_sees_a_proof(world: World, who: str) -> None:
    order, job = proven(world)
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_elsewhere", role=staff.Role.MANAGER)
    client = world.signed_in(who)

    answer = client.get(f"/orders/{order.id}/proofs/{job.id}/{DIGEST}")

    assert answer.status_code == 403
    assert PICTURE not in answer.data
    assert PROOFS not in client.get(f"/orders/{order.id}").text
    assert "job.proofSeen" not in dict(story(world, job))


def test_a_picture_of_another_order_is_not_there(world: World) -> None:
    _, job = proven(world)
    other, _ = a_delivery(world.floor, 7001)

    answer = world.signed_in("manager").get(f"/orders/{other.id}/proofs/{job.id}/{DIGEST}")

    assert answer.status_code == 404


def test_a_disputed_proof_is_kept_longer_but_not_the_result_of_an_age_check(world: World) -> None:
    order, job = proven(world)

    send(world.signed_in("manager"), f"/orders/{order.id}", "keep_proofs")
    world.clock.move(days=100)
    with world.floor.write(MERCHANT) as here:
        proofs.purge(here)

    with world.floor.database.read() as connection:
        kept = {it.kind for it in proofs.of_job(connection, MERCHANT, job.id)}
    assert kept == {ProofKind.PIN, ProofKind.PHOTO}
    assert story(world, job)[-1] == ("job.proofsKept", "manager")


def test_a_second_delivery_has_proofs_of_its_own(world: World) -> None:
    _, job = proven(world)
    by = Holder("cou_1", 1)
    world.clock.move(minutes=5)
    with world.floor.write(MERCHANT) as here:
        riding.reopen(here, by, job.id)
    give(world, by, job)

    with world.floor.database.read() as connection:
        found = proofs.of_job(connection, MERCHANT, job.id)

    pins = [it.captured_at for it in found if it.kind is ProofKind.PIN]
    assert len(pins) == len(set(pins)) == 2
