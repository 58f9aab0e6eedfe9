"""All pages as one set of routes."""

from flask import Blueprint

from storefront.pages import (
    account,
    board,
    console,
    customer,
    handover,
    order,
    passkeys,
    past,
    pick,
    signin,
    stores,
)
from storefront.pages.shell import Rooms

_PAGES = (signin, passkeys, account, board, past, order, pick, handover, stores, console, customer)


def pages(rooms: Rooms) -> list[Blueprint]:
    """Return the routes of all pages, with the files that they need."""
    files = Blueprint("pages", __name__, static_folder="static", static_url_path="/pages/static")
    return [files, *(page.routes(rooms) for page in _PAGES)]
