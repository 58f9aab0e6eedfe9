"""Who bought, as far as the merchant lets this app see it: what is protected stays unknown."""

from collections.abc import Mapping

from connector.model.location import Address, Geo
from connector.model.order import Buyer
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.errors import ProtectedData
from connector.platforms.shopify.order.payload import ContactPayload, MailingPart, ToldContact

KINDS: Mapping[str, str] = {
    "name": "name",
    "firstName": "name",
    "lastName": "name",
    "phone": "phone",
    "email": "email",
}
"""Which approval a field needs; the rest of an address needs that for addresses."""
ALL = ("name", "address", "phone", "email")
NOBODY = Buyer(None, None, None, None, None, None, None)


class Contacts:
    """Reads buyers of one shop, and remembers what the app was refused."""

    def __init__(self, client: ShopifyClient) -> None:
        self._client = client
        self._allowed = dict.fromkeys(ALL, True)

    def buyer(self, order_id: str) -> Buyer:
        """Return the buyer of an order; a field that is protected or deleted is None."""
        for _ in range(len(ALL) + 1):
            try:
                return self._read(order_id)
            except ProtectedData as refusal:
                field = str(refusal.facts["place"]).rpartition(".")[2]
                kind = KINDS.get(field, "address")
                if not self._allowed[kind]:
                    raise
                self._allowed[kind] = False
        return NOBODY

    def _read(self, order_id: str) -> Buyer:
        asked = {"id": order_id, **self._allowed}
        told = self._client.execute("order_contact", asked, type=ToldContact).order
        return NOBODY if told is None else buyer_of(told)


def buyer_of(told: ContactPayload) -> Buyer:
    """Return the buyer; what is picked up has no address, so his bill tells his name."""
    ship, bill = told.shipping_address or MailingPart(), told.billing_address or MailingPart()
    goals = [each.destination for each in told.fulfillment_orders.nodes if each.destination]
    names = (ship.name, *(goal.name for goal in goals), bill.name)
    phones = (ship.phone, *(goal.phone for goal in goals), told.phone, bill.phone)
    return Buyer(
        name=_first(names),
        email=_first((told.email, *(goal.email for goal in goals))),
        phone=_first(phones),
        language=told.customer_locale or None,
        address=_address(ship) if told.shipping_address else None,
        geo=_geo(ship),
        note=told.note or None,
    )


def _first(texts: tuple[str | None, ...]) -> str | None:
    return next((text for text in texts if text), None)


def _address(told: MailingPart) -> Address | None:
    if not told.address1:
        return None
    return Address(
        told.address1,
        told.address2 or None,
        told.zip or None,
        told.city or None,
        told.province_code or None,
        told.country_code_v2 or None,
    )


def _geo(told: MailingPart) -> Geo | None:
    if told.latitude is None or told.longitude is None:
        return None
    return Geo(told.latitude, told.longitude)
