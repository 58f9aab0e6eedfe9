"""By which number a courier is called: it lies sealed, and is opened for who may call him only."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from connector.store.secrets import SecretBox
from storefront.fulfillment.job import stage
from storefront.fulfillment.job.job import HELD, DeliveryJob
from storefront.fulfillment.person.phone import checked_phone
from storefront.fulfillment.person.visibility import Field, Phase, Sight, Viewer, When, sight
from storefront.fulfillment.store import people
from storefront.fulfillment.store.floor import Floor, ShopFloor

_PHONE = "phone"


def subject(courier_id: str) -> str:
    """Return under which name what tells of a courier is sealed."""
    return f"courier:{courier_id}"


def keep(floor: ShopFloor, here: Floor, courier_id: str, typed: str) -> None:
    """Seal a courier's number, or raise BadPhone."""
    people.put(floor, here, subject(courier_id), {_PHONE: checked_phone(typed).encode()}, {})


def of_couriers(
    connection: Connection, merchant_id: str, box: SecretBox, courier_ids: Sequence[str], now: int
) -> Mapping[str, str]:
    """Return the numbers as a manager may see them, by courier; who gave none is left out."""
    if sight(Field.COURIER_PHONE, Viewer.MANAGER, When(Phase.OPEN), now) is not Sight.FULL:
        return {}
    return _opened(connection, merchant_id, box, courier_ids)


def of_holder(
    connection: Connection, merchant_id: str, box: SecretBox, job: DeliveryJob, now: int
) -> str | None:
    """Return the number of who holds a job, as the store of the job may see it now."""
    seen = sight(Field.COURIER_PHONE, Viewer.STORE, stage.when(job), now) is Sight.FULL
    if job.courier_id is None or job.state not in HELD or not seen:
        return None
    return _opened(connection, merchant_id, box, [job.courier_id]).get(job.courier_id)


def _opened(
    connection: Connection, merchant_id: str, box: SecretBox, courier_ids: Sequence[str]
) -> Mapping[str, str]:
    found = people.get(connection, merchant_id, box, [subject(it) for it in courier_ids])
    fields = {courier_id: found[subject(courier_id)] for courier_id in courier_ids}
    return {it: known[_PHONE].decode() for it, known in fields.items() if _PHONE in known}
