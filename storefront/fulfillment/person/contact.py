"""Who ordered, and where it goes: the one value with personal data, stored sealed and apart."""

from msgspec import Struct, structs

from connector.model.location import Address, Geo


class Contact(Struct, frozen=True, kw_only=True, rename="camel"):
    """The person behind an order or a courier; `subject_id` is that order's or courier's id.

    `notes` and `door_code` are for whoever stands at the door. Sealed with the merchant's key
    wherever it is stored; never part of an event, a log line or a webhook.
    """

    subject_id: str
    merchant_id: str
    name: str
    email: str | None = None
    phone: str | None = None
    locale: str = "en"
    alternate: str | None = None
    address: Address | None = None
    point: Geo | None = None
    notes: str | None = None
    door_code: str | None = None
    forgotten_at: int | None = None


def without_notes(contact: Contact) -> Contact:
    """Return it without what was meant for the door."""
    return structs.replace(contact, notes=None, door_code=None)


def pseudonymised(contact: Contact, now: int) -> Contact:
    """Return what may stay: whose order it was is gone, the country and the language stay."""
    country = contact.address.country if contact.address else None
    address = Address("", None, None, None, None, country) if contact.address else None
    return Contact(
        subject_id=contact.subject_id,
        merchant_id=contact.merchant_id,
        name="",
        locale=contact.locale,
        address=address,
        forgotten_at=now,
    )
