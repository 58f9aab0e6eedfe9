"""The fake shop offers pickup at a location that it has."""

from regie.demo.shopify.testing import Practice

PICKUP = """mutation($s: DeliveryLocationLocalPickupEnableInput!) {
  locationLocalPickupEnable(localPickupSettings: $s) {
    localPickupSettings { pickupTime } userErrors { code } } }"""


def test_pickup_is_offered_at_a_location() -> None:
    practice = Practice(scopes=["read_locations", "write_locations"])
    given = {"locationId": "gid://shopify/Location/7400000000005", "pickupTime": "ONE_HOUR"}

    practice.data(PICKUP, {"s": given})

    settings = practice.shop.store.location("Lager Wilhelmsburg")["localPickupSettingsV2"]
    assert settings["pickupTime"] == "ONE_HOUR"


def test_pickup_at_no_location_is_refused() -> None:
    practice = Practice(scopes=["write_locations", "read_locations"])
    given = {"locationId": "gid://shopify/Location/1", "pickupTime": "ONE_HOUR"}

    data = practice.data(PICKUP, {"s": given})["locationLocalPickupEnable"]

    assert data == {
        "localPickupSettings": None,
        "userErrors": [{"code": "ACTIVE_LOCATION_NOT_FOUND"}],
    }
