"""Why goods cannot be kept for a shopper."""

from connector.model.errors import Conflict, NotFound, TooMany


class HoldNotFound(NotFound):
    """No hold has that id."""

    code = "hold_not_found"
    remedy = "Take a new hold."


class OutOfStock(Conflict):
    """The place holds less than was asked for; `lines` says what is left of each."""

    code = "out_of_stock"
    remedy = "Take less, or choose another store."


class HoldExpired(Conflict):
    """The hold ended before it was used."""

    code = "hold_expired"
    remedy = "Take a new hold; `reacquire` does so where there is still room."


class HoldLimit(TooMany):
    """One shopper holds as much as one shopper may."""

    code = "hold_limit"
    remedy = "Give back another hold first, or wait until it ends."
