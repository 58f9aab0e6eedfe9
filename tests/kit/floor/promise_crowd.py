"""A crowd on one shop floor: shoppers, staff and couriers at once, some of them killed.

Each of its processes is some clients: they do what dice say, each deed under a key of its own, and
write down what was acknowledged, so that afterwards every promise can be held against the rows.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from connector.model.location import Geo
from connector.model.order import HandingOver
from connector.store import merchants
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.merchants import Merchant
from storefront.fulfillment.courier import steps as joining
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    Limits,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import couriers, places
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import intake, preparing, riding
from tests.kit.floor.orders import SHOP, STAFF, an_order, bought
from tests.kit.floor.promise_client import COURIERS, PRODUCTS, Client
from tests.kit.floor.world import BOX, MERCHANT, NOON_MS, a_store, a_template, stock

PIECES, SLOT_ORDERS = 60, 25
NEAR = riding.Where(Geo(52.3731, 4.8926), 10)
MANAGER = Actor("manager", "stf_2")
_CHECKED = 10**13


def a_crowded_floor(database: Database) -> ShopFloor:
    """Return the floor of a process of the crowd."""
    return ShopFloor(database, BOX, system_clock)


def lay(database: Database, open_jobs: int) -> ShopFloor:
    """Fill a database with a store, few pieces of much wanted goods, jobs and couriers."""
    with database.write() as connection:
        merchants.add(connection, Merchant(MERCHANT, "Test", {}), NOON_MS)
    floor = a_crowded_floor(database)
    stock(database, dict.fromkeys(range(1, PRODUCTS + 1), PIECES) | {99: 10**6}, system_clock())
    store = a_store(floor)
    with floor.write(MERCHANT) as here:
        for service in (Service.PICKUP, Service.DELIVERY):
            caps = Caps(orders=SLOT_ORDERS if service is Service.PICKUP else None)
            places.put_template(here, a_template(store.id, service, caps))
        for number in range(COURIERS):
            _courier(here, f"cou_{number}")
    for number in range(open_jobs):
        _job(floor, number)
    return floor


def _courier(here: Floor, courier_id: str) -> None:
    """Let a courier be everything that a claim asks for."""
    found = Courier(id=courier_id, display_name=courier_id, limits=Limits(max_open_jobs=1000))
    found, events = joining.apply(found, MANAGER, here.now)
    couriers.insert(here, found, events)
    vehicle = Vehicle("veh_1", VehicleType.CARGO_BIKE, 10**9, 10**9, cold=True)
    verbs: list[tuple[Callable[..., Any], tuple[object, ...]]] = [
        (joining.invite, (MERCHANT,)),
        *[(joining.note_check, (Check(kind, here.now, _CHECKED, "stf_2"),)) for kind in CheckKind],
        (joining.add_vehicle, (vehicle,)),
        (joining.verify, ()),
        (joining.activate, ()),
        (joining.move_bond, (MERCHANT, "approve")),
    ]
    for verb, given in verbs:
        told = verb(found, *given, MANAGER, here.now)
        found = couriers.save(here, found, *told)
    riding.go_online(here, found, "veh_1", NEAR)


def _job(floor: ShopFloor, number: int) -> None:
    """Take an order in, pick and pack it: couriers may have it then."""
    placed = an_order(bought(99), number=5000 + number, how=HandingOver.DELIVERY)
    (order_id,) = intake.take(floor, SHOP, placed)
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.pick(here, order_id, order.lines[0].id, 1, STAFF)
        preparing.pack(floor, here, order_id, STAFF)


def be_clients(url: str, folder: Path, first: int, threads: int, deeds: int) -> None:
    """Be as many clients as asked for, one thread each, in this process."""
    database = Database(url, patience=120.0)
    floor = a_crowded_floor(database)
    clients = [Client(floor, str(first + number), folder, deeds) for number in range(threads)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    database.close()
