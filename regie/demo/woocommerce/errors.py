"""The refusals of the shop, with the codes WooCommerce gives them."""

from collections.abc import Mapping
from typing import Any


class RestError(Exception):
    """A refused call: what the shop answers instead of doing it."""

    def __init__(self, code: str, message: str, status: int, **data: Any) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.data = data

    def body(self) -> dict[str, Any]:
        """Return the answer's body."""
        data = {"status": self.status, **self.data}
        return {"code": self.code, "message": self.message, "data": data}


class WrongParam(Exception):
    """One parameter that cannot be read."""

    def __init__(self, code: str, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def invalid_params(found: Mapping[str, WrongParam]) -> RestError:
    """Return the one refusal that names every parameter that cannot be read."""
    return RestError(
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(found)}",
        400,
        params={name: wrong.message for name, wrong in found.items()},
        details={
            name: {"code": wrong.code, "message": wrong.message, "data": wrong.data}
            for name, wrong in found.items()
        },
    )


def wrong_type(name: str, kind: str) -> WrongParam:
    """Return the finding for a value of the wrong type."""
    return WrongParam("rest_invalid_type", f"{name} is not of type {kind}.", {"param": name})


def not_in(name: str, allowed: tuple[str, ...]) -> WrongParam:
    """Return the finding for a word that is not on the list."""
    words = f"{', '.join(allowed[:-1])}, and {allowed[-1]}"
    return WrongParam("rest_not_in_enum", f"{name} is not one of {words}.")


def no_route() -> RestError:
    """Return the refusal of an address the shop does not know."""
    text = "No route was found matching the URL and request method."
    return RestError("rest_no_route", text, 404)


def unknown(kind: str) -> RestError:
    """Return the refusal of an id the shop does not know."""
    return RestError(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", 404)
