"""Uber Direct: exchanges as they are documented, written down here by hand."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from msgspec import structs

from connector.model.errors import PlatformMalformed, PlatformRejected
from storefront.fulfillment.carrier.carrier import Wish
from storefront.fulfillment.carrier.testing import CarrierContract, Recorded
from storefront.fulfillment.carrier.uber_direct import UberDirect, delivery_body, state_of
from storefront.fulfillment.job.job import JobState, ProofKind, ProofPlan
from tests.kit.floor.carriers import SECRET, said, signed, wish_for
from tests.kit.floor.job_rules import ANNE, JOB_ID, NO_PROOF, PLAIN, WINE_PARCEL, fresh_job
from tests.kit.floor.order_rules import NOON


def ud_delivery(status: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "del_1",
        "status": status,
        "external_id": JOB_ID,
        "fee": 799,
        "currency": "eur",
        "tracking_url": "https://tracking.example/1",
        "courier_imminent": False,
        "dropoff_eta": "2027-01-15T09:00:00Z",
        "dropoff": {"verification_requirements": {"pincode": {"enabled": True, "value": "0417"}}},
        **fields,
    }


def ud_event(status: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "kind": "event.delivery_status",
        "delivery_id": "del_1",
        "status": status,
        "created": "2027-01-15T08:40:00Z",
        "data": ud_delivery(status, **fields),
    }


class TestUberDirect(CarrierContract):
    message = signed("x-uber-signature", ud_event("delivered"))
    odd_message = signed("x-uber-signature", ud_event("teleported"))
    forged = signed("x-uber-signature", ud_event("delivered"), b"other")

    @pytest.fixture
    def wire(self) -> Recorded:
        return Recorded(
            {
                "/delivery_quotes": said(
                    {
                        "id": "dqt_1",
                        "fee": 799,
                        "currency_type": "EUR",
                        "expires": "2027-01-15T08:15:00Z",
                    }
                ),
                "/deliveries": said(ud_delivery("pending")),
                "/deliveries/del_1": said(ud_delivery("dropoff", courier_imminent=True)),
                "/deliveries/del_1/cancel": said(ud_delivery("canceled")),
            }
        )

    @pytest.fixture
    def carrier(self, wire: Recorded) -> UberDirect:
        return UberDirect("https://ud.example", "cus_1", "token", SECRET, wire)

    @pytest.fixture
    def wish(self) -> Wish:
        return wish_for()

    def test_a_quote_lives_as_long_as_they_say(self, carrier: UberDirect) -> None:
        assert carrier.quote(wish_for(), NOON).expires_at == NOON + 15 * 60_000

    def test_an_order_names_its_quote(self, carrier: UberDirect, wire: Recorded) -> None:
        carrier.create(wish_for(), carrier.quote(wish_for(), NOON), NOON)

        assert msgspec.json.decode(wire.asked[-1][1])["quote_id"] == "dqt_1"

    def test_no_pin_of_theirs_is_asked_for_or_kept(
        self, carrier: UberDirect, wire: Recorded
    ) -> None:
        made = carrier.create(wish_for(), None, NOON)

        assert b"pincode" not in wire.asked[-1][1]
        assert b"0417" not in msgspec.json.encode((made, carrier.webhook(*self.message)))

    def test_a_near_courier_is_at_the_door(self, carrier: UberDirect) -> None:
        assert carrier.status("del_1").state is JobState.AT_DROPOFF

    def test_notes_follow_once_it_is_carried(self, carrier: UberDirect, wire: Recorded) -> None:
        carrier.tell_notes("del_1", wish_for())

        assert msgspec.json.decode(wire.asked[-1][1]) == {"dropoff_notes": "The bell is broken"}

    def test_they_deliver_only_with_a_telephone(self, carrier: UberDirect) -> None:
        mute = structs.replace(wish_for(), contact=structs.replace(ANNE, phone=None))

        with pytest.raises(PlatformMalformed):
            carrier.create(mute, None, NOON)


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, {"signature_requirement": {"enabled": True}}),
        ({"proof": ProofPlan(dropoff=(ProofKind.PHOTO,))}, {"picture": True}),
        (
            {"proof": NO_PROOF, "dropoff": structs.replace(PLAIN, leave_at_door=True)},
            {"picture": True},
        ),
        ({"proof": NO_PROOF, "parcels": (WINE_PARCEL,)}, {"identification": {"min_age": 18}}),
    ],
)
def test_our_proofs_are_asked_for_in_their_words(
    fields: dict[str, Any], asked: Mapping[str, Any]
) -> None:
    job = structs.replace(fresh_job(), **fields)

    told = delivery_body(structs.replace(wish_for(), job=job), None)

    assert told["dropoff_verification"] == asked


@pytest.mark.parametrize(
    ("status", "imminent", "state"),
    [
        ("pending", False, JobState.AVAILABLE),
        ("pickup", False, JobState.CLAIMED),
        ("pickup", True, JobState.AT_PICKUP),
        ("pickup_complete", False, JobState.PICKED_UP),
        ("dropoff", False, JobState.PICKED_UP),
        ("dropoff", True, JobState.AT_DROPOFF),
        ("delivered", True, JobState.DELIVERED),
        ("canceled", False, JobState.CANCELLED),
        ("returned", False, JobState.RETURNED),
        ("", False, None),
    ],
)
def test_their_states_are_ours(
    status: str,
    imminent: bool,  # noqa: FBT001 - a case of a table
    state: JobState | None,
) -> None:
    assert state_of(status, imminent=imminent) is state


def test_a_refusal_says_that_it_is_one() -> None:
    wire = Recorded({})

    with pytest.raises(PlatformRejected):
        UberDirect("https://ud.example", "cus_1", "token", SECRET, wire).status("del_9")
