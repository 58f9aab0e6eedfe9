"""The stores of a merchant, with what is edited apart from them: hours, slots, zones and fees."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from connector.model.errors import NotFound
from connector.store.database.upsert import insert_missing
from storefront.fulfillment.errors.place import BadStore, StoreNotFound
from storefront.fulfillment.place.check import checked_store
from storefront.fulfillment.place.hours import Hours, checked_hours
from storefront.fulfillment.place.locate import PostcodeCentroid
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.slot.template import SlotTemplate, checked_template
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import job, order, place
from storefront.fulfillment.zone.charge import checked_fees, checked_pay
from storefront.fulfillment.zone.decide import checked_zone
from storefront.fulfillment.zone.fee import FeeList
from storefront.fulfillment.zone.zone import Zone

_store = place.store
_part = place.store_part
_postcode = place.postcode
_order = order.fulfillment_order
_job = job.delivery_job
_HOURS, _TEMPLATE, _ZONE, _FEES, _PAY = "h", "t", "z", "f", "p"
P = TypeVar("P", bound=Struct)


class PartNotFound(NotFound):
    """The store has no such template or zone."""

    code = "part_not_found"
    remedy = "Load the store anew; somebody may have taken it away."


def add(here: Floor, store: Store) -> Store:
    """Enter a store, or raise BadStore; its code is unique for the merchant."""
    checked_store(store)
    values = {"created_at": here.now, "rev": 1, **_values(store, here.now)}
    try:
        with here.connection.begin_nested():
            here.connection.execute(_store.insert().values(**values))
    except IntegrityError:
        raise BadStore("Another store has that code.", field="code") from None
    here.note("store.changed", store.id, store_id=store.id)
    return store


def save(here: Floor, store: Store) -> Store:
    """Replace what is stored of a store, or raise BadStore or StoreNotFound."""
    checked_store(store)
    try:
        with here.connection.begin_nested():
            done = here.connection.execute(
                update(_store)
                .where(_store.c.merchant_id == here.merchant_id, _store.c.id == store.id)
                .values(rev=_store.c.rev + 1, **_values(store, here.now))
            )
    except IntegrityError:
        raise BadStore("Another store has that code.", field="code") from None
    if done.rowcount != 1:
        raise StoreNotFound("There is no such store.", store=store.id)
    here.note("store.changed", store.id, store_id=store.id)
    return store


def _values(store: Store, now: int) -> dict[str, object]:
    return {
        "merchant_id": store.merchant_id,
        "id": store.id,
        "code": store.code,
        "status": store.status.value,
        "location_id": store.location_id,
        "document": msgspec.json.encode(store),
        "updated_at": now,
    }


_decode = msgspec.json.Decoder(Store).decode


def get(connection: Connection, merchant_id: str, store_id: str) -> Store:
    """Return a store, or raise StoreNotFound."""
    query = select(_store.c.document).where(
        _store.c.merchant_id == merchant_id, _store.c.id == store_id
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise StoreNotFound("There is no such store.", store=store_id)
    return _decode(found)


def all_of(connection: Connection, merchant_id: str, *, archived: bool = False) -> Sequence[Store]:
    """Return the stores by code, archived ones only where asked for."""
    query = select(_store.c.document).where(_store.c.merchant_id == merchant_id)
    if not archived:
        query = query.where(_store.c.status != StoreStatus.ARCHIVED.value)
    return [_decode(row[0]) for row in connection.execute(query.order_by(_store.c.code))]


def of_location(connection: Connection, merchant_id: str, location_id: str) -> Store | None:
    """Return the store that is a platform's place, if one is."""
    query = select(_store.c.document).where(
        _store.c.merchant_id == merchant_id,
        _store.c.location_id == location_id,
        _store.c.status != StoreStatus.ARCHIVED.value,
    )
    found = connection.execute(query.order_by(_store.c.code).limit(1)).scalar_one_or_none()
    return _decode(found) if found else None


def open_work(connection: Connection, merchant_id: str, store_id: str) -> tuple[int, int]:
    """Return how many orders and jobs of a store are not ended."""
    orders = select(func.count()).where(
        _order.c.merchant_id == merchant_id, _order.c.store_id == store_id, _order.c.open
    )
    jobs = select(func.count()).where(
        _job.c.merchant_id == merchant_id, _job.c.store_id == store_id, _job.c.open
    )
    return connection.execute(orders).scalar_one(), connection.execute(jobs).scalar_one()


def put_hours(here: Floor, hours: Hours) -> Hours:
    """Set the hours of one service of a store, or raise BadHours."""
    checked = checked_hours(hours)
    _put(here, hours.store_id, _HOURS, hours.service.value, checked)
    return checked


def hours(connection: Connection, merchant_id: str, store_id: str) -> Sequence[Hours]:
    """Return what hours are set for a store, one per service."""
    return _parts(connection, merchant_id, store_id, _HOURS, Hours)


def put_template(here: Floor, template: SlotTemplate) -> SlotTemplate:
    """Set a slot template, or raise BadSlotTemplate; slots that are taken stay taken."""
    checked = checked_template(template)
    _put(here, template.store_id, _TEMPLATE, template.id, checked)
    return checked


def templates(connection: Connection, merchant_id: str, store_id: str) -> Sequence[SlotTemplate]:
    """Return the slot templates of a store."""
    return _parts(connection, merchant_id, store_id, _TEMPLATE, SlotTemplate)


def drop_template(here: Floor, store_id: str, template_id: str) -> None:
    """Take a slot template away; raises PartNotFound."""
    _drop(here, store_id, _TEMPLATE, template_id)


def put_zone(here: Floor, zone: Zone) -> Zone:
    """Set a delivery zone, or raise BadZone; orders that stand are not touched."""
    checked = checked_zone(zone)
    _put(here, zone.store_id, _ZONE, zone.id, checked)
    return checked


def zones(connection: Connection, merchant_id: str, store_id: str) -> Sequence[Zone]:
    """Return the delivery zones of a store, the first to match in front."""
    found = _parts(connection, merchant_id, store_id, _ZONE, Zone)
    return sorted(found, key=lambda zone: (zone.priority, zone.id))


def drop_zone(here: Floor, store_id: str, zone_id: str) -> None:
    """Take a zone away; raises PartNotFound."""
    _drop(here, store_id, _ZONE, zone_id)


def put_fees(here: Floor, fees: FeeList, *, pay: bool = False) -> FeeList:
    """Set what shoppers pay, or with `pay` what couriers get; raises BadFeeRule."""
    checked = checked_pay(fees) if pay else checked_fees(fees)
    _put(here, fees.store_id, _PAY if pay else _FEES, "list", checked)
    return checked


def fees(
    connection: Connection, merchant_id: str, store_id: str, *, pay: bool = False
) -> FeeList | None:
    """Return the rules of what shoppers pay, or with `pay` of what couriers get."""
    found = _parts(connection, merchant_id, store_id, _PAY if pay else _FEES, FeeList)
    return found[0] if found else None


def put_postcodes(here: Floor, centroids: Iterable[PostcodeCentroid]) -> int:
    """Import where postcodes lie; one that stands is replaced. Return how many."""
    count = 0
    for one in centroids:
        values = {"merchant_id": here.merchant_id, **structs.asdict(one)}
        keys = ("merchant_id", "country", "postcode")
        same = [_postcode.c[name] == values[name] for name in keys]
        if not insert_missing(here.connection, _postcode, values):
            here.connection.execute(update(_postcode).where(*same).values(**values))
        count += 1
    return count


def postcode(
    connection: Connection, merchant_id: str, country: str, code: str
) -> PostcodeCentroid | None:
    """Return where a normalised postcode lies, if it was imported."""
    columns = [_postcode.c[name] for name in PostcodeCentroid.__struct_fields__]
    query = select(*columns).where(
        _postcode.c.merchant_id == merchant_id,
        _postcode.c.country == country,
        _postcode.c.postcode == code,
    )
    row = connection.execute(query).first()
    return PostcodeCentroid(*row) if row else None


def _put(here: Floor, store_id: str, kind: str, part_id: str, document: Struct) -> None:
    get(here.connection, here.merchant_id, store_id)
    here.connection.execute(_part.delete().where(*_same(here, store_id, kind, part_id)))
    here.connection.execute(
        _part.insert().values(
            merchant_id=here.merchant_id,
            store_id=store_id,
            kind=kind,
            id=part_id,
            document=msgspec.json.encode(document),
            updated_at=here.now,
        )
    )
    here.note("store.changed", store_id, store_id=store_id)


def _drop(here: Floor, store_id: str, kind: str, part_id: str) -> None:
    done = here.connection.execute(_part.delete().where(*_same(here, store_id, kind, part_id)))
    if done.rowcount != 1:
        raise PartNotFound("The store has no such part.", store=store_id, part=part_id)
    here.note("store.changed", store_id, store_id=store_id)


def _same(here: Floor, store_id: str, kind: str, part_id: str) -> Sequence[Any]:
    values: Mapping[str, str] = {
        "merchant_id": here.merchant_id,
        "store_id": store_id,
        "kind": kind,
        "id": part_id,
    }
    return [_part.c[name] == value for name, value in values.items()]


def _parts(
    connection: Connection, merchant_id: str, store_id: str, kind: str, form: type[P]
) -> list[P]:
    query = (
        select(_part.c.document)
        .where(
            _part.c.merchant_id == merchant_id,
            _part.c.store_id == store_id,
            _part.c.kind == kind,
        )
        .order_by(_part.c.id)
    )
    return [msgspec.json.decode(row[0], type=form) for row in connection.execute(query)]
