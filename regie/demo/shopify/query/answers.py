"""What the shop answers when it says no, in the words its clients know."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLError
from msgspec import Struct, field

from connector.model.errors import NotFound

LIMITS_PAGE: Final = "https://shopify.dev/api/usage/rate-limits"
SCOPES_PAGE: Final = "https://shopify.dev/api/usage/access-scopes"
PROTECTED_PAGE: Final = "https://shopify.dev/docs/apps/launch/protected-customer-data"


class Answer(Struct, frozen=True):
    """One HTTP answer; a dict body is sent as JSON, bytes and text as they are."""

    status: int
    body: dict[str, Any] | bytes | str
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):  # a refusal is an answer here, not a fault
    """A request that never reaches the shop's data."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.body))
        self.answer = answer


class NotPlayed(GraphQLError):
    """Something the real shop can do and the fake one does not."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The demo shop does not play {what}", extensions={"code": "DEMO_NOT_PLAYED"}
        )


class NotInShop(NotFound):
    """The demo shop holds no such thing."""

    code = "not_in_demo_shop"
    remedy = "Name it by its id, handle or SKU as `/_fake/catalogue` lists them."

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The demo shop holds no {kind} {name!r}.", kind=kind, name=name)


def refuse(status: int, errors: Any, **headers: str) -> Refused:
    """Return a refusal in the shop's plain form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refused(Answer(status, {"errors": errors}, named))


def problem(message: str, code: str, **more: Any) -> GraphQLError:
    """Return a GraphQL error with the shop's code."""
    return GraphQLError(message, extensions={"code": code, **more})


def user_error(code: str | None, message: str, *path: str) -> dict[str, Any]:
    """Return one entry of `userErrors`."""
    return {"code": code, "field": list(path) or None, "message": message}
