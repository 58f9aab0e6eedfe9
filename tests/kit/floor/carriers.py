"""What another firm is asked to carry, and how its answers and messages arrive."""

from hashlib import sha256
from hmac import new as keyed
from typing import Any

import msgspec

from connector.model.location import Address
from connector.model.money import Money
from storefront.fulfillment.carrier.carrier import Response, Sender, Wish
from tests.kit.floor.job_rules import ANNE, STORE, fresh_job

SECRET = b"shared"
SHOP = Sender(
    "sto_1", "Groen", Address("Spui 1", None, "1012 WX", "Amsterdam", None, "NL"), STORE, "+31201"
)


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
