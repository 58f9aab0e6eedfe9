"""What the merchant's surface tells of the shop floor, in the form of its schema."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from gateway.errors import BadCursor, BadPage
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.order import BadSearch
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.life import LIFE
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.order.past import ended_at
from storefront.fulfillment.person.visibility import Phase, Viewer, When, visible
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import couriers, finished, jobs, orders, places
from storefront.fulfillment.store.finished import After
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import cash, contacts, recalling

_MOST = 100


class FloorRecords:
    """One merchant's floor, read for his own people."""

    def __init__(self, floor: ShopFloor, merchant_id: str) -> None:
        self.floor = floor
        self.merchant_id = merchant_id

    def stores(self) -> list[dict[str, Any]]:
        """Return the stores by code."""
        with self.floor.database.read() as connection:
            found = places.all_of(connection, self.merchant_id, archived=True)
            return [self.store(connection, it) for it in found]

    def store(self, connection: Connection, found: Store) -> dict[str, Any]:
        """Return a store with all its parts."""
        mine = (connection, self.merchant_id, found.id)
        fees, pay = places.fees(*mine), places.fees(*mine, pay=True)
        return {
            "id": found.id,
            "code": found.code,
            "status": found.status.value,
            "store": msgspec.to_builtins(found),
            "hours": msgspec.to_builtins(places.hours(*mine)),
            "slotTemplates": msgspec.to_builtins(places.templates(*mine)),
            "zones": msgspec.to_builtins(places.zones(*mine)),
            "fees": None if fees is None else msgspec.to_builtins(fees),
            "pay": None if pay is None else msgspec.to_builtins(pay),
        }

    def board(self, store_ids: Sequence[str] | None) -> list[dict[str, Any]]:
        """Return the open orders of stores, the most urgent first."""
        with self.floor.database.read() as connection:
            known = [it.id for it in places.all_of(connection, self.merchant_id)]
            wanted = known if store_ids is None else [it for it in known if it in store_ids]
            found = orders.open_of(connection, self.merchant_id, wanted)
            return [self.order(connection, it) for it in found]

    def finished(
        self,
        first: int,
        number: str | None = None,
        day: str | None = None,
        store_ids: Sequence[str] | None = None,
        after: str | None = None,
    ) -> dict[str, Any]:
        """Return one page of the orders that are over, or raise BadPage, BadCursor, BadSearch."""
        if not 1 <= first <= _MOST:
            raise BadPage(f"{first} is not between 1 and {_MOST}.", field="first")
        place, date = _place(after), recalling.day_of(day or "")
        with self.floor.database.read() as connection:
            known = places.all_of(connection, self.merchant_id, archived=True)
            wanted = [it for it in known if store_ids is None or it.id in store_ids]
            mine = (connection, self.merchant_id, wanted, first)
            page = recalling.page(*mine, number=number or "", day=date, after=place)
            nodes = [self.order(connection, it) for it in page.orders]
        more = page.after
        return {
            "nodes": nodes,
            "endCursor": more.text if more else None,
            "hasNextPage": more is not None,
        }

    def one_order(self, order_id: str) -> dict[str, Any]:
        """Return an order, or raise OrderNotFound."""
        with self.floor.database.read() as connection:
            return self.order(connection, orders.get(connection, self.merchant_id, order_id))

    def order(self, connection: Connection, found: FulfillmentOrder) -> dict[str, Any]:
        """Return an order with its customer, as far as the store may see him now."""
        slot, ended = found.slot, ended_at(found)
        return {
            "id": found.id,
            "number": found.number,
            "storeId": found.store_id,
            "state": found.state.value,
            "method": found.method.value,
            "flags": [flag.value for flag in found.flags],
            "attention": list(found.attention),
            "startAt": instant(slot.start_at) if slot else None,
            "endAt": instant(slot.end_at) if slot else None,
            "endedAt": None if ended is None else instant(ended),
            "lines": msgspec.to_builtins(found.lines),
            "total": msgspec.to_builtins(found.total),
            "payment": found.payment.value,
            "jobId": found.job_id,
            "customer": self._customer(connection, found),
            "events": list(LIFE.events(found.state, "manager")),
        }

    def customer(self, order_id: str) -> dict[str, Any]:
        """Return who is served by an order, as far as the store may see him now."""
        with self.floor.database.read() as connection:
            found = orders.get(connection, self.merchant_id, order_id)
            return self._customer(connection, found)

    def _customer(self, connection: Connection, found: FulfillmentOrder) -> dict[str, Any]:
        ended = ended_at(found)
        when = When(Phase.OPEN) if ended is None else When(Phase.ENDED, ended)
        contact = contacts.of_order(connection, self.merchant_id, self.floor.box, found.id)
        person: dict[str, Any] = msgspec.to_builtins(
            visible(contact, Viewer.STORE, when, self.floor.now())
        )
        return person

    def deliveries(self, store_ids: Sequence[str] | None) -> list[dict[str, Any]]:
        """Return the deliveries that are not ended."""
        with self.floor.database.read() as connection:
            known = [it.id for it in places.all_of(connection, self.merchant_id)]
            wanted = known if store_ids is None else [it for it in known if it in store_ids]
            return [delivery(it) for it in jobs.open_of_store(connection, self.merchant_id, wanted)]

    def couriers(self) -> list[dict[str, Any]]:
        """Return the couriers."""
        with self.floor.database.read() as connection:
            return [
                self._courier(connection, it)
                for it in couriers.all_of(connection, self.merchant_id)
            ]

    def _courier(self, connection: Connection, found: Courier) -> dict[str, Any]:
        bond = found.membership(self.merchant_id)
        return {
            "id": found.id,
            "displayName": found.display_name,
            "state": found.state.value,
            "bond": bond.value if bond else None,
            "online": found.online is not None,
            "openJobs": len(jobs.of_courier(connection, self.merchant_id, found.id)),
            "cash": msgspec.to_builtins(cash.held(connection, self.merchant_id, found)),
        }


def _place(after: str | None) -> After | None:
    """Read where the last page ended, or raise BadCursor."""
    try:
        return finished.after_of(after) if after is not None else None
    except BadSearch:
        raise BadCursor("This is no cursor of this list.", field="after") from None


def delivery(found: DeliveryJob) -> dict[str, Any]:
    """Return a delivery."""
    window = found.dropoff.window
    return {
        "id": found.id,
        "storeId": found.store_id,
        "orderIds": list(found.order_ids),
        "state": found.state.value,
        "courierId": found.courier_id,
        "fence": found.fence,
        "overdue": found.overdue,
        "startAt": instant(window.start_at),
        "endAt": instant(window.end_at),
        "parcels": [
            {"code": it.code, "fate": it.fate.value, "temp": it.temp.value} for it in found.parcels
        ],
        "pay": {"amount": found.pay.fee, "currency": found.pay.currency},
    }


def instant(at: int) -> str:
    """Return an instant as RFC 3339 text in UTC."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
