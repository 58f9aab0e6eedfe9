"""Other firms that deliver: exchanges as they are documented, written down here by hand."""

from collections.abc import Mapping
from hashlib import sha256
from hmac import new as keyed
from typing import Any

import msgspec
import pytest
from msgspec import structs

from connector.model.errors import PlatformMalformed, PlatformRejected
from connector.model.location import Address
from connector.model.money import Money
from storefront.fulfillment.carrier.carrier import Response, Sender, Wish, is_news
from storefront.fulfillment.carrier.instant import epoch_ms, iso, major, minor
from storefront.fulfillment.carrier.open_delivery import (
    OpenDelivery,
    availability,
    delivery,
    uuid_of,
)
from storefront.fulfillment.carrier.open_delivery_words import PROBLEMS, STATES, vehicle_types
from storefront.fulfillment.carrier.testing import CarrierContract, Recorded
from storefront.fulfillment.carrier.uber_direct import UberDirect, delivery_body, state_of
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.job.job import FailureCode, JobState, ProofKind, ProofPlan
from tests.kit.floor.job_rules import (
    ANNE,
    CASH,
    COLD_PARCEL,
    JOB_ID,
    NO_PROOF,
    PLAIN,
    STORE,
    WINE_PARCEL,
    fresh_job,
    parcel,
)
from tests.kit.floor.order_rules import NOON

SECRET = b"shared"
SHOP = Sender(
    "sto_1", "Groen", Address("Spui 1", None, "1012 WX", "Amsterdam", None, "NL"), STORE, "+31201"
)
UUID = uuid_of(JOB_ID)


def wish_for(*parcels: Any, **fields: Any) -> Wish:
    return Wish(
        job=fresh_job(*parcels, **fields),
        sender=SHOP,
        contact=ANNE,
        number="1001",
        total=Money(4275, "EUR"),
    )


def said(told: object, status: int = 200) -> Response:
    return Response(status, msgspec.json.encode(told))


def signed(header: str, told: object, secret: bytes = SECRET) -> tuple[dict[str, str], bytes]:
    body = msgspec.json.encode(told)
    return {header: keyed(secret, body, sha256).hexdigest()}, body


def od_event(kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "deliveryId": "48ae4d68-6626-11ed-9022-0242ac120002",
        "orderId": UUID,
        "orderDisplayId": "1001",
        "merchant": {"id": "sto_1", "name": "Groen"},
        "event": {"type": kind, "datetime": "2027-01-15T08:40:00Z"},
        "customerName": "Anne",
        "deliveryPerson": {"id": "7", "name": "Kim", "phone": "+31600000000"},
        **fields,
    }


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


class TestOpenDelivery(CarrierContract):
    message = signed("x-app-signature", od_event("ORDER_DELIVERED"))
    odd_message = signed("x-app-signature", od_event("TELEPORTED"))
    forged = signed("x-app-signature", od_event("ORDER_DELIVERED"), b"other")

    @pytest.fixture
    def wire(self) -> Recorded:
        price = {"price": {"value": 12.5, "currency": "BRL"}, "pricingList": "NORMAL"}
        return Recorded(
            {
                "/logistics/availability": said(
                    {
                        "deliveryPrice": price,
                        "ETAs": {"deliveryEtaDatetime": "2027-01-15T09:00:00Z"},
                    }
                ),
                "/logistics/delivery": said({"deliveryId": "48ae", "event": "PENDING"}, 202),
                f"/logistics/delivery/{UUID}": said(
                    {
                        "deliveryId": "48ae",
                        "orderId": UUID,
                        "deliveryPrice": price,
                        "events": [
                            {"type": "ACCEPTED", "datetime": "2027-01-15T08:30:00Z"},
                            {"type": "PENDING", "datetime": "2027-01-15T08:20:00Z"},
                        ],
                    }
                ),
                f"/logistics/cancel/{UUID}": said({"additionalCharges": True}, 202),
                f"/logistics/readyForPickup/{UUID}": Response(200, b""),
            }
        )

    @pytest.fixture
    def carrier(self, wire: Recorded) -> OpenDelivery:
        return OpenDelivery("https://od.example/v2/", "token", SECRET, wire)

    @pytest.fixture
    def wish(self) -> Wish:
        return wish_for()

    def test_a_quote_tells_the_area_only(self, carrier: OpenDelivery, wire: Recorded) -> None:
        carrier.quote(wish_for(), NOON)

        told = msgspec.json.decode(wire.asked[-1][1])["deliveryAddress"]
        assert (told["street"], told["number"], told["postalCode"]) == ("", "", "1012")
        assert "Damrak" not in wire.asked[-1][1].decode()

    def test_the_last_of_the_events_counts(self, carrier: OpenDelivery) -> None:
        assert carrier.status(UUID).state is JobState.CLAIMED

    def test_an_order_they_know_already_is_asked_for_instead(
        self, carrier: OpenDelivery, wire: Recorded
    ) -> None:
        wire.answers["/logistics/delivery"] = said({"title": "duplicate", "status": 422}, 422)

        assert carrier.create(wish_for(), None, NOON).state is JobState.CLAIMED

    def test_they_say_whether_it_costs(self, carrier: OpenDelivery) -> None:
        assert carrier.cancel(UUID, "customer").charged is True

    def test_a_problem_is_told_in_our_words(self, carrier: OpenDelivery) -> None:
        problem = {
            "reason": "NOBODY_TO_RECEIVE",
            "datetime": "2027-01-15T08:40:00Z",
            "canFinishDeliver": True,
            "needMerchantAction": True,
        }
        message = signed("x-app-signature", od_event("ARRIVED_AT_CUSTOMER", problem=[problem]))

        news = carrier.webhook(*message)

        assert (news.failure, news.can_finish) == (FailureCode.NOT_AT_HOME, True)

    def test_ready_parcels_are_told(self, carrier: OpenDelivery, wire: Recorded) -> None:
        carrier.ready(UUID)

        assert wire.asked[-1][0].endswith(f"/logistics/readyForPickup/{UUID}")

    def test_a_carrier_without_a_price_has_no_quote(
        self, carrier: OpenDelivery, wire: Recorded
    ) -> None:
        wire.answers["/logistics/availability"] = said({"vehicles": {"availableVehicles": 0}})

        with pytest.raises(PlatformMalformed):
            carrier.quote(wish_for(), NOON)


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


def test_an_open_delivery_request_has_every_field_they_demand() -> None:
    demanded = (
        "orderId orderDisplayId merchant pickupAddress returnToMerchant canCombine deliveryAddress"
        " customerName vehicle limitTimes totalOrderPrice totalWeight payments"
    )
    address = "country state city district street number postalCode complement"

    told = delivery(wish_for(), NOON)

    assert not set(demanded.split()) - set(told)
    assert not set(address.split()) - set(told["deliveryAddress"])


def test_an_availability_request_has_every_field_they_demand() -> None:
    demanded = (
        "pickupAddress returnToMerchant canCombine deliveryAddress vehicle limitTimes"
        " totalOrderPrice totalWeight"
    )

    assert not set(demanded.split()) - set(availability(wish_for(), NOON))


def test_an_open_delivery_request_reads_as_documented() -> None:
    told = delivery(wish_for(parcel(1), COLD_PARCEL, cod=CASH), NOON)

    assert told["limitTimes"] == {
        "pickupLimit": 120,
        "deliveryLimit": 240,
        "orderCreatedAt": "2027-01-15T08:00:00.000Z",
    }
    assert told["vehicle"]["container"] == "THERMIC"
    assert told["payments"]["offlineMethod"] == [
        {"type": "CASH", "amount": {"value": 25.5, "currency": "EUR"}}
    ]
    assert (told["totalWeight"], told["packageVolume"], told["canCombine"]) == (4000, 0.01, False)
    assert (told["deliveryAddress"]["street"], told["deliveryAddress"]["number"]) == (
        "Damrak",
        "12 hs",
    )


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


def test_all_thirteen_events_and_problems_of_open_delivery_are_known() -> None:
    assert (len(STATES), len(PROBLEMS)) == (13, 13)


def test_vehicles_have_their_words_each_once() -> None:
    assert vehicle_types((VehicleType.BIKE, VehicleType.EBIKE)) == ["BICYCLE"]
    assert "CAR" in vehicle_types(())


@pytest.mark.parametrize(
    ("known", "told", "news"),
    [
        (JobState.CLAIMED, JobState.PICKED_UP, True),
        (JobState.PICKED_UP, JobState.CLAIMED, False),
        (JobState.DELIVERED, JobState.AT_DROPOFF, False),
        (JobState.DELIVERED, JobState.CANCELLED, False),
        (JobState.DELIVERED, JobState.RETURNED, True),
        (JobState.CANCELLED, JobState.DELIVERED, False),
        (JobState.CLAIMED, None, False),
        (JobState.CLAIMED, JobState.CLAIMED, False),
    ],
)
def test_late_messages_never_lead_back(
    known: JobState,
    told: JobState | None,
    news: bool,  # noqa: FBT001 - a case of a table
) -> None:
    assert is_news(known, told) is news


def test_times_are_written_and_read_in_utc() -> None:
    assert iso(NOON) == "2027-01-15T08:00:00.000Z"
    assert epoch_ms("2027-01-15T09:00:00+01:00") == NOON
    assert (epoch_ms("2027-01-15T08:00:00"), epoch_ms(""), epoch_ms(None)) == (NOON, None, None)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(PlatformMalformed):
        epoch_ms("yesterday")


@pytest.mark.parametrize(
    ("value", "currency", "amount"), [(12.5, "EUR", 1250), (1200, "JPY", 1200), (0.125, "KWD", 125)]
)
def test_amounts_are_read_and_written_in_their_currency(
    value: float, currency: str, amount: int
) -> None:
    assert minor(value, currency) == Money(amount, currency)
    assert major(Money(amount, currency)) == value


def test_a_refusal_says_that_it_is_one() -> None:
    wire = Recorded({})

    with pytest.raises(PlatformRejected):
        UberDirect("https://ud.example", "cus_1", "token", SECRET, wire).status("del_9")
