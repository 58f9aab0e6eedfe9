"""Who is served, sealed away from the order: kept field by field, because each has its own end."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from connector.model.location import Address, Geo
from connector.model.order import Buyer
from connector.store.secrets import SecretBox
from storefront.fulfillment.person.contact import Contact
from storefront.fulfillment.person.retention import What, due_at
from storefront.fulfillment.store import ageing, people
from storefront.fulfillment.store.floor import Floor, ShopFloor

NAME, EMAIL, PHONE, ADDRESS, POINT, NOTES, ALTERNATE, LOCALE, REASON, REASON_TOLD = (
    "name",
    "email",
    "phone",
    "address",
    "point",
    "notes",
    "alternate",
    "locale",
    "cancel_note",
    "cancel_told",
)


def subject(order_id: str) -> str:
    """Return under which name an order's customer is sealed."""
    return f"order:{order_id}"


def keep(floor: ShopFloor, here: Floor, order_id: str, buyer: Buyer) -> None:
    """Seal what the platform told of a buyer, and the marks by which he is found again."""
    fields = {
        NAME: _text(buyer.name),
        EMAIL: _text(buyer.email),
        PHONE: _text(buyer.phone),
        ADDRESS: None if buyer.address is None else msgspec.json.encode(buyer.address),
        POINT: None if buyer.geo is None else msgspec.json.encode(buyer.geo),
        NOTES: _text(buyer.note),
        LOCALE: _text(buyer.language),
    }
    known = {name: value for name, value in fields.items() if value is not None}
    people.put(floor, here, subject(order_id), known, {})
    key = people.sealer(floor, here)
    marks = [key.mark(EMAIL, buyer.email)] if buyer.email else []
    marks += [key.mark(PHONE, buyer.phone)] if buyer.phone else []
    people.put_marks(here, subject(order_id), marks)


def follow(floor: ShopFloor, here: Floor, order_id: str, buyer: Buyer) -> None:
    """Seal what the platform tells of a buyer now; who was forgotten stays so."""
    known = people.fields(here.connection, here.merchant_id, subject(order_id))
    if known or not ageing.is_to_erase(here, order_id):
        keep(floor, here, order_id, buyer)


def set_end(here: Floor, order_id: str, ended_at: int | None) -> None:
    """Say from when the terms of keeping run: from the order's end, or not yet."""
    notes = None if ended_at is None else due_at(What.NOTES, ended_at)
    rest = None if ended_at is None else due_at(What.CONTACT, ended_at)
    people.set_purge(
        here, subject(order_id), rest, dict.fromkeys((NOTES, REASON, REASON_TOLD), notes)
    )


def name_alternate(floor: ShopFloor, here: Floor, order_id: str, name: str) -> None:
    """Seal who else may collect."""
    people.put(floor, here, subject(order_id), {ALTERNATE: name.encode()}, {})


def keep_reason(floor: ShopFloor, here: Floor, order_id: str, own: str, *, tell: bool) -> None:
    """Seal what staff wrote of why an order ends; apart, what the customer is to read of it."""
    if own:
        fields = {REASON_TOLD if tell else REASON: own.encode()}
        people.put(floor, here, subject(order_id), fields, {})


def reason(connection: Connection, merchant_id: str, box: SecretBox, order_id: str) -> str:
    """Return what staff wrote of why an order ended, while it is kept."""
    fields = people.get(connection, merchant_id, box, [subject(order_id)])[subject(order_id)]
    return _read(fields, REASON) or _read(fields, REASON_TOLD) or ""


def reason_told(
    connection: Connection, merchant_id: str, box: SecretBox, order_id: str
) -> str | None:
    """Return what the customer is to read of why his order ended, while it is kept."""
    fields = people.get(connection, merchant_id, box, [subject(order_id)])[subject(order_id)]
    return _read(fields, REASON_TOLD)


def of_orders(
    connection: Connection, merchant_id: str, box: SecretBox, order_ids: Sequence[str]
) -> Mapping[str, Contact]:
    """Return what is known of the customers of orders, by order."""
    names = [subject(order_id) for order_id in order_ids]
    found = people.get(connection, merchant_id, box, names)
    return {
        order_id: _contact(merchant_id, order_id, found[subject(order_id)])
        for order_id in order_ids
    }


def of_order(connection: Connection, merchant_id: str, box: SecretBox, order_id: str) -> Contact:
    """Return what is known of one order's customer."""
    return of_orders(connection, merchant_id, box, [order_id])[order_id]


def _contact(merchant_id: str, order_id: str, fields: Mapping[str, bytes]) -> Contact:
    address, point = fields.get(ADDRESS), fields.get(POINT)
    return Contact(
        subject_id=order_id,
        merchant_id=merchant_id,
        name=_read(fields, NAME) or "",
        email=_read(fields, EMAIL),
        phone=_read(fields, PHONE),
        locale=_read(fields, LOCALE) or "en",
        alternate=_read(fields, ALTERNATE),
        address=msgspec.json.decode(address, type=Address) if address else None,
        point=msgspec.json.decode(point, type=Geo) if point else None,
        notes=_read(fields, NOTES),
    )


def _text(value: str | None) -> bytes | None:
    return value.strip().encode() if value and value.strip() else None


def _read(fields: Mapping[str, bytes], name: str) -> str | None:
    found = fields.get(name)
    return found.decode() if found is not None else None
