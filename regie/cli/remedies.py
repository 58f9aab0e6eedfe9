"""What to do about an error on the command line: in the words of a command, not of a form."""

from collections.abc import Mapping

from connector.model.errors import RegieError

_OF_FIELD: Mapping[tuple[str, str], str] = {
    ("bad_agent", "name"): "Give another NAME; an id, operator and anonymous are taken.",
    ("bad_agent", "contact"): "Give a mail or web address with --contact.",
    ("bad_agent", "claims"): (
        "Give with --claim what this agent alone says of itself, 4 characters or more, such as "
        "FinderBot."
    ),
    ("bad_agent", "directory"): "Give an address with --directory, such as https://agent.example.",
    ("bad_store", "code"): "Give another CODE: letters, digits, dots, dashes, 40 at most.",
    ("bad_store", "name"): "Give the name with --name.",
    ("bad_store", "location"): "Give one of them with --location.",
    ("bad_store", "shop"): "Run `regie sync` first.",
    ("bad_store", "address"): "Then run the command again.",
    ("bad_store", "hours"): "Give times on at least one day with --hours.",
    ("bad_store", "geo"): (
        "Give the point with --at LAT,LON; or leave out --radius and --postcodes, enter latitude "
        "and longitude on its page, and switch delivery on there."
    ),
    ("bad_zone", "postcodes"): "Correct --postcodes, such as 1011*,1012.",
    ("bad_zone", "radiusM"): "Correct --radius: whole metres.",
    ("invalid_input", "login"): "Give another LOGIN.",
}
_OF_CODE: Mapping[str, str] = {
    "bad_store": "Correct it in the shop or in the words of the command, and run it again.",
    "bad_order": "Correct what is named, and run the command again.",
    "bad_job": "Correct what is named, and run the command again.",
    "bad_slot_template": "Correct --slot-minutes or --orders-per-slot, and run the command again.",
    "bad_hours": "Give --hours as OpenStreetMap writes them, such as Mo-Sa 09:00-18:00.",
    "bad_zone": "Give --radius in metres, or --postcodes such as 1011*,1012.",
    "bad_name": "Give a NAME of 1 to 60 characters.",
    "bad_region": "Give two capitals with --region, such as NL (ISO 3166-1).",
    "bad_purpose": "Give --purpose search, compare, checkout or training.",
    "bad_receipt": "Give the whole value of the header Regie-Receipt with --receipt.",
    "courier_not_found": "See `regie courier list`.",
    "courier_not_ready": "Record the documents and the vehicle on the page /console/couriers.",
    "illegal_transition": "See the present state with `regie courier list`.",
    "last_owner": "Make another owner first: `regie staff add LOGIN --role owner`.",
    "login_taken": "Give another LOGIN; `regie staff list` shows who is there.",
    "overtaken": "Run the command again.",
    "sign_in_required": "See `regie staff list`; `regie staff add` enters somebody new.",
    "store_not_found": "See `regie store list`.",
}


def remedy(error: RegieError) -> str:
    """Return what to do next: of the field that is named, of the code, or as everywhere."""
    field = str(error.details().get("field", ""))
    named = _OF_FIELD.get((error.code, field)) or _OF_CODE.get(error.code)
    return named or error.remedy


def told(error: RegieError) -> str:
    """Return an error as a command tells it."""
    return f"{error.message} {remedy(error)}".strip()
