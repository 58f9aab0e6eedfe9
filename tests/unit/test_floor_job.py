"""Who holds a delivery, and how it is carried."""

from typing import Any

import msgspec
import pytest
from msgspec import structs

from connector.model.money import Money
from storefront.fulfillment.errors import (
    AgeGate,
    IllegalTransition,
    JobAlreadyClaimed,
    JobCancelled,
    JobExpired,
    LeaseLapsed,
    NotEligible,
    ParcelMismatch,
    ProofMissing,
    RoleRequired,
    StaleFence,
)
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.failure import FAILURES
from storefront.fulfillment.job.job import (
    BadJob,
    DeliveryJob,
    Dropoff,
    FailureCode,
    Fate,
    JobState,
    Pay,
    PayPart,
    Pickup,
    ProofKind,
    ProofPlan,
    StockDecision,
    Window,
)
from storefront.fulfillment.job.outward import OUTWARD, cancel_reason
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.event import TIMER, Event, replay
from tests.floor_job_rules import (
    AROUND,
    CASH,
    COLD_PARCEL,
    HELD,
    NO_PROOF,
    WINE_PARCEL,
    Trip,
    at_door,
    carried,
    claimed,
    delivered,
    failed,
    fresh_job,
    listed,
    offered,
    parcel,
    pin,
    proof,
    qr,
    returning,
    rider,
)
from tests.floor_order_rules import DAY, HOUR, MANAGER, MINUTE, NOON, SHOPPER, STAFF

RESTOCK = StockDecision.RESTOCK
LEAVE = Dropoff(Window(NOON, NOON + HOUR), "500.1.1", 900, leave_at_door=True)


def test_a_job_begins_as_an_offer() -> None:
    assert offered().job.state is JobState.OFFERED


@pytest.mark.parametrize(
    "fields",
    [
        {"parcels": ()},
        {"parcels": (parcel(1), parcel(1))},
        {"order_ids": ()},
        {"pay": Pay(500, "EUR", breakdown=(PayPart("base", 400),))},
        {"dropoff": LEAVE},
        {"dropoff": LEAVE, "proof": NO_PROOF, "cod": CASH},
    ],
)
def test_a_job_that_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadJob):
        Trip(structs.replace(fresh_job(), **fields))


def test_no_wine_is_left_at_a_door() -> None:
    with pytest.raises(AgeGate):
        offered(WINE_PARCEL, dropoff=LEAVE, proof=NO_PROOF)


def test_a_photo_is_enough_for_a_door_without_anybody() -> None:
    plan = ProofPlan(dropoff=(ProofKind.PHOTO,))

    assert offered(dropoff=LEAVE, proof=plan).job.state is JobState.OFFERED


def test_a_job_is_shown_some_time_before_it_is_ready() -> None:
    job = fresh_job(pickup=Pickup(HELD, ready_at=NOON + HOUR))

    assert claiming.publish_at(job, 20) == NOON + 40 * MINUTE


def test_a_job_whose_window_is_over_is_not_shown() -> None:
    with pytest.raises(JobExpired):
        offered().later(3 * HOUR).do(claiming.publish, TIMER)


def test_a_claim_moves_the_fence_and_starts_the_time() -> None:
    job = claimed().job

    assert (job.state, job.courier_id, job.fence) == (JobState.CLAIMED, "cou_1", 1)
    assert job.lease_until == NOON + 10 * MINUTE


def test_job_taken_by_somebody_quicker() -> None:
    with pytest.raises(JobAlreadyClaimed):
        claimed().claim(rider("cou_2"))


@pytest.mark.parametrize("trip", [delivered(), failed(), returning(), carried()])
def test_what_is_carried_or_over_is_not_claimed(trip: Trip) -> None:
    with pytest.raises(JobAlreadyClaimed):
        trip.later(DAY if trip.job.state is JobState.CLAIMED else HOUR).claim(rider("cou_2"))


def test_what_is_not_shown_is_not_claimed() -> None:
    with pytest.raises(IllegalTransition):
        offered().claim()


def test_what_is_cancelled_is_not_claimed() -> None:
    with pytest.raises(JobCancelled):
        listed().do(claiming.cancel, "store", STAFF).claim()


@pytest.mark.parametrize("sweep", [True, False])
def test_what_is_over_is_not_claimed(sweep: bool) -> None:  # noqa: FBT001 - a case of a table
    trip = listed().later(3 * HOUR)
    if sweep:
        trip.do(claiming.time_passes)

    with pytest.raises(JobExpired):
        trip.claim()


def test_a_courier_who_may_not_take_it_learns_why() -> None:
    with pytest.raises(NotEligible) as error:
        listed().claim(rider(vehicles=()))

    assert error.value.facts["reason"] == "VEHICLE"


def test_a_claim_that_lapsed_in_the_store_goes_to_the_next() -> None:
    trip = claimed().later(10 * MINUTE + 1).claim(rider("cou_2"))

    assert (trip.job.courier_id, trip.job.fence) == ("cou_2", 2)
    assert [each.type for each in trip.events[-2:]] == ["job.lapse", "job.claim"]


def test_stale_fence_stops_who_was_overtaken() -> None:
    trip = claimed()
    late = trip.holder
    trip.later(11 * MINUTE).claim(rider("cou_2"))

    with pytest.raises(StaleFence):
        trip.do(steps.pick_up, late, ("P1", "P2"), qr(trip.job))


@pytest.mark.parametrize("fence", [0, 2, -1])
def test_no_other_fence_than_the_present_one_counts(fence: int) -> None:
    trip = claimed()

    with pytest.raises(StaleFence):
        trip.do(claiming.renew, "cou_1", fence)


def test_an_old_fence_is_told_before_a_cancellation() -> None:
    trip = claimed()
    late = trip.holder
    trip.later(11 * MINUTE).claim(rider("cou_2")).do(claiming.cancel, "store", STAFF)

    with pytest.raises(StaleFence):
        trip.do(claiming.renew, late.courier_id, late.fence)


def test_a_cancelled_job_is_told_to_its_holder() -> None:
    trip = claimed().do(claiming.cancel, "store", STAFF)

    with pytest.raises(JobCancelled):
        trip.do(steps.pick_up, trip.holder, ("P1", "P2"), qr(trip.job))


def test_a_claim_that_went_back_to_the_list_is_lost() -> None:
    trip = claimed()
    held = trip.holder
    trip.later(11 * MINUTE).do(claiming.time_passes)

    with pytest.raises(LeaseLapsed):
        trip.do(steps.pick_up, held, ("P1", "P2"), qr(trip.job))


def test_a_job_of_somebody_else_is_told_as_such() -> None:
    with pytest.raises(JobAlreadyClaimed):
        claimed().do(claiming.renew, "cou_2", 1)


def test_a_claim_that_lapsed_and_was_not_taken_still_counts() -> None:
    trip = claimed().later(30 * MINUTE)

    trip.do(steps.pick_up, trip.holder, ("P1", "P2"), qr(trip.job))

    assert trip.job.state is JobState.PICKED_UP


def test_device_offline_two_hours_still_delivers() -> None:
    trip = carried().later(2 * HOUR).do(claiming.time_passes)
    assert trip.job.overdue

    trip.do(steps.deliver, trip.holder, pin(trip.job), None)

    assert (trip.job.state, trip.job.overdue) == (JobState.DELIVERED, False)


def test_what_is_carried_is_never_given_to_others_by_time() -> None:
    trip = carried().later(DAY).do(claiming.time_passes)

    assert (trip.job.state, trip.job.courier_id) == (JobState.PICKED_UP, "cou_1")
    assert [one.type for one in trip.events[-2:]] == ["job.overdue", "job.late"]


def test_what_is_on_the_way_when_its_window_ends_is_late_once() -> None:
    trip = carried()
    trip.later(trip.job.dropoff.window.end_at - 1 - trip.now).do(claiming.time_passes)
    assert not trip.job.late

    trip.later(1).do(claiming.time_passes).do(claiming.time_passes)

    assert trip.job.late
    assert [each.type for each in trip.events].count("job.late") == 1


def test_overdue_is_told_once() -> None:
    trip = carried().later(DAY).do(claiming.time_passes).do(claiming.time_passes)

    assert [each.type for each in trip.events].count("job.overdue") == 1


def test_an_offer_ends_with_its_window() -> None:
    assert listed().later(3 * HOUR).do(claiming.time_passes).job.state is JobState.EXPIRED


def test_a_lapsed_claim_after_the_window_ends_as_expired() -> None:
    trip = claimed().later(3 * HOUR).do(claiming.time_passes)

    assert [each.type for each in trip.events[-2:]] == ["job.lapse", "job.expire"]


def test_nothing_happens_before_its_time() -> None:
    trip = claimed().later(10 * MINUTE)

    assert trip.do(claiming.time_passes).events[-1].type == "job.claim"


def test_a_claim_does_not_lapse_before_its_time() -> None:
    with pytest.raises(IllegalTransition):
        claimed().do(claiming.lapse)


def test_a_released_job_is_on_the_list_again_and_counted() -> None:
    job = claimed().do(claiming.release, "cou_1", 1, "puncture").job

    assert (job.state, job.courier_id, job.fence, job.releases) == (JobState.AVAILABLE, None, 1, 1)


def test_what_is_carried_is_not_released() -> None:
    with pytest.raises(IllegalTransition):
        carried().do(claiming.release, "cou_1", 1, "tired")


def test_the_store_takes_a_job_back_before_pick_up() -> None:
    job = claimed().do(claiming.unassign, STAFF).job

    assert (job.state, job.releases) == (JobState.AVAILABLE, 0)


def test_a_courier_cannot_do_what_is_the_stores() -> None:
    with pytest.raises(RoleRequired):
        claimed().do(claiming.unassign, SHOPPER)


def test_the_store_gives_carried_parcels_to_another_courier() -> None:
    trip = carried().later(HOUR).do(claiming.time_passes)

    trip.do(claiming.transfer, "cou_2", MANAGER)

    job = trip.job
    assert (job.state, job.courier_id, job.fence) == (JobState.PICKED_UP, "cou_2", 2)
    assert (job.overdue, job.lease_until) == (False, trip.now + 30 * MINUTE)


def test_nobody_arrives_from_afar_without_a_reason() -> None:
    with pytest.raises(NotEligible):
        claimed().do(steps.arrive, Holder("cou_1", 1), Stage.PICKUP, distance_m=301)


@pytest.mark.parametrize(("distance", "reason"), [(300, ""), (9000, "gps"), (None, "no gps")])
def test_a_courier_arrives_near_by_or_with_a_reason(distance: int | None, reason: str) -> None:
    trip = claimed().do(
        steps.arrive, Holder("cou_1", 1), Stage.PICKUP, distance_m=distance, reason=reason
    )

    assert trip.job.state is JobState.AT_PICKUP


@pytest.mark.parametrize("scanned", [("P1",), (), ("P1", "P3"), ("P1", "P2", "P3")])
def test_parcel_missing_or_strange_is_not_picked_up(scanned: tuple[str, ...]) -> None:
    trip = claimed()

    with pytest.raises(ParcelMismatch) as error:
        trip.do(steps.pick_up, trip.holder, scanned, qr(trip.job))

    assert error.value.facts["missing"] == sorted({"P1", "P2"} - set(scanned))


def test_nothing_is_picked_up_without_the_stores_code() -> None:
    trip = claimed()

    with pytest.raises(ProofMissing):
        trip.do(steps.pick_up, trip.holder, ("P1", "P2"), [])


def test_a_pick_up_carries_every_parcel() -> None:
    assert carried().job.codes(Fate.CARRIED) == {"P1", "P2"}


def test_a_delivery_ends_the_job() -> None:
    job = delivered().job

    assert (job.state, job.closed_at) == (JobState.DELIVERED, NOON)
    assert job.codes(Fate.DELIVERED) == {"P1", "P2"}


def test_a_delivery_is_made_once() -> None:
    trip = delivered()

    with pytest.raises(IllegalTransition):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_cash_is_recorded_with_the_delivery() -> None:
    trip = at_door(cod=CASH)

    trip.do(steps.deliver, trip.holder, pin(trip.job), Money(2500, "EUR"))

    assert trip.job.cod == structs.replace(CASH, collected=Money(2500, "EUR"))


def test_not_at_home_needs_five_minutes_at_the_door() -> None:
    trip = at_door().later(5 * MINUTE - 1)

    with pytest.raises(ProofMissing) as error:
        trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME, contacts=1)

    assert error.value.facts["missing"] == ["WAIT"]


def test_not_at_home_needs_a_try_to_reach_the_shopper() -> None:
    trip = at_door().later(5 * MINUTE)

    with pytest.raises(ProofMissing) as error:
        trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME)

    assert error.value.facts["missing"] == ["CONTACT"]


def test_who_never_arrived_did_not_wait() -> None:
    trip = carried().later(HOUR)

    with pytest.raises(ProofMissing):
        trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME, contacts=3)


def test_other_reasons_need_no_wait() -> None:
    trip = at_door()

    assert trip.do(steps.fail, trip.holder, FailureCode.REFUSED).job.state is JobState.FAILED


def test_a_failed_delivery_is_tried_once_more() -> None:
    trip = failed()

    assert trip.do(steps.retry, trip.holder).job.state is JobState.PICKED_UP


def test_it_is_not_tried_a_third_time() -> None:
    trip = failed()
    trip.do(steps.retry, STAFF).do(steps.fail, trip.holder, FailureCode.REFUSED)

    with pytest.raises(IllegalTransition):
        trip.do(steps.retry, STAFF)


def test_what_is_lost_is_not_tried_again() -> None:
    trip = at_door()
    trip.do(steps.fail, trip.holder, FailureCode.LOST)

    with pytest.raises(IllegalTransition):
        trip.do(steps.retry, STAFF)
    assert trip.job.codes(Fate.LOST) == {"P1", "P2"}


def test_one_lost_parcel_does_not_stop_the_others() -> None:
    trip = at_door()
    trip.do(steps.lose, trip.holder, "P2").do(steps.deliver, trip.holder, pin(trip.job), None)

    assert (trip.job.codes(Fate.DELIVERED), trip.job.codes(Fate.LOST)) == ({"P1"}, {"P2"})


def test_a_parcel_is_lost_once() -> None:
    trip = at_door()

    with pytest.raises(ParcelMismatch):
        trip.do(steps.lose, trip.holder, "P2").do(steps.lose, trip.holder, "P2")


def test_nothing_is_delivered_where_everything_is_lost() -> None:
    trip = at_door()
    trip.do(steps.lose, STAFF, "P1").do(steps.lose, STAFF, "P2")

    with pytest.raises(ParcelMismatch):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_what_comes_back_is_decided_parcel_by_parcel() -> None:
    trip = returning().do(steps.accept_return, {"P1": RESTOCK}, STAFF, lost=("P2",))

    assert trip.job.state is JobState.RETURNED
    assert [(each.fate, each.stock) for each in trip.job.parcels] == [
        (Fate.RETURNED, RESTOCK),
        (Fate.LOST, None),
    ]


def test_what_was_chilled_is_waste() -> None:
    trip = returning(parcel(1), COLD_PARCEL)

    trip.do(steps.accept_return, {"P1": RESTOCK, "P2": RESTOCK}, STAFF)

    assert [each.stock for each in trip.job.parcels] == [RESTOCK, StockDecision.WASTE]


@pytest.mark.parametrize(
    "decisions", [{}, {"P1": RESTOCK}, dict.fromkeys(["P1", "P2", "P3"], RESTOCK)]
)
def test_a_return_accounts_for_every_parcel(decisions: dict[str, StockDecision]) -> None:
    with pytest.raises(ParcelMismatch):
        returning().do(steps.accept_return, decisions, STAFF)


def test_a_return_costs_what_the_rule_says() -> None:
    assert failed().do(steps.return_to_store, STAFF, charge=250).job.charges == 250


@pytest.mark.parametrize("trip", [offered(), listed()])
def test_nobody_is_paid_for_a_job_nobody_had(trip: Trip) -> None:
    job = trip.do(claiming.cancel, "store", STAFF, charge=300).job

    assert (job.state, job.charges) == (JobState.CANCELLED, 0)


def test_a_courier_is_paid_for_a_claim_that_was_cancelled() -> None:
    job = claimed().do(claiming.cancel, "store", STAFF, charge=300).job

    assert (job.state, job.charges, job.courier_id) == (JobState.CANCELLED, 300, "cou_1")


@pytest.mark.parametrize("trip", [carried(), at_door(), failed()])
def test_what_is_carried_comes_back_when_it_is_cancelled(trip: Trip) -> None:
    assert trip.do(claiming.cancel, "store", STAFF).job.state is JobState.RETURNING


def test_a_cancellation_wins_over_a_later_delivery() -> None:
    trip = at_door().do(claiming.cancel, "store", STAFF)

    with pytest.raises(IllegalTransition):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_a_delivery_wins_over_a_later_cancellation() -> None:
    with pytest.raises(IllegalTransition):
        delivered().do(claiming.cancel, "store", STAFF, charge=300)


@pytest.mark.parametrize("trip", [delivered(), failed()])
def test_a_courier_undoes_within_ten_minutes(trip: Trip) -> None:
    trip.later(10 * MINUTE).do(steps.reopen, trip.holder)

    assert (trip.job.state, trip.job.codes(Fate.CARRIED)) == (JobState.AT_DROPOFF, {"P1", "P2"})


def test_a_courier_who_is_too_late_cannot_undo() -> None:
    trip = delivered().later(10 * MINUTE + 1)

    with pytest.raises(IllegalTransition):
        trip.do(steps.reopen, trip.holder)


def test_the_store_undoes_within_a_day() -> None:
    assert delivered().later(DAY).do(steps.reopen, STAFF).job.state is JobState.AT_DROPOFF


def test_the_store_cannot_undo_after_a_day() -> None:
    with pytest.raises(IllegalTransition):
        delivered().later(DAY + 1).do(steps.reopen, STAFF)


def test_what_is_on_its_way_back_is_not_reopened() -> None:
    with pytest.raises(IllegalTransition):
        returning().do(steps.reopen, STAFF)


def test_an_undone_delivery_asks_for_its_cash_again() -> None:
    trip = at_door(cod=CASH)
    trip.do(steps.deliver, trip.holder, pin(trip.job), Money(2550, "EUR"))

    trip.do(steps.reopen, trip.holder)

    with pytest.raises(ProofMissing):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_a_bundle_is_claimed_whole() -> None:
    jobs = [
        listed(parcel(number), id=f"job_{number}", bundle_id="bun_1").job for number in (3, 1, 2, 4)
    ]

    told = claiming.claim_bundle(jobs, rider(), AROUND, NOON)

    assert [each.id for each, _ in told] == ["job_1", "job_2", "job_3", "job_4"]
    assert {each.state for each, _ in told} == {JobState.CLAIMED}


def test_a_bundle_is_claimed_whole_or_not_at_all() -> None:
    jobs = [
        listed(parcel(each, volume_ml=20_000), id=f"job_{each}", bundle_id="bun_1").job
        for each in (1, 2, 3, 4)
    ]

    with pytest.raises(NotEligible) as error:
        claiming.claim_bundle(jobs, rider(), AROUND, NOON)

    assert error.value.facts["reason"] == "CAPACITY"


def test_a_story_told_again_is_the_same_job() -> None:
    trip = failed(parcel(1), COLD_PARCEL)
    trip.do(steps.reopen, trip.holder).do(steps.fail, trip.holder, FailureCode.REFUSED)
    trip.do(steps.return_to_store, STAFF)
    trip.do(steps.accept_return, {"P1": RESTOCK, "P2": RESTOCK}, STAFF)
    told = msgspec.json.decode(msgspec.json.encode(trip.events), type=list[Event])

    assert replay(DeliveryJob, told) == trip.job
    assert [each.seq for each in told] == list(range(1, trip.job.rev + 1))


def test_every_failure_has_a_meaning() -> None:
    assert set(FAILURES) == set(FailureCode)


def test_every_state_has_words_for_others() -> None:
    assert set(OUTWARD) == set(JobState)
    assert all(
        all(getattr(each, name) for name in each.__struct_fields__) for each in OUTWARD.values()
    )


@pytest.mark.parametrize(
    ("reason", "word"), [("no_show", "NO_SHOW"), ("late", "HIGH_ACCEPTANCE_TIME"), ("?", "OTHER")]
)
def test_a_cancellation_has_a_word_for_others(reason: str, word: str) -> None:
    assert cancel_reason(reason) == word


def test_a_proof_of_an_earlier_claim_proves_nothing() -> None:
    trip = at_door()
    old = proof(trip.job, ProofKind.PIN, fence=0)

    with pytest.raises(ProofMissing):
        trip.do(steps.deliver, trip.holder, [old], None)
