"""The courier's page: one shell without any personal data, that works on without a network."""

import json
from pathlib import Path

from flask import Blueprint, Response

from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.job.job import FailureCode
from storefront.pages.courier_words import FAILURES, RELEASES, TEXTS, VEHICLES
from storefront.pages.refusals import TEXTS as REFUSALS
from storefront.pages.shell import Page, Rooms, language_of, render, texts

_STATIC = Path(__file__).parent / "static"
_ICON = "/pages/static/courier-icon.svg"
_COLOUR = "#0b5d4a"


def courier_page(rooms: Rooms) -> Blueprint:
    """Return the routes of the courier's page; what it shows it asks of /graphql/courier."""
    blueprint = Blueprint("pages_courier", __name__)

    @blueprint.get("/courier")
    def page() -> Response:
        language = language_of(rooms)
        return render(
            rooms,
            "courier.html",
            Page(language),
            said=_said(rooms, language),
            vehicles=[(it.value, VEHICLES[it.value]) for it in VehicleType],
            failures=[(it.value, FAILURES[it.value]) for it in FailureCode],
            releases=list(RELEASES.items()),
        )

    @blueprint.get("/courier/worker.js")
    def worker() -> Response:
        """Give the script that keeps the shell; it may rule over /courier itself as well."""
        script = (_STATIC / "courier-worker.js").read_bytes()
        answer = Response(script, content_type="text/javascript; charset=utf-8")
        answer.headers["Service-Worker-Allowed"] = "/courier"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @blueprint.get("/courier/manifest.webmanifest")
    def manifest() -> Response:
        return Response(_manifest(rooms), content_type="application/manifest+json")

    return blueprint


def _said(rooms: Rooms, language: str) -> dict[str, object]:
    """Return all texts of the script in one language, and what it must know of the language."""
    say = texts(rooms, language)
    told: dict[str, object] = {key: say(text) for key, text in TEXTS.items()}
    told["codes"] = {code: say(text) for code, text in REFUSALS.items() if code in _TOLD}
    return told


_TOLD = frozenset(
    {
        "age_check_required",
        "already_collected",
        "bad_name",
        "bad_phone",
        "code_locked",
        "code_wrong",
        "illegal_transition",
        "job_already_claimed",
        "job_cancelled",
        "job_expired",
        "lease_lost",
        "link_dead",
        "not_eligible",
        "parcel_mismatch",
        "proof_missing",
        "rate_limited",
        "retry_later",
        "sign_in_required",
        "stale_fence",
    }
)


def _manifest(rooms: Rooms) -> str:
    """Return how the page is installed (W3C web app manifest)."""
    language = language_of(rooms)
    say = texts(rooms, language)
    told = {
        "name": say(TEXTS["title"]),
        "short_name": say(TEXTS["short"]),
        "lang": language,
        "dir": Page(language).direction,
        "start_url": "/courier",
        "scope": "/courier",
        "display": "standalone",
        "background_color": _COLOUR,
        "theme_color": _COLOUR,
        "icons": [{"src": _ICON, "sizes": "any", "type": "image/svg+xml"}],
    }
    return json.dumps(told, ensure_ascii=False)
