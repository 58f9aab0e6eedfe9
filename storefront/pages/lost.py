"""What a browser is shown where there is nothing: a page in the person's language."""

from flask import Request, Response

from storefront.pages.shell import Page, Rooms, language_of, render

_PROGRAMS = ("application/problem+json", "application/json")


def wants_page(asked: Request) -> bool:
    """Tell whether a browser asks, which prefers pages; who takes anything gets data."""
    return asked.accept_mimetypes.best_match([*_PROGRAMS, "text/html"]) == "text/html"


def lost(rooms: Rooms) -> Response:
    """Return the page for an address that leads nowhere."""
    answer = render(rooms, "lost.html", Page(language_of(rooms)), 404)
    answer.vary.add("Accept")
    return answer
