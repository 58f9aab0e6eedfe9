"""Ways across the shop floor that several suites walk: packed, collected, delivered."""

from connector.model.location import Geo
from connector.model.order import HandingOver, PlacedOrder
from storefront.fulfillment.courier import steps as joining
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    Skill,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import couriers, handovers, jobs, orders, people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import counter, intake, preparing, riding
from tests.kit.floor.orders import MANAGER, SHOP, STAFF, an_order, bought
from tests.kit.floor.world import MERCHANT, STORE_ID

NEAR = riding.Where(Geo(52.3731, 4.8926), 10)
VALID_UNTIL = 10**13


def taken_in(floor: ShopFloor, placed: PlacedOrder | None = None) -> str:
    """Take an order in; return its id."""
    (order_id,) = intake.take(floor, SHOP, placed or an_order())
    return order_id


def packed(floor: ShopFloor, placed: PlacedOrder | None = None) -> FulfillmentOrder:
    """Take an order in, pick all of it and close the bag."""
    return pack_all(floor, taken_in(floor, placed))


def pack_all(floor: ShopFloor, order_id: str) -> FulfillmentOrder:
    """Pick what is open of an order, as often as it changed before, and close the bag."""
    with floor.write(MERCHANT) as here:
        order = orders.get(here.connection, MERCHANT, order_id)
        if order.state in {OrderState.PLACED, OrderState.ACCEPTED}:
            order = preparing.start(here, order_id, STAFF)
        for line in order.lines:
            if line.open:
                preparing.pick(here, order_id, line.id, line.open, STAFF)
        return preparing.pack(floor, here, order_id, STAFF)


def pin_of(floor: ShopFloor, subject: str) -> str:
    """Return the PIN that the rightful person was given."""
    with floor.write(MERCHANT) as here:
        found = handovers.of_subject(here.connection, MERCHANT, subject)
        assert found is not None
        return handovers.codes(people.sealer(floor, here), found[0].id, found[1])[0]


def collected(floor: ShopFloor, placed: PlacedOrder | None = None) -> FulfillmentOrder:
    """Pack an order and hand it over at the counter by its PIN."""
    order = packed(floor, placed)
    pin = pin_of(floor, f"order:{order.id}")
    with floor.write(MERCHANT) as here:
        counter.find(floor, here, STORE_ID, pin, STAFF)
        return counter.hand_over(here, order.id, STAFF)


def a_courier(floor: ShopFloor, courier_id: str = "cou_1", *skills: Skill) -> Courier:
    """Return a courier who may take whatever a cargo bike carries, and who is online."""
    with floor.write(MERCHANT) as here:
        return _joined(here, courier_id, skills)


def _joined(here: Floor, courier_id: str, skills: tuple[Skill, ...]) -> Courier:
    fresh = Courier(id=courier_id, display_name="Jan", skills=skills)
    found, events = joining.apply(fresh, MANAGER, here.now)
    couriers.insert(here, found, events)
    bike = Vehicle("veh_1", VehicleType.CARGO_BIKE, 500_000, 100_000, cold=True)
    steps = [
        (joining.invite, (MERCHANT,)),
        *[
            (joining.note_check, (Check(kind, here.now, VALID_UNTIL, "stf_2"),))
            for kind in CheckKind
        ],
        (joining.add_vehicle, (bike,)),
        (joining.verify, ()),
        (joining.activate, ()),
        (joining.move_bond, (MERCHANT, "approve")),
    ]
    for verb, given in steps:
        told = verb(found, *given, MANAGER, here.now)  # type: ignore[operator]
        found = couriers.save(here, found, *told)
    return riding.go_online(here, found, "veh_1", NEAR)


def job_of(floor: ShopFloor, order: FulfillmentOrder) -> DeliveryJob:
    """Return the delivery of a packed order."""
    with floor.database.read() as connection:
        (job,) = jobs.of_order(connection, MERCHANT, order.id)
    return job


def claimed(floor: ShopFloor, courier: Courier, job: DeliveryJob) -> Holder:
    """Let a courier claim a job; return what he shows from then on."""
    with floor.write(MERCHANT) as here:
        taken = riding.claim(here, courier, job.id, NEAR)
    return Holder(courier.id, taken.fence)


def picked_up(floor: ShopFloor, by: Holder, job: DeliveryJob) -> DeliveryJob:
    """Let the parcels leave the store with their courier."""
    pin = pin_of(floor, f"job:{job.id}")
    with floor.write(MERCHANT) as here:
        codes = [parcel.code for parcel in job.parcels]
        return riding.pick_up(floor, here, by, job.id, pin, codes)


def delivered(
    floor: ShopFloor, number: int = 2001, courier: Courier | None = None
) -> tuple[FulfillmentOrder, DeliveryJob]:
    """Let an order go all the way to the door."""
    placed = an_order(bought(1), number=number, how=HandingOver.DELIVERY)
    order = packed(floor, placed)
    job = job_of(floor, order)
    by = claimed(floor, courier or a_courier(floor), job)
    picked_up(floor, by, job)
    pin = pin_of(floor, f"door:{job.id}")
    with floor.write(MERCHANT) as here:
        done = riding.deliver(floor, here, by, job.id, riding.Given(code=pin))
        return orders.get(here.connection, MERCHANT, order.id), done
