"""The web application: routes of all rooms, and errors in one form."""

from functools import partial
from http import HTTPStatus
from uuid import uuid4

import msgspec
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from connector.model.errors import RegieError
from connector.store.database.sqlite_files import wal_split
from connector.webhooks import Door, webhooks
from gateway import Desk, FrontDoor, Gate, gateway, merchant_gateway
from gateway.courier import courier_gateway
from regie import settings as environment
from regie.database import head, revision
from regie.house import House, build
from regie.log import configure_logging
from regie.reading import desk, office
from regie.rooms import depot, rooms
from regie.welcome import welcome
from storefront.pages.courier import courier_page
from storefront.pages.house import pages
from storefront.pages.lost import lost, wants_page
from storefront.pages.shell import Rooms

_log = structlog.get_logger()
# Pictures, webhooks and queries have bounds of their own.
_LARGEST_FORM = 1024 * 1024


def create_app(house: House | None = None, answering: Desk | None = None) -> Flask:
    """Return the WSGI application; without a house, one is built from the environment."""
    if house is None:
        settings = environment.read()
        configure_logging(settings.log)
        house = build(settings)
    app = Flask("regie")
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_FORM
    app.extensions["regie"] = house
    app.register_blueprint(webhooks(Door(house.database, house.box, house.clock)))
    answering = answering or desk(house)
    app.register_blueprint(gateway(Gate(answering, graphiql=house.settings.graphiql)))
    app.register_blueprint(merchant_gateway(office(house)))
    shared = rooms(house)
    app.register_blueprint(courier_gateway(depot(house, shared)))
    for blueprint in [*pages(shared), courier_page(shared)]:
        app.register_blueprint(blueprint)
    app.wsgi_app = FrontDoor(app.wsgi_app, answering)  # type: ignore[method-assign,assignment]  # Flask's own way
    if house.settings.proxies:  # else all who come would share one address, and its bounds
        trusted = ProxyFix(app.wsgi_app, x_for=house.settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = trusted  # type: ignore[method-assign]  # as above
    app.register_error_handler(RegieError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, partial(_nowhere, shared))
    app.register_error_handler(Exception, _unknown)
    _add_operator_routes(app, house)
    return app


def _known(error: RegieError) -> Response:
    return _problem(error.status, error.code, str(error), error.details())


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    answer = _problem(status, HTTPStatus(status).name.lower(), error.name, {})
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "location"}:
            answer.headers[name] = value
    return answer


def _nowhere(shared: Rooms, error: NotFound) -> Response:
    """Show people a page, and tell programs in their form."""
    return lost(shared) if wants_page(request) else _http(error)


def _unknown(error: Exception) -> Response:
    """Tell the caller nothing but a number under which the log has the rest."""
    number = uuid4().hex
    _log.error("request.failed", incident=number, exc_info=error)
    return _problem(500, "internal", "Something went wrong on our side.", {"incident": number})


def _problem(status: int, code: str, title: str, facts: dict[str, object]) -> Response:
    """Answer in the form of RFC 9457."""
    body = {**facts, "type": "about:blank", "title": title, "status": status, "code": code}
    return Response(
        msgspec.json.encode(body, enc_hook=str), status, content_type="application/problem+json"
    )


def _add_operator_routes(app: Flask, house: House) -> None:
    @app.get("/")
    def front() -> Response:
        """Tell people who come by what this is."""
        return welcome(request.accept_languages)

    @app.get("/healthz")
    def healthz() -> Response:
        """Tell whether this process is sound."""
        files = [it.path for it in (house.database, house.ledger) if it.path]
        found = [wal_split(path) for path in files]
        split = any(found) if None not in found and found else None
        return _json({"ok": not split, "wal_split": split}, 503 if split else 200)

    @app.get("/readyz")
    def readyz() -> Response:
        """Tell whether this process can serve: the database answers at the right version."""
        found = revision(house.database)
        return _json({"ready": found == head(), "revision": found}, 200 if found == head() else 503)


def _json(body: object, status: int) -> Response:
    return Response(msgspec.json.encode(body), status, content_type="application/json")
