"""Why something was refused, in words for people; each code of the shop floor has its own."""

from collections.abc import Callable, Mapping

from connector.model.errors import RegieError
from storefront.pages.language import Words


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


TEXTS: Mapping[str, str] = {
    "slot_full": _("This time is full. Choose another one."),
    "slot_cut_off": _("It is too late for this time. Choose a later one."),
    "slot_blocked": _("The store closed this time. Choose another one."),
    "slot_not_found": _("This time does not exist any more. Choose another one."),
    "out_of_stock": _("There is not enough of it in this store."),
    "store_paused": _("The store takes no new orders at the moment."),
    "store_busy": _("Orders or deliveries are still open. Finish them first."),
    "hold_expired": _("The reservation has ended. Please start again."),
    "zone_outside": _("The address lies outside the delivery area."),
    "zone_uncertain": _("The address is not exact enough. The store decides by hand."),
    "min_order": _("The basket is below the minimum for delivery."),
    "age_gate": _("Something in the order needs an age check that this way of delivery lacks."),
    "cold_gate": _("Something in the order must stay cold, and this store sends nothing cold."),
    "age_check_required": _("Look at a document first and record the result."),
    "code_wrong": _("The code is not right. Compare it and try again."),
    "code_locked": _("Too many wrong codes. Wait a quarter of an hour, or ask a manager."),
    "already_collected": _("It was handed over before. Hand nothing over a second time."),
    "order_not_found": _("No order was found for this."),
    "bad_search": _("This cannot be searched for. Choose a day, or begin the search anew."),
    "order_changed": _("The order was changed in the meantime. Look at it anew."),
    "pick_incomplete": _("Something is neither picked, replaced nor taken off yet."),
    "part_not_delivered": _(
        "A delivery goes out whole. Take off what is missing, or wait until all of it is there."
    ),
    "illegal_transition": _("That is not possible in the present state. Look at it anew."),
    "needs_reslot": _("This order needs a new time first."),
    "job_already_claimed": _("Another courier was quicker."),
    "job_expired": _("The time for this delivery is over."),
    "job_cancelled": _("This delivery was cancelled."),
    "stale_fence": _("Somebody else has this delivery now."),
    "bad_bundle": _("So many deliveries cannot be taken together."),
    "bad_job": _("This delivery cannot be made."),
    "lease_lost": _("The claim has ended."),
    "parcel_mismatch": _("The scanned parcels are not those of this delivery."),
    "proof_missing": _("A proof is missing."),
    "not_eligible": _("This delivery cannot be taken."),
    "courier_not_ready": _(
        "First look at two documents, identity and right to work, and know the vehicle."
    ),
    "cash_changed": _("The courier holds another amount now. Count it again."),
    "sign_in_required": _("Please sign in."),
    "role_required": _("Your role does not allow this. Ask a manager."),
    "rate_limited": _("Too many tries. Wait a little."),
    "weak_password": _("Choose a password of 10 to 200 characters."),
    "last_owner": _("This is the last owner. Make somebody else an owner first."),
    "login_taken": _("Somebody signs in with that name already."),
    "link_dead": _("This link does not work any more. Ask for a new one."),
    "form_expired": _("The form was too old. Please send it again."),
    "wrong_sign_in": _("The name or the password is not right."),
    "challenge_dead": _("That took too long. Please try again."),
    "bad_passkey": _("The passkey was not accepted."),
    "passkey_refused": _("The passkey was not accepted."),
    "invalid_input": _("One field cannot stand as it is."),
    "bad_order": _("That number of pieces is not possible."),
    "bad_name": _("Give a name of 1 to 60 characters."),
    "bad_phone": _("Give a phone number of 5 to 15 digits, such as +31 20 123 4567."),
    "bad_url": _("Give an address that begins with https://."),
    "store_not_found": _("There is no such store."),
    "part_not_found": _("It is not there any more."),
    "job_not_found": _("There is no such delivery."),
    "courier_not_found": _("There is no such courier."),
    "staff_not_found": _("There is no such person."),
    "hook_not_found": _("There is no such webhook."),
    "good_not_found": _("The shop does not sell this any more."),
    "good_not_on_list": _("Nothing on this list has that code, or all of it is picked."),
    "proof_not_found": _("It is not kept any more."),
    "message_not_found": _("It is not there any more."),
    "bad_store": _("One field cannot stand as it is."),
    "store_not_on_map": _(
        "A store that delivers must be on the map. Enter its latitude and longitude first, under "
        "“Name and place”; it says there how to find them."
    ),
    "bad_hours": _("The opening hours cannot be read."),
    "bad_slot_template": _("One field of the time slots cannot stand as it is."),
    "bad_zone": _("The area cannot be read."),
    "bad_fee_rule": _("One rule of the fees cannot stand as it is."),
    "bad_postcode": _("The postcode cannot be read."),
    "unknown_place": _("Nobody knows where this address lies. Set a pin, or import postcodes."),
    "trouble_not_found": _("It is not there any more."),
    "no_store_for_order": _("No store is set up for the place of this order."),
    "no_delivery_for_order": _(
        "The store of this order does not deliver. Switch delivery on, on the store's page."
    ),
    "no_pickup_for_order": _(
        "The store of this order does not offer pick-up. Switch it on, on the store's page."
    ),
    "part_told_twice": _("The shop tells one part of this order twice, in different words."),
    "stuck": _("Nothing came of it. Do the next step by hand."),
    "internal": _("Something went wrong on our side; the log of the server tells more."),
    "retry_later": _("The database is busy. Try again in a moment."),
    "overtaken": _("Somebody else changed this at the same moment. Try again."),
}
NOT_ELIGIBLE: Mapping[str, str] = {
    "NOT_ACTIVE": _("The courier may not work now."),
    "NOT_APPROVED_BY_MERCHANT": _("The courier may not ride for this shop."),
    "CHECK_EXPIRED": _("A document of the courier has run out."),
    "VEHICLE": _("The courier's vehicle does not suit."),
    "CAPACITY": _("There is no room left on the vehicle."),
    "COLD": _("The vehicle keeps nothing cold."),
    "SKILL": _("The courier may not do all that this delivery asks for."),
    "OPEN_LIMIT": _("The courier holds as many deliveries as allowed."),
    "BLOCKED_RELEASES": _("The courier gave back too many deliveries lately."),
}
"""Why the store cannot give a delivery to a courier."""
OTHER = _("That did not work.")


def refusal_text(translate: Callable[[str], str], error: RegieError) -> str:
    """Return what a person reads; an error that has no words of its own names its code."""
    return told_text(translate, error.code)


def told_text(translate: Callable[[str], str], code: str) -> str:
    """Return what a person reads of an error's code."""
    known = TEXTS.get(code)
    return f"{translate(OTHER)} ({code})" if known is None else translate(known)


def facts_text(words: Words, error: RegieError, ago: Callable[[int], str]) -> str:
    """Return what the facts of a refusal add: tries left, or since and until when.

    `ago` says in words how far an instant lies from now.
    """
    facts = error.details()
    left, until, at = facts.get("left"), facts.get("until"), facts.get("at")
    if error.code == "code_wrong" and left is not None:
        text = words.ngettext("%(num)s try is left.", "%(num)s tries are left.", left)
        return text % {"num": left}
    if error.code == "code_locked" and until is not None:
        return words.gettext("Next try: %(when)s.") % {"when": ago(until)}
    if error.code == "already_collected" and at is not None:
        return words.gettext("That was %(when)s.") % {"when": ago(at)}
    if error.code == "not_eligible" and facts.get("reason") in NOT_ELIGIBLE:
        return words.gettext(NOT_ELIGIBLE[str(facts["reason"])])
    return ""
