"""Signing in: with a password, or once with a link that the owner was given."""

from flask import Blueprint, Response, request

from connector.model.errors import RegieError
from connector.model.ids import new_id
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.store import devices, links, staff
from storefront.fulfillment.store.devices import SESSION_MS, Tokens
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Staff
from storefront.fulfillment.work import welcoming
from storefront.fulfillment.work.welcoming import Try
from storefront.pages.shell import (
    COOKIE,
    Page,
    Rooms,
    back,
    check_form,
    check_own,
    language_of,
    merchant,
    refused,
    render,
    safe_path,
    signed_in,
)


class WrongSignIn(SignInRequired):
    """The name or the password is not right; which of them is not told."""

    code = "wrong_sign_in"
    remedy = "Check both; after some tries the door stays shut for a while."


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the sign-in."""
    blueprint = Blueprint("pages_sign_in", __name__)

    @blueprint.get("/sign-in")
    def sign_in() -> Response:
        return _form(rooms)

    @blueprint.post("/sign-in")
    def sign_in_with_password() -> Response:
        try:
            tokens = _by_password(rooms)
        except RegieError as error:
            return _form(rooms, error)
        return let_in(rooms, tokens, back(safe_path(request.form.get("next"))))

    @blueprint.get("/sign-in/<token>")
    def ask_to_use_link(token: str) -> Response:
        return _ask(rooms, token)

    @blueprint.post("/sign-in/<token>")
    def sign_in_with_link(token: str) -> Response:
        try:
            tokens = _by_link(rooms, token)
        except RegieError as error:
            return _form(rooms, error)
        return let_in(rooms, tokens, back(safe_path(request.form.get("next"))))

    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        try:
            person = signed_in(rooms)
            check_form(person, request)
        except RegieError:
            return back("/sign-in")
        with rooms.floor.write(person.staff.merchant_id) as here:
            devices.sign_out(here, person.device.id)
        answer = back("/sign-in")
        answer.delete_cookie(COOKIE)
        return answer

    return blueprint


def _form(rooms: Rooms, error: RegieError | None = None) -> Response:
    language = language_of(rooms)
    notice = refused(rooms, error, language) if error else None
    wanted = safe_path(request.values.get("next"))
    return render(
        rooms,
        "sign_in.html",
        Page(language, notice=notice),
        error.status if error else 200,
        wanted=wanted,
        login=request.form.get("login", ""),
    )


def _ask(rooms: Rooms, token: str) -> Response:
    """Ask before a link is spent, for programs look at links too; say at once that one is dead."""
    try:
        with rooms.floor.database.read() as connection:
            right = links.look(connection, links.SIGN_IN, token, rooms.floor.now())
            staff.require(connection, merchant(rooms), right.subject_id)
    except RegieError as error:
        return _form(rooms, error)
    page = Page(language_of(rooms))
    return render(rooms, "sign_in_link.html", page, wanted=safe_path(request.args.get("next")))


def _by_password(rooms: Rooms) -> Tokens:
    """Let somebody in by name and password; a wrong try is counted before it is refused."""
    check_own(request)
    wanted = Try(
        request.form.get("login", ""),
        request.form.get("password", ""),
        request.remote_addr or "",
    )
    tokens = welcoming.sign_in(
        rooms.floor, merchant(rooms), wanted, lambda here, found: new_device(rooms, here, found)
    )
    if tokens is None:
        raise WrongSignIn("Name or password is wrong.")
    return tokens


def _by_link(rooms: Rooms, token: str) -> Tokens:
    check_own(request)
    with rooms.floor.write(merchant(rooms)) as here:
        right = links.use(here, links.SIGN_IN, token)
        found = staff.require(here.connection, here.merchant_id, right.subject_id)
        return new_device(rooms, here, found)


def new_device(rooms: Rooms, here: Floor, found: Staff) -> Tokens:
    """Sign this device in for somebody."""
    chance = [rooms.floor.random(24), rooms.floor.random(24)]
    return devices.sign_in(here, new_id("dev", lambda: here.now), devices.STAFF, found.id, chance)


def let_in(rooms: Rooms, tokens: Tokens, answer: Response) -> Response:
    """Give the browser what it shows from now on; no script can read it."""
    answer.set_cookie(
        COOKIE,
        tokens.access,
        max_age=SESSION_MS // 1000,
        httponly=True,
        samesite="Lax",
        secure=rooms.secure,
    )
    return answer
