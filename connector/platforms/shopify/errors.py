"""What Shopify may refuse, named so that the merchant knows what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connector.model.errors import (
    Conflict,
    PlatformCredentials,
    PlatformError,
    PlatformMalformed,
    PlatformRejected,
    PlatformUnavailable,
    RegieError,
)
from connector.platforms.redact import redact_text

LONGEST_MESSAGE = 300


class GraphqlError(Struct, frozen=True):
    """One entry of `errors` in an answer, as Shopify sends it."""

    message: str = ""
    path: Sequence[str | int] | None = None
    extensions: Mapping[str, Any] = {}

    @property
    def error_code(self) -> str:
        """Return the machine-readable kind, "" where Shopify gives none."""
        return str(self.extensions.get("code", ""))

    @property
    def place(self) -> str:
        """Return the path in dots without list positions: `fulfillmentOrders.nodes.destination`."""
        return ".".join(str(step) for step in self.path or () if isinstance(step, str))

    @property
    def text(self) -> str:
        """Return Shopify's words, short and without secrets; for people only, never to test."""
        return redact_text(self.message)[:LONGEST_MESSAGE]


class UserError(Struct, frozen=True):
    """One entry of a mutation's `userErrors`."""

    message: str = ""
    code: str | UnsetType | None = UNSET
    field: Sequence[str] | None = None


class ShopFrozen(PlatformRejected):
    """HTTP 402: the shop's plan is unpaid."""

    code = "shop_frozen"
    remedy = "The shop's owner must settle the bill with Shopify."


class ShopForbidden(PlatformCredentials):
    """HTTP 403: the app may not call this shop, or holds a token of a retired kind."""

    code = "shop_forbidden"


class ShopNotFound(PlatformRejected):
    """HTTP 404: no such shop, or no such API version."""

    code = "shop_not_found"
    remedy = "Check the shop's name and Regie's API version."


class ShopLocked(PlatformRejected):
    """HTTP 423: Shopify has locked the shop."""

    code = "shop_locked"
    remedy = "The shop's owner must contact Shopify."


class SecurityRejection(PlatformRejected):
    """HTTP 430: Shopify takes our requests for an attack."""

    code = "security_rejection"
    remedy = "Pause the connection and ask Shopify; repeating makes it worse."


class TokenRefused(PlatformCredentials):
    """HTTP 401, also after one refresh: the app was removed or its secret changed."""

    code = "token_refused"


class UnexpectedStatus(PlatformRejected):
    """An HTTP status that Shopify does not document for this call, redirects included."""

    code = "unexpected_status"
    remedy = "Check the shop's name; nothing was read."


STATUS_ERRORS: Mapping[int, type[RegieError]] = {
    401: TokenRefused,
    402: ShopFrozen,
    403: ShopForbidden,
    404: ShopNotFound,
    423: ShopLocked,
    430: SecurityRejection,
}


def status_error(shop: str, status: int) -> RegieError:
    """Return the error that an HTTP status other than 200 means."""
    kind = STATUS_ERRORS.get(status, UnexpectedStatus)
    return kind(f"{shop} answered {status}.", shop=shop, status_seen=status)


class Throttled(PlatformUnavailable):
    """THROTTLED: the cost bucket is empty; the request was not executed."""

    code = "shopify_throttled"


class ShopifyFault(PlatformUnavailable):
    """INTERNAL_SERVER_ERROR or TIMEOUT inside an HTTP 200; `request_id` is for Shopify support."""

    code = "shopify_fault"


class QueryTooCostly(PlatformRejected):
    """MAX_COST_EXCEEDED: one query asks for more points than Shopify ever grants."""

    code = "shopify_query_too_costly"
    remedy = "Ask for smaller pages or use a bulk export."


class MissingScope(PlatformCredentials):
    """ACCESS_DENIED: the app lacks a scope; `place` is the field, `required` what Shopify wants."""

    code = "missing_scope"
    remedy = "Grant the app this access in Shopify, then connect the shop again."


class ProtectedData(PlatformRejected):
    """ACCESS_DENIED: the field is protected customer data and the app is not approved for it."""

    code = "protected_customer_data"
    remedy = "Request protected customer data access in the Shopify dashboard."


class QueryRefused(PlatformRejected):
    """The document or its variables do not fit Shopify's schema: a fault of ours or its."""

    code = "shopify_query_refused"
    remedy = "Update Regie; the shop's API does not know this question."


def graphql_error(shop: str, error: GraphqlError) -> RegieError:
    """Return the typed error for one entry of `errors`, told by its code and never by its text."""
    facts = {"shop": shop, "place": error.place}
    extensions = error.extensions
    match error.error_code:
        case "THROTTLED":
            return Throttled(f"{shop} is busy.", **facts)
        case "INTERNAL_SERVER_ERROR" | "TIMEOUT":
            request_id = extensions.get("requestId")
            return ShopifyFault(f"{shop} had a fault.", **facts, request_id=request_id)
        case "MAX_COST_EXCEEDED":
            cost, most = extensions.get("cost"), extensions.get("maxCost")
            return QueryTooCostly(
                f"The query costs {cost}, {most} is allowed.", **facts, cost=cost, max_cost=most
            )
        case "ACCESS_DENIED":
            return _access_error(shop, error)
        case "SHOP_INACTIVE":
            return ShopLocked(f"{shop} is not active.", **facts)
    return QueryRefused(
        f"{shop} refused the query: {error.text}",
        **facts,
        reason=error.error_code,
        type_name=extensions.get("typeName"),
        field_name=extensions.get("fieldName"),
    )


def _access_error(shop: str, error: GraphqlError) -> RegieError:
    required = error.extensions.get("requiredAccess")
    documentation = str(error.extensions.get("documentation", ""))
    if required is None and "protected-customer-data" in documentation:
        return ProtectedData(
            f"{shop} protects {error.place or 'customer data'}.", shop=shop, place=error.place
        )
    wanted = str(required or "more access").rstrip(".").replace("`", "")
    return MissingScope(
        f"{error.place or 'A field'} needs {wanted}.",
        shop=shop,
        place=error.place,
        required=required,
    )


class UserErrors(PlatformError):
    """A mutation was understood and not done; `codes` tells why, nothing was changed."""

    def __init__(self, mutation: str, errors: Sequence[UserError]) -> None:
        self.errors = tuple(errors)
        self.codes = tuple(e.code for e in errors if isinstance(e.code, str))
        fields = [".".join(e.field or ()) for e in errors]
        words = redact_text("; ".join(e.message for e in errors))[:LONGEST_MESSAGE]
        super().__init__(
            f"{mutation}: {words}", mutation=mutation, codes=list(self.codes), fields=fields
        )


class WriteRefused(UserErrors, PlatformRejected):
    """The change is not possible as asked."""

    code = "shopify_write_refused"
    remedy = "Nothing was changed; correct the named fields."


class StaleWrite(UserErrors, Conflict):
    """The value we built on has changed meanwhile."""

    code = "shopify_stale_write"
    status = 409
    remedy = "Read again and repeat with a new key."


class StillRunning(UserErrors, PlatformUnavailable):
    """A request with the same key is still being worked on."""

    code = "shopify_still_running"
    status = 503
    remedy = "Wait and repeat with the same key."


class NewKeyNeeded(UserErrors, Conflict):
    """The earlier attempt with this key failed for good."""

    code = "shopify_new_key_needed"
    status = 409
    remedy = "Repeat with a new key."


class KeyReused(UserErrors, PlatformRejected):
    """The key was used before for other content: a fault of ours."""

    code = "shopify_key_reused"
    remedy = "Make one key per change."


USER_ERRORS: Mapping[str, type[UserErrors]] = {
    "CHANGE_FROM_QUANTITY_STALE": StaleWrite,
    "STALE_OBJECT": StaleWrite,
    "IDEMPOTENCY_CONCURRENT_REQUEST": StillRunning,
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH": KeyReused,
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED": NewKeyNeeded,
}


def user_error(mutation: str, errors: Sequence[UserError]) -> UserErrors:
    """Return the typed error for a non-empty `userErrors` list."""
    codes = (error.code for error in errors if isinstance(error.code, str))
    kinds = (USER_ERRORS[code] for code in codes if code in USER_ERRORS)
    return next(kinds, WriteRefused)(mutation, errors)


class UnknownShape(PlatformMalformed):
    """Shopify answered JSON that is not what its schema promises."""

    code = "shopify_unknown_shape"

    def __init__(self, shop: str, operation: str, reason: str) -> None:
        super().__init__(
            f"{shop} answered {operation} in an unknown shape ({reason}).",
            shop=shop,
            operation=operation,
            reason=reason,
        )
