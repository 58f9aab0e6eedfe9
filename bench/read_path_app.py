"""The applications that bench/read_path.py compares, one per variant; run by granian."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import catalogue as invented
import orjson
from flask import Flask, Response, request
from msgspec import structs

from gateway.catalogue.asking import Asking
from gateway.catalogue.schema import schema
from gateway.desk.desk import Desk, Services
from regie.app import create_app
from regie.cli.affinity import keep_to_one_core
from regie.cli.web import settle
from regie.house import build
from regie.reading import services
from regie.settings import Settings
from storefront.disclosure.ledger.entry import OPERATOR, Entry, Note, chained
from storefront.disclosure.meter import Meter
from storefront.disclosure.reception import Admitted, Asker, Credentials, Reception
from storefront.disclosure.sight import operator
from storefront.disclosure.store.pulse import Pulse
from storefront.disclosure.view import CatalogView

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

HOME = os.environ.get("BENCH_HOME", "")
_NOT_OURS = ("floor", "wsgi", "plain")
_ON_ONE_CORE = os.environ.get("BENCH_ONE_CORE", "yes") == "yes"
_USUAL_SWITCH = sys.getswitchinterval()


def floor() -> Flask:
    """Serve static bytes through Flask: below this no Flask view can come."""
    app = Flask("floor")
    body = b"x" * int(os.environ["BENCH_SIZE"])
    app.add_url_rule(
        "/graphql",
        view_func=lambda: Response(body, content_type="application/json"),
        methods=["POST"],
    )
    return app


def wsgi() -> "WSGIApplication":
    """Serve as many bytes by bare WSGI: what the server itself costs."""
    body = b"x" * int(os.environ["BENCH_SIZE"])
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]

    def answer(_environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        start("200 OK", headers)
        return [body]

    return answer


def plain() -> Flask:
    """Serve plain Graphene in the usual few lines, without disclosure and ledger."""
    app, house, graphene = Flask("plain"), build(Settings(home=HOME)), schema()

    @app.post("/graphql")
    def answer() -> Response:
        asked = request.get_json()
        view = CatalogView(house.database, operator(invented.MERCHANT, OPERATOR))
        found = graphene.execute(
            asked["query"], variable_values=asked.get("variables"), context_value=Asking(view)
        )
        body = orjson.dumps({"data": found.data}, default=str)
        return Response(body, content_type="application/json")

    return app


def uncached() -> Flask:
    """Serve with grants and ledger, every answer executed anew."""
    return _app(lambda it: Desk(it, response_bytes=0, fragment_bytes=0))


def fragments() -> Flask:
    """Keep fragments of products, and put answers together anew."""
    return _app(lambda it: Desk(it, response_bytes=0))


def cached() -> Flask:
    """Keep whole answers: what `regie serve` does."""
    return _app(Desk)


def uncached_bare() -> Flask:
    """Execute anew, but ask nobody for a grant and put nothing on record."""
    return _app(lambda it: Desk(_bare(it), response_bytes=0, fragment_bytes=0))


def cached_bare() -> Flask:
    """Keep whole answers, without grant and record."""
    return _app(lambda it: Desk(_bare(it)))


VARIANTS: "Mapping[str, Callable[[], WSGIApplication]]" = {
    it.__name__: it
    for it in (floor, wsgi, plain, uncached, fragments, cached, uncached_bare, cached_bare)
}


def create() -> "WSGIApplication":
    """Return the application that the environment names."""
    variant = os.environ["BENCH_VARIANT"]
    app = VARIANTS[variant]()
    settle()
    if variant in _NOT_OURS:
        sys.setswitchinterval(_USUAL_SWITCH)
    if variant != "plain" and _ON_ONE_CORE:
        keep_to_one_core()
    return app


def _app(desk: Callable[[Services], Desk]) -> Flask:
    house = build(Settings(home=HOME, log="off"))
    return create_app(house, desk(services(house)))


def _bare(found: Services) -> Services:
    """Take away what disclosure and ledger do before every answer."""
    return structs.replace(
        found,
        reception=_Everyone(found.database, lambda: 0),
        book=_Nothing(),  # type: ignore[arg-type]  # as much of a book as is used
        meter=_Free(),
    )


class _Everyone(Reception):
    """Lets everybody see what an operator sees, at one state of the catalogue."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.known: dict[str | None, tuple[Asker, Pulse]] = {}

    def receive(self, shown: Credentials) -> tuple[Asker, Pulse]:
        """Look at each key once."""
        found = self.known.get(shown.authorization)
        if found is None:
            asker, pulse = super().receive(shown)
            found = structs.replace(asker, budget=None), pulse
            self.known[shown.authorization] = found
        return found

    def admit(self, asker: Asker, operation: str) -> Admitted:
        """Admit without looking."""
        del operation
        return Admitted(operator(asker.merchant_id, asker.name), None)


class _Nothing:
    """Writes nothing."""

    entry: Entry | None = None

    def append(self, note: Note) -> Entry:
        """Return the same entry again and again."""
        if self.entry is None:
            self.entry = chained(note, "w_none", 1, time.time_ns() // 10**6, bytes(32))
        return self.entry


class _Free(Meter):
    """Takes nothing off."""
