"""The second half of the demo's story: one order is collected, another is brought to the door."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from rich.console import Console

from connector.platforms import Shop
from connector.store.connections import Shopfront
from connector.store.listing import reader
from regie.cli.staff import sign_in_link
from regie.demo.phone import Phone
from regie.demo.reading import price
from regie.demo.shopify import ShopifyShop
from regie.demo.shopify.store import Row
from regie.demo.shoppers import ERIKA, LENA, MAX, Shopper
from regie.house import House
from storefront.fulfillment.courier.courier import CheckKind
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import handovers, jobs, orders, people, staff
from storefront.fulfillment.store import links as rights
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import codes, counter, founding, joining, preparing

_SKU = "KAF-1-250-B"
_NEAR = {"lat": 53.5531, "lng": 9.9275}
_CLAIM = """mutation($key: ID!, $job: ID!) { done: claimJob(jobId: $job, key: $key) {
  jobs { id fence } userErrors { code } } }"""
_PICK_UP = """mutation($key: ID!, $job: ID!, $fence: Int!, $code: String!, $parcels: [String!]!) {
  done: pickUp(jobId: $job, fence: $fence, code: $code, parcels: $parcels, key: $key) {
  job { id state } userErrors { code } } }"""
_DELIVER = """mutation($key: ID!, $job: ID!, $fence: Int!, $proof: ProofIn!) {
  done: deliver(jobId: $job, fence: $fence, proof: $proof, key: $key) {
  job { id state } userErrors { code } } }"""
_DAY_MS = 86_400_000


class Scene(Struct):
    """What this half of the story plays with; `wait` raises where something does not happen."""

    console: Console
    house: House
    url: str
    shop: ShopifyShop
    link: Shopfront
    facts: Shop
    wait: Callable[[str, Callable[[], bool]], float]
    store: Store | None = None


def open_store(scene: Scene) -> None:
    """Open a store at one of the shop's places, with staff."""
    house, merchant_id = scene.house, scene.link.merchant_id
    with house.database.read() as connection:
        known = reader.locations(connection, merchant_id, scene.link.id)
    place = next(it.location for it in known if it.location.name == "Laden Ottensen")
    plan = founding.Plan(
        code="ottensen",
        name="Laden Ottensen",
        hours="Mo-Su 00:00-24:00",
        timezone=scene.facts.timezone,
        currency=scene.facts.currency,
        radius_m=4000,
    )
    with house.floor.write(merchant_id) as here:
        scene.store = founding.found(here, place, plan)
        staff.add(house.floor, here, "stf_demo", "demo", staff.Role.OWNER, name="Anna")
    scene.console.print(
        "[green]opened[/] the store Laden Ottensen: pick-up, and delivery within 4 km"
    )


def play(scene: Scene) -> None:
    """Let one order be collected and another delivered; the shop shows both as done."""
    _collect(scene)
    _deliver(scene)


def _collect(scene: Scene) -> None:
    """Let a shopper collect what he bought: picked, packed, handed over by his PIN."""
    row = _placed(scene, ERIKA)
    seconds = _await(scene, row, "the pick-up order")
    scene.console.print(
        f"[cyan]order[/] {row['name']} to collect: on the board after {seconds:.1f} s"
    )
    order = _packed(scene, row)
    with scene.house.floor.write(scene.link.merchant_id) as here:
        pin = _pin(scene, here, f"order:{order.id}")
        counter.find(scene.house.floor, here, order.store_id, pin, _staff())
        counter.hand_over(here, order.id, _staff())
    seconds = scene.wait("the shop to know", lambda: _is_fulfilled(scene, row))
    scene.console.print(
        f"  picked, packed, handed over by PIN; fulfilled at Shopify after {seconds:.1f} s"
    )


def _deliver(scene: Scene) -> None:
    """Let another have it brought: a courier pulls the job over the public API."""
    row = _placed(scene, MAX)
    seconds = _await(scene, row, "the delivery order")
    scene.console.print(
        f"[cyan]order[/] {row['name']} to deliver: on the board after {seconds:.1f} s"
    )
    order = _packed(scene, row)
    phone = _courier(scene)
    (offer,) = phone.offers(_NEAR)
    scene.console.print(
        f"  a courier sees an offer: {price(offer['fee'])}, "
        f"about {offer['toDropoffM']} m to the area, no name, no street"
    )
    _ride(scene, phone, offer["jobId"])
    seconds = scene.wait("the shop to know", lambda: _is_fulfilled(scene, row))
    scene.console.print(
        f"  claimed, collected, delivered against a PIN; fulfilled at Shopify after {seconds:.1f} s"
    )
    _require_delivered(scene, order)


def _ride(scene: Scene, phone: Phone, job_id: str) -> None:
    claimed = phone.do(_CLAIM, job=job_id)["jobs"][0]
    named = {"job": job_id, "fence": claimed["fence"]}
    merchant_id = scene.link.merchant_id
    with scene.house.floor.write(merchant_id) as here:
        code = _pin(scene, here, f"job:{job_id}")
        door = _pin(scene, here, f"door:{job_id}")
        bags = jobs.get(here.connection, merchant_id, job_id).parcels
    labels = [bag.code for bag in bags]  # as they are printed on the bags
    phone.do(_PICK_UP, **named, code=code, parcels=labels)
    phone.do(_DELIVER, **named, proof={"code": door})


def _courier(scene: Scene) -> Phone:
    """Let a courier join as one does: by a link, checked and approved by the store."""
    floor, manager = scene.house.floor, Actor("manager", "stf_demo")
    with floor.write(scene.link.merchant_id) as here:
        invited = joining.invite(floor, here, "Jan", manager)
    phone = Phone(scene.url)
    courier_id = phone.join(invited.token, "Jan")
    with floor.write(scene.link.merchant_id) as here:
        for kind in CheckKind:
            joining.check(here, courier_id, kind, here.now + 365 * _DAY_MS, manager)
        joining.approve(here, courier_id, manager)
    phone.go_online(_NEAR)
    return phone


def _staff() -> Actor:
    return Actor("store", "stf_demo")


def _placed(scene: Scene, who: Shopper, quantity: int = 1) -> Row:
    """Let somebody buy."""
    lines, place = [{"sku": _SKU, "quantity": quantity}], "Laden Ottensen"
    how = "LOCAL" if who.address else "PICK_UP"
    return scene.shop.orders.place(
        lines, method=how, location=place, buyer=who.buyer, address=who.address
    )


def _bought(scene: Scene, who: Shopper, quantity: int = 1) -> Row:
    """Let somebody buy, and wait until it is on the board."""
    row = _placed(scene, who, quantity)
    _await(scene, row, f"order {row['name']}")
    return row


def _await(scene: Scene, row: Row, what: str) -> float:
    return scene.wait(what, lambda: bool(_orders_of(scene, row)))


def _orders_of(scene: Scene, row: Row) -> list[FulfillmentOrder]:
    with scene.house.database.read() as connection:
        found = orders.of_source(connection, scene.link.merchant_id, scene.link.id, str(row["id"]))
    return [it.order for it in found]


def _packed(scene: Scene, row: Row) -> FulfillmentOrder:
    """Pick everything and close the bag, as staff do on the page."""
    (order,) = _orders_of(scene, row)
    with scene.house.floor.write(scene.link.merchant_id) as here:
        begun = preparing.start(here, order.id, _staff())
        for line in begun.lines:
            preparing.pick(here, order.id, line.id, line.open, _staff())
        return preparing.pack(scene.house.floor, here, order.id, _staff())


def _pin(scene: Scene, here: Floor, subject: str) -> str:
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is None:
        return ""
    key = people.sealer(scene.house.floor, here)
    return handovers.codes(key, found[0].id, found[1])[0]


def _is_fulfilled(scene: Scene, row: Row) -> bool:
    """Ask the shop itself."""
    standing = scene.shop.orders.find(row["name"])
    return all(part["status"] == "CLOSED" for part in standing["fulfillmentOrders"])


def _require_delivered(scene: Scene, order: FulfillmentOrder) -> None:
    with scene.house.database.read() as connection:
        found = orders.get(connection, scene.link.merchant_id, order.id)
    scene.wait("the order to be delivered", lambda: found.state is OrderState.DELIVERED)


def addresses(scene: Scene) -> Mapping[str, str]:
    """Leave three orders on the board, and return where people look, with links that let in.

    One is fresh, one waits at the counter, and one for a courier.
    """
    _bought(scene, ERIKA, quantity=2)
    collected = _packed(scene, _bought(scene, LENA))
    brought = _packed(scene, _bought(scene, MAX))
    house, merchant_id = scene.house, scene.link.merchant_id
    with house.floor.write(merchant_id) as here:
        board = sign_in_link(house, here, "stf_demo")
        manager = Actor("manager", "stf_demo")
        courier = joining.invite(house.floor, here, "Mia", manager).path
        pages = [_page(scene, here, order) for order in (collected, brought)]
    return {
        "Board": f"{board} (signs in once)",
        "Courier": f"{scene.url}{courier} (joins once, and waits until you let her work)",
        "Couriers": f"{scene.url}/console/couriers (note two documents, then: Let work)",
        "Pick-up": f"{pages[0]} (the customer's page, with the PIN)",
        "Counter": f"{scene.url}/handover (staff type that PIN here)",
        "Delivery": f"{pages[1]} (the customer's page, to follow it)",
    }


def _page(scene: Scene, here: Floor, order: FulfillmentOrder) -> str:
    """Return the address of a customer's page."""
    token = rights.token_text(codes.track_token(scene.house.floor, here, order.id))
    return f"{scene.url}/t/{token}"
