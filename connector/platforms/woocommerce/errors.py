"""What a WooCommerce shop may refuse, named so that the merchant knows what to do."""

from msgspec import Struct

from connector.model.errors import (
    ClockSkew,
    InvalidInput,
    PlatformCredentials,
    PlatformError,
    PlatformMalformed,
    PlatformRejected,
    PlatformUnavailable,
)
from connector.platforms.redact import redact_text
from connector.platforms.response import Response

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404
CANNOT_VIEW = "woocommerce_rest_cannot_view"
NO_ROUTE = "rest_no_route"
UNKNOWN_PRODUCT = "woocommerce_rest_product_invalid_id"
LONGEST_MESSAGE = 200
SIGNATURE_WINDOW = 15 * 60
"""Seconds by which our clock may differ before the shop refuses a signature."""


class KeyRefused(PlatformCredentials):
    """The shop does not know the consumer key, or its secret is another one."""

    code = "key_refused"
    remedy = "Make a new REST API key in the shop and connect it again (`regie connect`)."


class KeyLacksRights(PlatformCredentials):
    """The key is known but may not do this: read-only, write-only, or its owner lost the right."""

    code = "key_lacks_rights"
    remedy = "Give the key Read/Write permission and an owner who may manage the shop."


class ApiMissing(PlatformRejected):
    """There is no WooCommerce REST API at the address."""

    code = "woocommerce_api_missing"
    remedy = (
        "Check the shop's URL, switch WooCommerce on, and choose any permalink structure but Plain."
    )


class WrongHome(PlatformRejected):
    """The shop answers here but calls itself by another address; keys and ids belong to that."""

    code = "wrong_home"
    remedy = "Connect the shop by the address it calls itself."

    def __init__(self, given: str, home: str) -> None:
        super().__init__(f"{given} is called {home} by the shop itself.", given=given, home=home)
        self.home = home


class Refused(PlatformRejected):
    """The shop understood and said no; `woocommerce_code` is its own word for why."""

    code = "woocommerce_refused"
    remedy = "The same call will be refused again; see the shop's own words."


class UnknownResource(Refused):
    """What was asked for is not there."""

    code = "woocommerce_unknown_resource"


class OrderGone(PlatformRejected):
    """The order was deleted in the shop."""

    code = "woocommerce_order_gone"
    remedy = "Compare the deleted order with what was handed over."


class OrderEnded(PlatformRejected):
    """Somebody else ended the order in another way: cancelled, refunded or failed."""

    code = "woocommerce_order_ended"
    remedy = "Compare the order in the shop with what was handed over."


class ShopAway(PlatformUnavailable):
    """The shop's API is not there at the moment, whatever the call is about."""

    code = "woocommerce_away"


class Unordered(PlatformMalformed):
    """A list is not in the order asked for, so nobody can tell when it is complete."""

    code = "list_unordered"
    remedy = "Nothing was changed; switch off the plugin that reorders products in the REST API."


class Unsteady(PlatformUnavailable):
    """A list changed under our hands again and again."""

    code = "list_unsteady"


class BadFact(InvalidInput):
    """One fact of a product cannot be true; `field` says which, in WooCommerce's words."""

    code = "woocommerce_bad_fact"
    remedy = "Correct the field in the shop; until then its last good facts stay."

    def __init__(self, field: str, owner: str, reason: str) -> None:
        super().__init__(f"{field} of {owner}: {reason}", field=field, owner=owner, reason=reason)


class Words(Struct, frozen=True):
    """An error body of the shop; `message` is in the shop's language, so it proves nothing."""

    code: str | int = ""
    message: str = ""


def words(response: Response) -> Words:
    """Return the shop's words, or raise NotJson where something else answered in its place."""
    return response.decode(Words)


def refusal(response: Response) -> PlatformError:
    """Return the error that a refused call means."""
    if 300 <= response.status < 400:
        return _moved(response)
    told = words(response)
    code, message = str(told.code), redact_text(told.message)[:LONGEST_MESSAGE]
    if response.status in {UNAUTHORIZED, FORBIDDEN}:
        return _not_allowed(response, code, message)
    if response.status == NOT_FOUND and code == NO_ROUTE:
        return ApiMissing(f"No WooCommerce REST API at {response.url}.", url=response.url)
    kind = UnknownResource if response.status == NOT_FOUND else Refused
    return kind(
        f"{response.url} answered {response.status}: {message}",
        url=response.url,
        status=response.status,
        woocommerce_code=code,
    )


def _not_allowed(response: Response, code: str, message: str) -> PlatformError:
    """Tell a wrong clock from a wrong key by the Date header: messages are translated."""
    skew = response.skew_seconds or 0.0
    if abs(skew) > SIGNATURE_WINDOW:
        minutes = round(skew / 60)
        return ClockSkew(f"The shop's clock is {minutes} minutes from ours.", minutes=minutes)
    lacks = response.status == FORBIDDEN or "permissions" in message
    kind = KeyLacksRights if lacks else KeyRefused
    return kind(f"The shop refused the key: {message}", woocommerce_code=code)


def _moved(response: Response) -> PlatformError:
    target = response.headers.get("Location", "").partition("/wp-json")[0].partition("?")[0]
    return WrongHome(response.url.partition("/wp-json")[0], redact_text(target) or "another")
