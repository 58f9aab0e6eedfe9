"""The cash that couriers took at doors and have not handed in: kept as a sum, one per currency."""

from collections.abc import Iterable, Sequence

from msgspec import structs
from sqlalchemy import Connection

from connector.model.errors import Conflict
from connector.model.money import Money
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import Actor, record
from storefront.fulfillment.store import couriers, earned
from storefront.fulfillment.store.floor import Floor


class CashChanged(Conflict):
    """The courier does not hold what was counted; `held` is what he holds of that currency."""

    code = "cash_changed"
    remedy = "Count again; more was taken, or this was noted before."


def held(connection: Connection, merchant_id: str, courier: Courier) -> tuple[Money, ...]:
    """Return what a courier holds; below zero where he handed in for a delivery that was undone."""
    if courier.cash_held is not None:
        return courier.cash_held
    since = courier.cash_settled_at or 0
    return sums(_taken(earned.delivered_since(connection, merchant_id, courier.id, since, None)))


def took(here: Floor, before: DeliveryJob, after: DeliveryJob) -> None:
    """Note the cash of a delivery that is about to be kept, or to be undone.

    It counts from when it is told, whenever the delivery was: what is told after he handed in was
    not handed in.
    """
    courier = couriers.get(here.connection, here.merchant_id, after.courier_id or "")
    change = sums([*_taken([after]), *(Money(-it.amount, it.currency) for it in _taken([before]))])
    if courier.cash_held is not None and not any(it.amount for it in change):
        return
    whole = sums([*held(here.connection, here.merchant_id, courier), *change])
    at, actor = max(here.now, courier.updated_at), Actor("courier", courier.id)
    noted = structs.replace(courier, cash_held=tuple(it for it in whole if it.amount))
    noted, event = record(courier, noted, "courier.cash", at, actor, job=after.id)
    couriers.save(here, courier, noted, (event,))


def receive(here: Floor, courier_id: str, counted: Money, actor: Actor) -> Courier:
    """Note that a courier handed in all that he held of a currency; raise CashChanged."""
    if actor.role not in {"store", "manager"}:
        raise RoleRequired("Only the store takes cash in.", role=actor.role)
    courier = couriers.get(here.connection, here.merchant_id, courier_id)
    whole = held(here.connection, here.merchant_id, courier)
    present = next((it for it in whole if it.currency == counted.currency), None)
    if present != counted:
        amount = present.amount if present else 0
        raise CashChanged("He holds another amount.", held=amount, currency=counted.currency)
    rest = tuple(it for it in whole if it is not present)
    after = structs.replace(courier, cash_held=rest, cash_settled_at=here.now)
    told = {"amount": counted.amount, "currency": counted.currency}
    after, event = record(courier, after, "courier.cashHandedIn", here.now, actor, **told)
    return couriers.save(here, courier, after, (event,))


def sums(parts: Iterable[Money]) -> tuple[Money, ...]:
    """Add up by currency."""
    totals: dict[str, int] = {}
    for part in parts:
        totals[part.currency] = totals.get(part.currency, 0) + part.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(totals.items()))


def _taken(jobs: Sequence[DeliveryJob]) -> Iterable[Money]:
    return (job.cod.collected for job in jobs if job.cod and job.cod.collected)
