"""Open Delivery: exchanges as they are documented, written down here by hand."""

from typing import Any

import msgspec
import pytest

from connector.model.errors import PlatformMalformed
from storefront.fulfillment.carrier.carrier import Response, Wish
from storefront.fulfillment.carrier.open_delivery import (
    OpenDelivery,
    availability,
    delivery,
    uuid_of,
)
from storefront.fulfillment.carrier.open_delivery_words import PROBLEMS, STATES, vehicle_types
from storefront.fulfillment.carrier.testing import CarrierContract, Recorded
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.job.job import FailureCode, JobState
from tests.kit.floor.carriers import SECRET, said, signed, wish_for
from tests.kit.floor.job_rules import CASH, COLD_PARCEL, JOB_ID, parcel
from tests.kit.floor.order_rules import NOON

UUID = uuid_of(JOB_ID)


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


def test_all_thirteen_events_and_problems_of_open_delivery_are_known() -> None:
    assert (len(STATES), len(PROBLEMS)) == (13, 13)


def test_vehicles_have_their_words_each_once() -> None:
    assert vehicle_types((VehicleType.BIKE, VehicleType.EBIKE)) == ["BICYCLE"]
    assert "CAR" in vehicle_types(())
