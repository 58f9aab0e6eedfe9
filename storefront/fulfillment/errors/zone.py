"""Why an address is not delivered to, or a price of delivery is not given."""

from connector.model.errors import Conflict, InvalidInput, NotFound


class BadZone(InvalidInput):
    """A delivery zone that is no area."""

    code = "bad_zone"
    remedy = "Give a closed ring of longitude and latitude, a radius in metres, or postcodes."


class BadFeeRule(InvalidInput):
    """A fee rule that cannot be worked out."""

    code = "bad_fee_rule"
    remedy = "Give whole minor units, and either an amount or a step."


class ZoneOutside(Conflict):
    """The address lies outside every delivery zone of the store."""

    code = "zone_outside"
    remedy = "Collect in the store, or choose another store."


class ZoneUncertain(Conflict):
    """The address is not known exactly enough to say whether it lies in a zone."""

    code = "zone_uncertain"
    remedy = "The store decides by hand; set a pin to be sure."


class MinimumOrder(Conflict):
    """The basket is below what the store delivers."""

    code = "min_order"
    remedy = "Add something, or collect in the store."


class AgeGate(Conflict):
    """Something in the basket is not for everybody, and this way of delivery cannot check age."""

    code = "age_gate"
    remedy = "Collect it in the store, or leave it out."


class ColdGate(Conflict):
    """Something must stay cold on its way, and the store sends nothing that must."""

    code = "cold_gate"
    remedy = (
        "Let it be collected, leave it out, or tick on the store's page that cold goods go out."
    )


class QuoteNotFound(NotFound):
    """No quote has that id."""

    code = "quote_not_found"
    remedy = "Ask for a new quote."


class QuoteUsed(Conflict):
    """The quote was used before; `job` is what it became."""

    code = "quote_used"
    remedy = "Use the job that it became, or ask for a new quote."


class QuoteExpired(Conflict):
    """The quote is too old."""

    code = "quote_expired"
    remedy = "Ask for a new quote."
