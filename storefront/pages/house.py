"""All pages as one set of routes."""

from flask import Blueprint

from storefront.pages import signin
from storefront.pages.shell import Rooms


def pages(rooms: Rooms) -> list[Blueprint]:
    """Return the routes of all pages, with the files that they need."""
    files = Blueprint("pages", __name__, static_folder="static", static_url_path="/pages/static")
    return [files, signin.routes(rooms)]
