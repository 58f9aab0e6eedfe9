"""Why a window of time cannot be had."""

from connector.model.errors import Conflict, InvalidInput, NotFound


class BadSlotTemplate(InvalidInput):
    """A slot template that cannot make slots."""

    code = "bad_slot_template"
    remedy = "Correct the field: lengths and steps in whole minutes, caps of one or more."


class SlotNotFound(NotFound):
    """The store has no such slot."""

    code = "slot_not_found"
    remedy = "Ask for the slots anew and choose one of them."


class SlotFull(Conflict):
    """The slot has no room for this order."""

    code = "slot_full"
    remedy = "Choose another slot."


class SlotCutOff(Conflict):
    """It is too late for this slot."""

    code = "slot_cut_off"
    remedy = "Choose a later slot."


class SlotBlocked(Conflict):
    """The store closed this slot."""

    code = "slot_blocked"
    remedy = "Choose another slot."
