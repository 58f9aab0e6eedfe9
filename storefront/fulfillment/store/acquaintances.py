"""Which couriers were invited, which came in, and on how many phones they are signed in."""

from collections.abc import Mapping

from sqlalchemy import Connection, case, func, select

from storefront.fulfillment.courier.standing import Acquaintance
from storefront.fulfillment.store import devices, links
from storefront.fulfillment.store.tables import person

_capability, _device = person.capability, person.device
_Phones = tuple[int, int, int | None]
NOBODY = Acquaintance()


def of_couriers(connection: Connection, merchant_id: str, now: int) -> Mapping[str, Acquaintance]:
    """Return by courier what is known; who has neither a link nor a phone is left out."""
    invited = _invited(connection, merchant_id)
    phones = _phones(connection, merchant_id, now)
    return {
        courier_id: _known(invited.get(courier_id), phones.get(courier_id))
        for courier_id in {*invited, *phones}
    }


def _invited(connection: Connection, merchant_id: str) -> Mapping[str, int]:
    """Return until when the newest unused invitation of each holds."""
    query = (
        select(_capability.c.subject_id, func.max(_capability.c.expires_at))
        .where(
            _capability.c.merchant_id == merchant_id,
            _capability.c.kind == links.INVITE,
            _capability.c.used_at.is_(None),
        )
        .group_by(_capability.c.subject_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _phones(connection: Connection, merchant_id: str, now: int) -> Mapping[str, _Phones]:
    """Return when a phone of each first came in, how many are signed in, and the last sign."""
    is_open = _device.c.revoked_at.is_(None) & (_device.c.refresh_until > now)
    query = (
        select(
            _device.c.person_id,
            func.min(_device.c.created_at),
            func.sum(case((is_open, 1), else_=0)),
            func.max(case((is_open, _device.c.seen_at))),
        )
        .where(_device.c.merchant_id == merchant_id, _device.c.kind == devices.COURIER)
        .group_by(_device.c.person_id)
    )
    return {row[0]: (row[1], int(row[2]), row[3]) for row in connection.execute(query)}


def _known(link_until: int | None, phones: _Phones | None) -> Acquaintance:
    return Acquaintance(link_until, *phones) if phones else Acquaintance(link_until)
