"""Every way the shop floor says no, each with what to do about it."""

from connector.model.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from connector.model.errors import RateLimited as RateLimited


class BadStore(InvalidInput):
    """A store that cannot stand; `field` says what is wrong."""

    code = "bad_store"
    remedy = "Correct the field and save again."


class BadHours(InvalidInput):
    """Opening hours that cannot be read."""

    code = "bad_hours"
    remedy = "Give intervals such as 09:00-18:00 that begin within their day and are not empty."


class BadSlotTemplate(InvalidInput):
    """A slot template that cannot make slots."""

    code = "bad_slot_template"
    remedy = "Correct the field: lengths and steps in whole minutes, caps of one or more."


class BadZone(InvalidInput):
    """A delivery zone that is no area."""

    code = "bad_zone"
    remedy = "Give a closed ring of longitude and latitude, a radius in metres, or postcodes."


class BadFeeRule(InvalidInput):
    """A fee rule that cannot be worked out."""

    code = "bad_fee_rule"
    remedy = "Give whole minor units, and either an amount or a step."


class BadPostcode(InvalidInput):
    """A text that is no postcode of its country."""

    code = "bad_postcode"
    remedy = "Give the postcode as it is written on a letter, with the country."


class UnknownPlace(InvalidInput):
    """An address of which nobody knows where it lies."""

    code = "unknown_place"
    remedy = "Set a pin for the address, or import the postcodes of this country."


class BadProof(InvalidInput):
    """A proof that cannot be read."""

    code = "bad_proof"
    remedy = "Send a JPEG, PNG or WebP picture of at most 8 MB, or a code as it is printed."


class StoreNotFound(NotFound):
    """No store of this merchant has that id."""

    code = "store_not_found"
    remedy = "See the list of stores; another merchant's are not shown."


class OrderNotFound(NotFound):
    """No order of this merchant has that id."""

    code = "order_not_found"
    remedy = "Check the number; orders of other stores are not shown."


class JobNotFound(NotFound):
    """No delivery job of this merchant has that id."""

    code = "job_not_found"
    remedy = "See the list of deliveries."


class CourierNotFound(NotFound):
    """No courier of this merchant has that id."""

    code = "courier_not_found"
    remedy = "See the list of couriers."


class HoldNotFound(NotFound):
    """No hold has that id."""

    code = "hold_not_found"
    remedy = "Take a new hold."


class QuoteNotFound(NotFound):
    """No quote has that id."""

    code = "quote_not_found"
    remedy = "Ask for a new quote."


class NoStoreForOrder(Conflict):
    """An order came for a place that no store of ours is."""

    code = "no_store_for_order"
    remedy = "Set up a store for this place; the order is then taken in by itself."


class SlotNotFound(NotFound):
    """The store has no such slot."""

    code = "slot_not_found"
    remedy = "Ask for the slots anew and choose one of them."


class IllegalTransition(Conflict):
    """What was asked does not follow the present state."""

    code = "illegal_transition"
    remedy = "Read the state anew; `allowed` says what may follow."


class StorePaused(Conflict):
    """The store takes no new orders at the moment."""

    code = "store_paused"
    remedy = "Choose another store, or try again later."


class StoreBusy(Conflict):
    """The store still has open orders or jobs."""

    code = "store_busy"
    remedy = "Finish or cancel them, then archive the store."


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


class AgeGate(Conflict):
    """Something in the basket is not for everybody, and this way of delivery cannot check age."""

    code = "age_gate"
    remedy = "Collect it in the store, or leave it out."


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


class QuoteUsed(Conflict):
    """The quote was used before; `job` is what it became."""

    code = "quote_used"
    remedy = "Use the job that it became, or ask for a new quote."


class QuoteExpired(Conflict):
    """The quote is too old."""

    code = "quote_expired"
    remedy = "Ask for a new quote."


class IdempotencyKeyReused(Conflict):
    """The same key came before with other content."""

    code = "idempotency_key_reused"
    remedy = "Use a fresh key for a new wish, and the same body for a repetition."


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


class ProofMissing(Conflict):
    """A proof that this delivery needs is missing."""

    code = "proof_missing"
    remedy = "Add the proofs named in `missing`."


class ParcelMismatch(Conflict):
    """The scanned parcels are not those of the job."""

    code = "parcel_mismatch"
    remedy = "Scan every parcel of this job and no other, or report one missing."


class JobAlreadyClaimed(Conflict):
    """Another courier was quicker."""

    code = "job_already_claimed"
    remedy = "Take another job."


class LeaseLapsed(Conflict):
    """The claim ended, and the job went to somebody else or back to the list."""

    code = "lease_lost"
    remedy = "Read the job anew; claim it again if it is still open."


class StaleFence(Conflict):
    """The fence is not the present one: somebody claimed the job later."""

    code = "stale_fence"
    remedy = "Stop; read the job anew."


class JobCancelled(Conflict):
    """The job was cancelled."""

    code = "job_cancelled"
    remedy = "Bring back what you carry of it."


class JobExpired(Conflict):
    """The window of the job is over."""

    code = "job_expired"
    remedy = "Take another job."


class NotEligible(NotAllowed):
    """The courier may not take this job; `reason` is the first rule that fails."""

    code = "not_eligible"
    remedy = "See the reason; the store can change what it depends on."


class SignInRequired(NotAllowed):
    """Nobody is signed in, or the sign-in ended."""

    code = "sign_in_required"
    status = 401
    remedy = "Sign in."


class RoleRequired(NotAllowed):
    """The person's role does not allow this."""

    code = "role_required"
    remedy = "Ask a manager or the owner."


class LinkDead(NotFound):
    """The link was used, is too old, or never was one."""

    code = "link_dead"
    remedy = "Ask for a new link."


class Resync(Conflict):
    """What happened since is no longer kept."""

    code = "resync"
    remedy = "Read the present state, then follow from there."
