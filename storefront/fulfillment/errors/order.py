"""Why an order cannot be taken in, picked or handed over."""

from connector.model.errors import Conflict, InvalidInput, NotFound, TooMany


class OrderNotFound(NotFound):
    """No order of this merchant has that id."""

    code = "order_not_found"
    remedy = "Check the number; orders of other stores are not shown."


class BadSearch(InvalidInput):
    """A search for orders that ended, by a day that none is, or behind a page that was none."""

    code = "bad_search"
    remedy = "Give the day as 2026-11-21, and pass on unchanged where the last page ended."


class PartToldTwice(Conflict):
    """A platform tells one part of an order twice, and not the same of it."""

    code = "part_told_twice"
    remedy = "Look at the order in the shop; it is read again by itself."


class NoStoreForOrder(Conflict):
    """An order came for a place that no store of ours is."""

    code = "no_store_for_order"
    remedy = "Set up a store for this place; the order is then taken in by itself."


class NoDeliveryForOrder(Conflict):
    """An order is to be brought, and the store of its place does not deliver."""

    code = "no_delivery_for_order"
    remedy = "Switch delivery on, on the store's page; the order is then taken in by itself."


class NoPickupForOrder(Conflict):
    """An order is to be collected, and the store of its place does not hand over."""

    code = "no_pickup_for_order"
    remedy = "Switch pick-up on, on the store's page; the order is then taken in by itself."


class NeedsReslot(Conflict):
    """The order is paid, but its slot or stock was gone when the payment came."""

    code = "needs_reslot"
    remedy = "Choose another slot, or refund."


class OrderChanged(Conflict):
    """The order was changed at the platform meanwhile."""

    code = "order_changed"
    remedy = "Look at the order anew; what was picked is kept."


class PickIncomplete(Conflict):
    """Lines are neither picked nor taken off the order."""

    code = "pick_incomplete"
    remedy = "Pick, substitute or take off what is left."


class PartNotDelivered(Conflict):
    """A delivery was to go out in part; only what is collected can be fetched in two visits."""

    code = "part_not_delivered"
    remedy = "Take off what is missing, so that it is refunded, or wait until all of it is there."


class AlreadyCollected(Conflict):
    """The order was handed over before; `at` says when."""

    code = "already_collected"
    remedy = "Look at the order's history; hand nothing over a second time."


class CodeWrong(Conflict):
    """The code is another one; `left` tries remain."""

    code = "code_wrong"
    remedy = "Compare the digits and try again."


class CodeLocked(TooMany):
    """Too many wrong codes; `until` says when to go on."""

    code = "code_locked"
    remedy = "Wait, or let a manager hand over with a reason."


class AgeCheckRequired(Conflict):
    """Something in the order is not for everybody, and no age check is recorded."""

    code = "age_check_required"
    remedy = "Look at a document and record passed or refused; nothing of the document is kept."
