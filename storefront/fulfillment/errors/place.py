"""Why a store, its hours or an address is refused."""

from connector.model.errors import Conflict, InvalidInput, NotFound


class BadStore(InvalidInput):
    """A store that cannot stand; `field` says what is wrong."""

    code = "bad_store"
    remedy = "Correct the field and save again."


class StoreNotOnMap(BadStore):
    """A store that is to deliver, and of which nobody said where it lies."""

    code = "store_not_on_map"
    remedy = "Give the store's latitude and longitude as a map shows them, then let it deliver."


class BadHours(InvalidInput):
    """Opening hours that cannot be read."""

    code = "bad_hours"
    remedy = "Give intervals such as 09:00-18:00 that begin within their day and are not empty."


class BadPostcode(InvalidInput):
    """A text that is no postcode of its country."""

    code = "bad_postcode"
    remedy = "Give the postcode as it is written on a letter, with the country."


class UnknownPlace(InvalidInput):
    """An address of which nobody knows where it lies."""

    code = "unknown_place"
    remedy = "Set a pin for the address, or import the postcodes of this country."


class StoreNotFound(NotFound):
    """No store of this merchant has that id."""

    code = "store_not_found"
    remedy = "See the list of stores; another merchant's are not shown."


class StorePaused(Conflict):
    """The store takes no new orders at the moment."""

    code = "store_paused"
    remedy = "Choose another store, or try again later."


class StoreBusy(Conflict):
    """The store still has open orders or jobs."""

    code = "store_busy"
    remedy = "Finish or cancel them, then archive the store."
