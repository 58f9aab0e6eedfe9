"""Which of the merchant's own systems are told what happens."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response

from connector.model.errors import InvalidInput
from connector.model.ids import new_id
from storefront.fulfillment.store import hooks
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work.webhook import secret_text
from storefront.pages import given
from storefront.pages.staffed import Deed, Outcome, Visit

_HOME = "/console/webhooks"
_SECRET_BYTES = 32
_LONGEST = 500
_MOST = 20


class BadUrl(InvalidInput):
    """An address that nothing can be sent to."""

    code = "bad_url"
    remedy = "Give an address that begins with https://."


def draw(visit: Visit) -> Response:
    """Draw the addresses, for a webhook tells of all stores; a new one's secret is shown once."""
    visit.require_everywhere()
    with visit.floor.database.read() as connection:
        found = hooks.all_of(connection, visit.merchant_id)
    return visit.draw("console_hooks.html", hooks=found)


def _add(visit: Visit, here: Floor) -> Outcome:
    """Enter an address; what is sent there is signed (Standard Webhooks, whsec_)."""
    visit.require_everywhere()
    url = given.text("url")
    parts = urlsplit(url)
    known = hooks.all_of(here.connection, here.merchant_id)
    sound = (
        parts.scheme == "https" and parts.hostname and not parts.username and len(url) < _LONGEST
    )
    if not sound or len(known) >= _MOST:
        raise BadUrl("Nothing can be sent to this address.", field="url")
    topics = given.words("topics") or ("order.*", "job.*")
    secret = visit.floor.random(_SECRET_BYTES)
    hooks.add(visit.floor, here, new_id("hok", lambda: here.now), url, topics, secret)
    return Outcome(_HOME, secret=secret_text(secret))


def _drop(visit: Visit, here: Floor) -> Outcome:
    visit.require_everywhere()
    hooks.drop(here, given.text("hook"))
    return Outcome(f"{_HOME}?done=removed")


DEEDS: Mapping[str, Deed] = {"add": _add, "drop": _drop}
"""By the value of the button."""
