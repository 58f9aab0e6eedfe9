"""What every page of the staff does: let in who works here, act once per form, tell refusals."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import msgspec
from flask import Blueprint, Response, request
from markupsafe import Markup
from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.errors import InvalidInput, RegieError
from storefront.fulfillment.errors.person import RoleRequired, SignInRequired
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import orders, places
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.store.staff import Role, Staff
from storefront.pages.given import Given
from storefront.pages.shell import (
    FormExpired,
    Notice,
    Page,
    Person,
    Rooms,
    back,
    check_form,
    language_of,
    refused,
    render,
    sign_in_page,
    signed_in,
)
from storefront.pages.texts import DONE


class Outcome(Struct, frozen=True):
    """Where the browser goes after a deed; a `secret` is shown right away, and only there."""

    to: str
    secret: str = ""

    def __repr__(self) -> str:
        """Show no secret: a representation may land in a log."""
        return f"Outcome({self.to})"


class Visit(Struct, frozen=True):
    """One request of somebody of the staff."""

    rooms: Rooms
    person: Person
    language: str
    given: Given
    notice: Notice | None = None
    secret: str = ""

    @property
    def floor(self) -> ShopFloor:
        """The shop floor."""
        return self.rooms.floor

    @property
    def merchant_id(self) -> str:
        """Whose house it is."""
        return self.person.staff.merchant_id

    @property
    def staff(self) -> Staff:
        """Who is signed in."""
        return self.person.staff

    @property
    def manages(self) -> bool:
        """Whether he may do what managers do."""
        return self.staff.may(Role.MANAGER)

    @property
    def everywhere(self) -> bool:
        """Whether he works in all stores, and so decides what concerns the whole merchant."""
        return not self.staff.stores

    def require_everywhere(self) -> None:
        """Raise RoleRequired unless he manages all stores."""
        self.staff.require(Role.MANAGER)
        if not self.everywhere:
            raise RoleRequired("This is for those who manage all stores.", role=Role.MANAGER.value)

    @property
    def actor(self) -> Actor:
        """How events name him."""
        return Actor("manager" if self.manages else "store", self.staff.id)

    def stores(self, connection: Connection, *, archived: bool = False) -> Sequence[Store]:
        """Return the stores in which he works."""
        found = places.all_of(connection, self.merchant_id, archived=archived)
        return [store for store in found if self.staff.may(Role.STAFF, store.id)]

    def store(self, connection: Connection, store_id: str, role: Role = Role.STAFF) -> Store:
        """Return a store in which he has the role, or raise RoleRequired or StoreNotFound."""
        self.staff.require(role, store_id)
        return places.get(connection, self.merchant_id, store_id)

    def order(self, connection: Connection, order_id: str) -> FulfillmentOrder:
        """Return an order of a store in which he works, or raise."""
        found = orders.get(connection, self.merchant_id, order_id)
        self.staff.require(Role.STAFF, found.store_id)
        return found

    def hidden(self) -> Markup:
        """Return the fields that every form carries: whose session, and which sending it is."""
        return Markup(
            '<input type="hidden" name="csrf" value="{}">'
            '<input type="hidden" name="key" value="{}">'
        ).format(self.person.csrf, self.floor.random(12).hex())

    def draw(self, template: str, status: int = 200, **data: object) -> Response:
        """Return a page for him."""
        page = Page(self.language, notice=self.notice, csrf=self.person.csrf)
        return render(self.rooms, template, page, status, visit=self, given=self.given, **data)


Draw = Callable[..., Response]
Deed = Callable[..., Outcome]


class Prepared(Struct, frozen=True):
    """A deed with a slow part: it is worked out before the write, and given to `act` last."""

    slow: Callable[[], object]
    act: Callable[..., Outcome]

    def ready(self) -> Deed:
        """Do the slow part; return the rest as a deed."""
        worked_out = self.slow()

        def deed(*visit: object, **named: str) -> Outcome:
            return self.act(*visit, worked_out, **named)

        return deed


def screen(
    rooms: Rooms,
    blueprint: Blueprint,
    rule: str,
    draw: Draw,
    deeds: Mapping[str, Deed | Prepared] | None = None,
    role: Role = Role.STAFF,
) -> None:
    """Serve a page: reading draws it, sending does the deed named `do` and goes on from there.

    `draw` takes the visit, a deed the visit and the floor; both take what the path names. A deed
    is done once for each form that was drawn, however often the form is sent.
    """

    def view(**named: str) -> Response:
        try:
            visit = enter(rooms, role)
            return (
                draw(visit, **named) if not deeds or _reads() else _act(visit, draw, deeds, named)
            )
        except SignInRequired:
            return sign_in_page(request.full_path.rstrip("?"))
        except RegieError as error:
            return _refusal(rooms, error)

    methods = ["GET", "POST"] if deeds else ["GET"]
    blueprint.add_url_rule(
        rule, rule.strip("/").replace(".", "-") or "front", view, methods=methods
    )


def enter(rooms: Rooms, role: Role = Role.STAFF) -> Visit:
    """Return the visit of who is signed in, or raise SignInRequired or RoleRequired."""
    person = signed_in(rooms, role)
    language = language_of(rooms, person.staff.language)
    notice = _notice(rooms, language)
    return Visit(rooms, person, language, Given(), notice)


def _reads() -> bool:
    return request.method in {"GET", "HEAD"}


def _notice(rooms: Rooms, language: str) -> Notice | None:
    """Return what the deed before has done, in words."""
    text = DONE.get(request.args.get("done", ""))
    return Notice(rooms.languages.words[language].gettext(text), "good") if text else None


def _act(
    visit: Visit, draw: Draw, deeds: Mapping[str, Deed | Prepared], named: Mapping[str, str]
) -> Response:
    try:
        check_form(visit.person, request)
        deed = _chosen(deeds)
        outcome = _once(visit, deed.ready() if isinstance(deed, Prepared) else deed, named)
    except RegieError as error:
        notice = refused(visit.rooms, error, visit.language)
        again = structs.replace(visit, notice=notice, given=Given(request.form, error))
        answer = draw(again, **named)
        answer.status_code = error.status
        return answer
    if outcome.secret:
        return draw(structs.replace(visit, secret=outcome.secret), **named)
    return back(outcome.to)


def _chosen(deeds: Mapping[str, Deed | Prepared]) -> Deed | Prepared:
    deed = deeds.get(request.form.get("do", ""))
    if deed is None:
        raise InvalidInput("There is no such deed.", field="do")
    return deed


def _once(visit: Visit, deed: Deed, named: Mapping[str, str]) -> Outcome:
    """Do it, unless this very form was sent before: then tell what came of it."""
    if not request.form.get("key"):
        raise FormExpired("The form is not one that was drawn here.")
    sent = sorted(request.form.items(multi=True))
    body = msgspec.json.encode([request.path, sent])
    wish = Wish(f"page:{visit.staff.id}", blake2b(body, digest_size=16).hexdigest(), body)

    def act(here: Floor) -> bytes:
        return msgspec.json.encode(deed(visit, here, **named))

    return msgspec.json.decode(once(visit.floor, visit.merchant_id, wish, act), type=Outcome)


def _refusal(rooms: Rooms, error: RegieError) -> Response:
    """Say why there is no page."""
    language = language_of(rooms)
    notice = refused(rooms, error, language)
    return render(rooms, "refused.html", Page(language, notice=notice), error.status)
