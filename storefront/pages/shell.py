"""What all pages share: language, notices, who is signed in, forms that nobody else can send."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Request, Response, make_response, redirect, request
from jinja2 import Environment, PackageLoader
from msgspec import Struct

from connector.model.errors import NotAllowed, RegieError
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.person.phone import dialled
from storefront.fulfillment.store import devices, staff
from storefront.fulfillment.store.devices import Device
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.staff import Role, Staff
from storefront.fulfillment.work.following import Waiters, Waker
from storefront.pages import words
from storefront.pages.language import NAMES, RIGHT_TO_LEFT, Languages
from storefront.pages.refusals import facts_text, refusal_text, told_text
from storefront.pages.shown import Show

COOKIE, LANGUAGE_COOKIE = "regie_staff", "regie_language"
_YEAR_S = 31_536_000
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}


class FormExpired(NotAllowed):
    """A form that this session did not get from us."""

    code = "form_expired"
    remedy = "Load the page anew and send the form again."


class Rooms(Struct, frozen=True):
    """What the pages need of a process; `merchant_of` finds the merchant of a host."""

    floor: ShopFloor
    waker: Waker
    languages: Languages
    merchant_of: Callable[[str], str]
    secure: bool
    waiters: Waiters


class Notice(Struct, frozen=True):
    """One sentence above a page; tone is good, bad, or empty for a mere note."""

    text: str
    tone: str = ""


class Person(Struct, frozen=True):
    """Who is signed in at this device."""

    staff: Staff
    device: Device
    token: str

    @property
    def csrf(self) -> str:
        """What a form of this session carries: it follows from the cookie, which no page shows."""
        return hmac.new(self.token.encode(), b"regie-form", "sha256").hexdigest()[:32]

    def __repr__(self) -> str:
        """Show no token: a representation may land in a log."""
        return f"Person({self.staff.id})"


class Page:
    """What every template may ask of the page that it is rendered for."""

    def __init__(self, language: str, *, notice: Notice | None = None, csrf: str = "") -> None:
        self.language = language
        self.direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        self.languages: Sequence[tuple[str, str]] = tuple(NAMES.items())
        self.notice = notice
        self.csrf = csrf

    def static(self, name: str) -> str:
        """Return the address of a file of ours."""
        return f"/pages/static/{name}"

    def in_language(self, tag: str) -> str:
        """Return the address of this page in another language, relative: none of another site."""
        return f"?{urlencode({**request.args.to_dict(), 'lang': tag})}"


@cache
def _environment(languages: Languages, language: str) -> Environment:
    """Return the templates of one language; each is compiled once."""
    found = Environment(
        loader=PackageLoader("storefront.pages"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = languages.words[language]
    found.install_gettext_callables(  # type: ignore[attr-defined]  # of the i18n extension
        translations.gettext, translations.ngettext, newstyle=True
    )
    for name in ("clock", "day", "whole_day", "span", "until", "amount"):
        found.filters[name] = getattr(words, name)
    found.filters["dialled"] = dialled
    return found


def language_of(rooms: Rooms, *wanted: str | None) -> str:
    """Return the language of a page: asked for, remembered, the person's, the browser's."""
    asked = (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE), *wanted)
    return rooms.languages.choose(asked, request.accept_languages)


def texts(rooms: Rooms, language: str) -> Callable[[str], str]:
    """Return what translates a text of the code."""
    return rooms.languages.words[language].gettext


def render(rooms: Rooms, template: str, page: Page, status: int = 200, **data: Any) -> Response:
    """Return a page; nobody may keep it, frame it, or learn from where one came."""
    body = _environment(rooms.languages, page.language).get_template(template)
    show = Show(rooms.languages.words[page.language], page.language, rooms.floor.now())
    answer = make_response(body.render(page=page, now=show.now, show=show, **data), status)
    answer.headers.update(_HEADERS)
    if request.args.get("lang") == page.language:
        answer.set_cookie(
            LANGUAGE_COOKIE, page.language, max_age=_YEAR_S, samesite="Lax", secure=rooms.secure
        )
    return answer


def refused(rooms: Rooms, error: RegieError, language: str) -> Notice:
    """Return in the person's words why something was refused, and what to do."""
    now = rooms.floor.now()
    facts = facts_text(
        rooms.languages.words[language], error, lambda at: words.until(at, now, language)
    )
    return Notice(f"{refusal_text(texts(rooms, language), error)} {facts}".strip(), "bad")


def code_text(rooms: Rooms, code: str, language: str) -> str:
    """Return what a person reads of the code of an error that was kept."""
    return told_text(texts(rooms, language), code)


def back(to: str, done: str = "") -> Response:
    """Send the browser on after a form, so that loading anew repeats nothing."""
    mark = f"{'&' if '?' in to else '?'}done={done}" if done else ""
    answer = redirect(f"{to}{mark}", 303)
    answer.headers.update(_HEADERS)
    return answer  # type: ignore[return-value]  # Flask's redirect is werkzeug's response


def merchant(rooms: Rooms) -> str:
    """Return whose house the host of this request is."""
    return rooms.merchant_of(request.host)


def is_signed_in(rooms: Rooms, token: str) -> bool:
    """Tell whether a session that began earlier still holds."""
    try:
        _holder(rooms, token)
    except RegieError:
        return False
    return True


def _holder(rooms: Rooms, token: str) -> tuple[Device, Staff]:
    with rooms.floor.database.read() as connection:
        device = devices.find(connection, devices.STAFF, token, rooms.floor.now())
        return device, staff.require(connection, device.merchant_id, device.person_id)


def signed_in(rooms: Rooms, role: Role = Role.STAFF) -> Person:
    """Return who is signed in, or raise SignInRequired or RoleRequired."""
    token = request.cookies.get(COOKIE, "")
    device, found = _holder(rooms, token)
    if found.merchant_id != merchant(rooms):
        raise SignInRequired("Nobody is signed in here.")
    found.require(role)
    return Person(found, device, token)


def check_form(person: Person, sent: Request) -> None:
    """Refuse a form that another site made the browser send."""
    if not hmac.compare_digest(sent.form.get("csrf", "").encode(), person.csrf.encode()):
        raise FormExpired("The form is not of this session.")


def check_own(sent: Request) -> None:
    """Refuse a form that the browser says another site sent: nobody is signed in by a stranger."""
    if sent.headers.get("Sec-Fetch-Site") == "cross-site":
        raise FormExpired("The form is not one that was drawn here.")


def sign_in_page(next_path: str) -> Response:
    """Send somebody to the sign-in, and back here afterwards."""
    return back(f"/sign-in?{urlencode({'next': next_path})}")


def safe_path(path: str | None) -> str:
    """Return a path of this server, whatever was asked for: never another site."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path  # browsers leave out tabs and new lines, and then read another host's name
    return "/board"
