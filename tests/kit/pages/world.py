"""A shop floor with its pages: orders in every state, people in every role, a browser for each."""

import re
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from msgspec import Struct, structs
from werkzeug.test import TestResponse

from connector.model.errors import RegieError
from connector.model.ids import new_id
from connector.model.location import Geo
from connector.model.order import HandingOver
from connector.store.database import Database
from regie.following import Wakers
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import DeliveryTerms, Store
from storefront.fulfillment.store import couriers, devices, links, orders, places, staff
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import codes, preparing
from storefront.fulfillment.work.following import Waiters
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule, PerStep
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from storefront.pages.house import pages
from storefront.pages.language import read_languages
from storefront.pages.shell import COOKIE, LANGUAGE_COOKIE, Rooms
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    SetClock,
    a_floor,
    a_store,
    a_template,
    stock,
    variant_of,
)

ROOT = Path(__file__).parents[3]
TEXTS = ROOT / "regie" / "translations"
PEOPLE = {
    "owner": (Role.OWNER, ()),
    "manager": (Role.MANAGER, ()),
    "staff": (Role.STAFF, ()),
    "elsewhere": (Role.STAFF, ("sto_2",)),
}
LANGUAGES = ("en", "nl", "fr", "he")


class World(Struct):
    """One merchant with two stores, and his application."""

    app: Flask
    rooms: Rooms
    clock: SetClock
    store: Store

    @property
    def floor(self) -> ShopFloor:
        return self.rooms.floor

    def visitor(self) -> FlaskClient:
        """Return an English browser of somebody who is not signed in."""
        client = self.app.test_client()
        client.set_cookie(LANGUAGE_COOKIE, "en")
        return client

    def signed_in(self, who: str) -> FlaskClient:
        """Return the browser of one of PEOPLE."""
        client = self.app.test_client()
        client.set_cookie(COOKIE, self.token(who))
        return client

    def token(self, who: str) -> str:
        """Return what the browser of one of PEOPLE shows."""
        chance = [self.floor.random(24), self.floor.random(24)]
        with self.floor.write(MERCHANT) as here:
            device_id = new_id("dev")
            return devices.sign_in(here, device_id, devices.STAFF, f"stf_{who}", chance).access

    def track(self, order_id: str) -> str:
        """Return the path of the customer's page."""
        with self.floor.write(MERCHANT) as here:
            return f"/t/{links.token_text(codes.track_token(self.floor, here, order_id))}"


def a_world(database: Database, clock: SetClock | None = None, *, secure: bool = False) -> World:
    """Return a merchant with two stores, people in every role, and stock."""
    clock = clock or SetClock()
    wakers = Wakers()
    floor = structs.replace(a_floor(database, clock), wake=wakers.wake)
    stock(database, {1: 50, 2: 50, 3: 50})
    store = a_store(floor, delivery=DeliveryTerms(enabled=True, age_restricted_allowed=True))
    _furnish(floor, store)
    rooms = Rooms(floor, wakers, read_languages(TEXTS), lambda _: MERCHANT, secure, Waiters())
    return World(_app(rooms), rooms, clock, store)


def _furnish(floor: ShopFloor, store: Store) -> None:
    """Give the merchant a second store, zones, fees and people."""
    second = structs.replace(
        store, id="sto_2", code="north", name={"en": "North", "he": "צפון"}, location_id=None
    )
    with floor.write(MERCHANT) as here:
        places.add(here, second)
        places.put_template(here, a_template("sto_2", Service.PICKUP))
        places.put_zone(
            here, Zone("zon_1", store.id, {"en": "Near"}, ZoneKind.RADIUS, radius_m=4000)
        )
        base = FeeRule("fee_1", Component.BASE, amount=495)
        way = FeeRule("fee_2", Component.DISTANCE, per_step=PerStep(1000, 100, 1000))
        places.put_fees(here, FeeList(store.id, "EUR", (base, way)))
        places.put_fees(here, FeeList(store.id, "EUR", (base,)), pay=True)
        for name, (role, stores) in PEOPLE.items():
            staff.add(floor, here, f"stf_{name}", name, role, name=name.title(), stores=stores)


def _app(rooms: Rooms) -> Flask:
    app = Flask("regie")
    for blueprint in pages(rooms):
        app.register_blueprint(blueprint)
    app.register_error_handler(RegieError, lambda error: (error.code, error.status))
    return app


class Scene(Struct, frozen=True):
    """The orders of a busy day, each in another state."""

    placed: str
    picking: str
    waiting: str
    ready: str
    out: str
    offered: str
    problem: str
    courier: Courier


def a_busy_day(world: World) -> Scene:
    """Fill the floor: new, being picked, asked about, ready, on its way, waiting for a courier."""
    floor = world.floor
    placed = taken_in(floor, an_order(bought(1, 2), number=1001))
    picking = _started(floor, 1002)
    waiting = _started(floor, 1003)
    _asked(floor, waiting)
    ready = packed(floor, an_order(bought(2), number=1004)).id
    offered = packed(floor, an_order(bought(2), number=1005, how=HandingOver.DELIVERY))
    courier = a_courier(floor)
    out = packed(floor, an_order(bought(1), number=1006, how=HandingOver.DELIVERY))
    job = job_of(floor, out)
    picked_up(floor, claimed(floor, courier, job), job)
    with floor.write(MERCHANT) as here:
        couriers.seen(here, courier.id, Geo(52.3712, 4.8961), 60)
    problem = taken_in(floor, structs.replace(an_order(bought(1), number=1007), test=True))
    return Scene(placed, picking, waiting, ready, out.id, offered.id, problem, courier)


def _started(floor: ShopFloor, number: int) -> str:
    order_id = taken_in(floor, an_order(bought(1, 2), bought(2), number=number))
    with floor.write(MERCHANT) as here:
        preparing.start(here, order_id, STAFF)
    return order_id


def _asked(floor: ShopFloor, order_id: str) -> None:
    with floor.write(MERCHANT) as here:
        line = orders.get(here.connection, MERCHANT, order_id).lines[0]
        preparing.exchange(here, order_id, line.id, variant_of(3), 1, STAFF)


def paths(scene: Scene, world: World) -> dict[str, tuple[str, str]]:
    """Return every page by name: who opens it, and where."""
    return {
        "sign-in": ("", "/sign-in"),
        "board": ("owner", "/board"),
        "past": ("owner", "/orders?number=001"),
        "order": ("owner", f"/orders/{scene.placed}"),
        "order-asked": ("owner", f"/orders/{scene.waiting}"),
        "order-ready": ("owner", f"/orders/{scene.ready}"),
        "order-out": ("owner", f"/orders/{scene.out}"),
        "order-problem": ("owner", f"/orders/{scene.problem}"),
        "labels": ("owner", f"/orders/{scene.ready}/labels?bags=2"),
        "labels-courier": ("owner", f"/orders/{scene.offered}/labels"),
        "pick-choose": ("owner", "/pick"),
        "pick": ("owner", f"/pick?order={scene.picking}&order={scene.waiting}"),
        "handover": ("owner", "/handover"),
        "handover-order": ("owner", f"/handover?order={scene.ready}"),
        "handover-courier": ("owner", f"/handover?order={scene.offered}"),
        "stores": ("owner", "/stores"),
        "store": ("owner", "/stores/sto_1"),
        "store-hours": ("owner", "/stores/sto_1/hours"),
        "store-slots": ("owner", "/stores/sto_1/slots"),
        "store-zones": ("owner", "/stores/sto_1/zones"),
        "store-fees": ("owner", "/stores/sto_1/fees?postcode=1011NK&subtotal=40"),
        "console": ("owner", "/console"),
        "console-couriers": ("owner", "/console/couriers"),
        "console-staff": ("owner", "/console/staff"),
        "console-webhooks": ("owner", "/console/webhooks"),
        "account": ("owner", "/account"),
        "refused": ("staff", "/console"),
        "customer": ("", world.track(scene.placed)),
        "customer-asked": ("", world.track(scene.waiting)),
        "customer-ready": ("", world.track(scene.ready)),
        "customer-out": ("", world.track(scene.out)),
        "customer-dead": ("", "/t/nothing"),
    }


class _Forms(HTMLParser):
    """Finds the forms of a page with their fields as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.buttons: list[list[tuple[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"": given.get("action", "")})
            self.buttons.append([])
        if not self.forms:
            return
        checked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
        if tag in {"input", "textarea"} and "name" in given and checked:
            self.forms[-1].setdefault(given["name"], given.get("value", ""))
        if tag == "button" and "name" in given:
            self.buttons[-1].append((given["name"], given.get("value", "")))


def form(page: str, do: str, **having: str) -> dict[str, str]:
    """Return the fields of the form that does `do`, as the page has drawn it."""
    parser = _Forms()
    parser.feed(page)
    for fields, buttons in zip(parser.forms, parser.buttons, strict=True):
        does = fields.get("do") == do or ("do", do) in buttons
        if does and all(fields.get(name) == value for name, value in having.items()):
            return {**{k: v for k, v in fields.items() if k}, "do": do}
    raise AssertionError(f"no form does {do}")


def send(
    client: FlaskClient, path: str, do: str, having: dict[str, str] | None = None, **typed: str
) -> TestResponse:
    """Open a page, fill in the form that does `do`, and send it."""
    page = client.get(path).text
    return client.post(path, data={**form(page, do, **(having or {})), **typed})


def notice(page: str) -> str:
    """Return the sentence above a page, empty where there is none."""
    found = re.search(r'<p class="notice[^"]*" role="status">([^<]*)<', page)
    return found[1] if found else ""
