"""One deed of the merchant: done once for its key, by the floor, and what it answers."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from connector.model.errors import InvalidInput, RegieError
from gateway.merchant.floor_record import FloorRecords
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.once import Wish, once

Given = Mapping[str, Any]


class BadDocument(InvalidInput):
    """A document that cannot be read; the message names the field."""

    code = "bad_floor_document"
    remedy = "Send it in the form in which it is returned."


class Merchant(Struct, frozen=True):
    """Whose floor it is, and who acts: an operator's key stands for a manager."""

    records: FloorRecords
    key_id: str

    @property
    def actor(self) -> Actor:
        """How the events name him."""
        return Actor("manager", self.key_id)


Act = Callable[[Merchant, Floor, Given], dict[str, Any]]


def do(merchant: Merchant, name: str, act: Act, given: Given) -> dict[str, Any]:
    """Do a deed once for its key; what is refused comes back as `userErrors`.

    What is kept for a repetition names no customer: he is added as the store may see him now, so
    that an old key does not bring back who was forgotten since.
    """
    asked = {key: _plain(value) for key, value in given.items() if key != "key"}
    body = msgspec.json.encode([name, asked], order="deterministic")
    wish = Wish(f"key:{merchant.key_id}", str(given["key"]), body)
    floor, merchant_id = merchant.records.floor, merchant.records.merchant_id

    def fulfil(here: Floor) -> bytes:
        done = {**act(merchant, here, asked), "userErrors": []}
        return msgspec.json.encode(_nameless(done))

    try:
        answer: dict[str, Any] = msgspec.json.decode(once(floor, merchant_id, wish, fulfil))
    except RegieError as error:
        if error.status >= 500:
            raise
        return {"userErrors": [_told(error)]}
    return _named(merchant, answer)


def _nameless(answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("order")
    return answer if found is None else {**answer, "order": {**found, "customer": None}}


def _named(merchant: Merchant, answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("order")
    if found is None:
        return answer
    return {**answer, "order": {**found, "customer": merchant.records.customer(found["id"])}}


def _plain(value: Any) -> Any:
    """Return a member of an enumeration as what it stands for."""
    return value.value if isinstance(value, Enum) else value


def _told(error: RegieError) -> dict[str, Any]:
    field = error.details().get("field")
    return {"code": error.code, "field": field and str(field), "message": str(error)}


def read_document(given: Given, form: type[Any], **fixed: object) -> Any:
    """Read a document, with what the path of the mutation fixes."""
    try:
        return msgspec.convert({**given["document"], **fixed}, form)
    except msgspec.ValidationError as error:
        raise BadDocument(f"{error}.", field="document") from None


def store_answer(merchant: Merchant, here: Floor, store_id: str) -> dict[str, Any]:
    """Answer with a store as it stands now."""
    found = places.get(here.connection, here.merchant_id, store_id)
    return {"store": merchant.records.store(here.connection, found)}


def order_answer(merchant: Merchant, here: Floor, found: Any) -> dict[str, Any]:
    """Answer with an order as it stands now."""
    return {"order": merchant.records.order(here.connection, found)}
