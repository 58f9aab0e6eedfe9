"""Two orders on their way through a whole house, and what must not be seen of their people."""

from pathlib import Path
from typing import Any

from msgspec import Struct

from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.person.visibility import Phase, Viewer, When
from storefront.fulfillment.store import orders
from storefront.fulfillment.work import customer
from tests.kit.command import Command
from tests.kit.courier.world import ONLINE, Phone
from tests.kit.floor.planted import Planted, files, found, rows
from tests.kit.floor.planted_town import Town
from tests.kit.shops.orders_shops import COFFEE, HERE, PAN

ANNE, BRAM = Planted("aq", 41), Planted("bq", 52)
STORE_AT = {"lat": 52.0820, "lng": 5.1240, "accuracyM": 10}
NUMBER = "5558887766"
COURIERS = {"Kurierzq", "Fahrerzq", "Anderzq", NUMBER}
STAFF = {"Personzq", "Helferyq"}
LISTS = (
    *(("store", "list"), ("courier", "list"), ("staff", "list"), ("check",)),
    *(("ledger", "head"), ("agent", "list"), ("grant", "list")),
)
BUSY = frozenset({"packed", "ended"})
"""The stages at which those look who would see the same at every other."""

CAMERA = "Exifzqcamera"


class Leak(Struct, frozen=True, order=True):
    """A mark where it must not be."""

    stage: str
    surface: str
    mark: str


class Story:
    """Two orders on their way, and everything that must not be seen of them."""

    def __init__(self, place: Town, folder: Path, log: list[str], command: Command) -> None:
        self.place, self.folder, self.log, self.command = place, folder, log, command
        self.leaks: list[Leak] = []
        self.seen: set[str] = set()
        self.phase = {ANNE.tag: Phase.OPEN, BRAM.tag: Phase.OPEN}
        self.holder = self._phone("Kurierzq Fahrerzq", 1)
        self.other = self._phone("Anderzq", 2)
        self.bought: tuple[tuple[Any, str], ...] = self._buy()
        place.play.deliver()
        self.anne, self.bram = (place.play.order(*it).id for it in self.bought)
        with place.floor.write(place.merchant) as here:
            customer.name_alternate(place.floor, here, self.anne, ANNE.alternate)
            customer.name_alternate(place.floor, here, self.bram, BRAM.alternate)
        self.secrets = self._tokens()

    def _phone(self, name: str, seed: int) -> Phone:
        phone = Phone(self.place, seed)
        invitation = self.place.invitation(name)
        phone.take(phone.ask_to_join(invitation, name, phone=f"+491{NUMBER}"))
        phone.courier_id = phone.data("{me {id}}")["me"]["id"]
        self.place.approve(phone.courier_id)
        vehicle = phone.data("{me {vehicles {id}}}")["me"]["vehicles"][0]["id"]
        done = phone.data(ONLINE, {"vehicle": vehicle, "near": STORE_AT})["goOnline"]
        assert done["userErrors"] == []
        return phone

    def _buy(self) -> tuple[tuple[Any, str], ...]:
        play = self.place.play
        anne = play.hafen.shop.orders.place(
            [{"sku": COFFEE, "quantity": 1}],
            method="PICK_UP",
            location=HERE,
            buyer={
                "firstName": ANNE.first,
                "lastName": ANNE.last,
                "email": ANNE.email,
                "phone": ANNE.phone,
            },
            address={
                "address1": ANNE.street,
                "address2": ANNE.behind,
                "zip": "22765",
                "city": "Hamburg",
                "countryCode": "DE",
            },
            note=ANNE.note,
        )
        bram = play.pan.shop.changes.place_order(
            [{"item_id": PAN, "quantity": 1}],
            way="delivery",
            person={
                "first_name": BRAM.first,
                "last_name": BRAM.last,
                "email": BRAM.email,
                "phone": BRAM.phone,
                "address_1": BRAM.street,
                "address_2": BRAM.behind,
                "postcode": "3511 AZ",
                "city": "Utrecht",
                "country": "NL",
            },
            customer_note=BRAM.note,
        )
        return (play.hafen, str(anne["id"])), (play.pan, str(bram["id"]))

    def _tokens(self) -> dict[str, str]:
        """Return every secret by what it opens; who may see which, `own` says."""
        place = self.place
        pin_anne = f"order:{self.anne}"
        return {
            "pin of anne": place.code(pin_anne),
            "square of anne": place.square(pin_anne),
            "page of anne": place.track(self.anne),
            "page of bram": place.track(self.bram),
            "session": place.session,
            "operator": place.operator,
            "agent": place.agent,
            **{f"access of {it.courier_id}": it.access for it in (self.holder, self.other)},
            **{f"refresh of {it.courier_id}": it.refresh for it in (self.holder, self.other)},
        }

    def order(self, order_id: str) -> FulfillmentOrder:
        with self.place.database.read() as connection:
            return orders.get(connection, self.place.merchant, order_id)

    def may(self, viewer: Viewer, *people: Planted) -> set[str]:
        """Return the marks of these people that the table opens to a viewer now."""
        now, shown = self.place.floor.now(), set[str]()
        for who in people:
            order = self.order(self.anne if who is ANNE else self.bram)
            when = When(self.phase[who.tag], order.closed_at)
            shown |= who.open_to(viewer, when, now)
        return shown

    def check(self, stage: str, surface: str, told: str, allowed: set[str], *own: str) -> None:
        """Note the marks in a text that are not allowed there, and those that were seen."""
        marks = {*ANNE.marks, *BRAM.marks, *COURIERS, *STAFF, CAMERA}
        hits = found(marks, told)
        self.seen |= hits & allowed
        self.leaks += [Leak(stage, surface, mark) for mark in sorted(hits - allowed)]
        for name, secret in self.secrets.items():
            if name not in own and found([secret], told):
                self.leaks.append(Leak(stage, surface, name))

    def terminal_shows(self) -> str:
        """Return what the commands print that list things, and what they log meanwhile."""
        done = [self.command(*words) for words in LISTS]
        assert [it.code for it in done if it.code > 1] == []
        return "\n".join(it.out + it.err for it in done)

    def look(self, stage: str) -> None:
        """Let everybody look, and read everything that is stored or was sent or written."""
        place, both = self.place, [self.anne, self.bram]
        crew = COURIERS - {NUMBER}  # their names lie open to whom they ride for; staff lie sealed
        seen = place.staff_sees(both)
        pages = ("page of anne", "page of bram")
        store = self.may(Viewer.STORE, ANNE, BRAM) | crew | STAFF
        self.check(stage, "owner", seen, store | {NUMBER}, "job", *pages)
        if stage in BUSY:
            self.check(stage, "staff", place.staff_sees(both, place.plain), store, "job")
        for who, order_id in ((ANNE, self.anne), (BRAM, self.bram)):
            own = [key for key in self.secrets if key.endswith(f"of {_name(who)}")]
            told = place.customer_sees(order_id)
            self.check(stage, f"page of {_name(who)}", told, self.may(Viewer.CUSTOMER, who), *own)
        holder = place.courier_sees(self.holder, STORE_AT)
        self.check(stage, "holder", holder, self.may(Viewer.HOLDER, BRAM) | {"Kurierzq"})
        other = place.courier_sees(self.other, STORE_AT)
        self.check(stage, "other courier", other, self.may(Viewer.COURIER, BRAM))
        self.check(stage, "world", place.world_sees(), set())
        if stage in BUSY:
            self.check(stage, "terminal", self.terminal_shows(), crew | STAFF)
        self.check(stage, "webhooks and outbox", place.hooks_got(), set())
        given = {*ANNE.marks, *BRAM.marks} - {*ANNE.alternate.split(), *BRAM.alternate.split()}
        self.check(stage, "shops", place.shops_have(*self.bought), given, "page of bram")
        self.check(stage, "redis", "\n".join(place.commands), set())
        self.check(stage, "log", "\n".join(self.log), set())
        self.check(stage, "database", rows(place.database), crew)
        self.check(stage, "ledger", rows(place.play.home.house.ledger), crew)
        self.check(stage, "files", files(self.folder), crew)


def _name(who: Planted) -> str:
    return "anne" if who is ANNE else "bram"
