"""Where shoppers may fetch their goods: pickup locations, by their place in a list."""

from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json


def pickup_rates(shop: Shop, cart: Json) -> list[Json]:
    """Return the pickup offers; the place in the list is the id, closed ones are left out."""
    title = shop.pickup["settings"].get("title", "")
    return [
        {
            "rate_id": f"pickup_location:{place}",
            "name": f"{title} ({location['name']})",
            "price": "0",
            "method_id": "pickup_location",
            "instance_id": 0,
            "selected": cart["rate"] == f"pickup_location:{place}",
        }
        for place, location in enumerate(shop.pickup["locations"])
        if location["enabled"] and shop.pickup["settings"].get("enabled") == "yes"
    ]


def pickup_meta(shop: Shop, rate_id: str) -> list[Json]:
    """Return the shipping line of an order that is fetched, or none."""
    kind, _, place = rate_id.partition(":")
    if kind != "pickup_location":
        return []
    location = shop.pickup["locations"][int(place)]
    address = location["address"]
    text = f"{address['address_1']}, {address['postcode']} {address['city']}"
    notes = {
        "pickup_location": location["name"],
        "pickup_address": text,
        "pickup_details": location["details"],
        "_pickup_location_address": address,
    }
    return [
        {
            "method_id": kind,
            "instance_id": place,
            "method_title": f"{shop.pickup['settings'].get('title', '')} ({location['name']})",
            "total": "0.00",
            "meta_data": [{"key": key, "value": value} for key, value in notes.items()],
        }
    ]


def exported_locations(shop: Shop) -> Json:
    """Return what the Regie plugin gives out: all locations, with ids that stay."""
    locations = [
        {"id": f"pl_{token(12, location['name'])}", **location}
        for location in shop.pickup["locations"]
    ]
    return {"settings": shop.pickup["settings"], "locations": locations}
