"""Why a delivery fails, and what each reason means for the courier and the store."""

from collections.abc import Mapping

from msgspec import Struct

from storefront.fulfillment.job.job import FailureCode

WAIT_MS = 5 * 60_000


class Meaning(Struct, frozen=True, rename="camel"):
    """Whether the courier may still bring it, whether the store must act, and for others' ears.

    `outward` is the reason of Open Delivery 2.0.0-rc. `waits` is true where the courier must have
    waited five minutes and tried to reach the shopper.
    """

    can_finish: bool
    need_store_action: bool
    outward: str
    waits: bool = False


FAILURES: Mapping[FailureCode, Meaning] = {
    FailureCode.NOT_AT_HOME: Meaning(True, True, "NOBODY_TO_RECEIVE", waits=True),
    FailureCode.WRONG_ADDRESS: Meaning(True, True, "CUSTOMER_ADDRESS_UNKNOWN"),
    FailureCode.UNREACHABLE: Meaning(True, True, "NOBODY_TO_RECEIVE"),
    FailureCode.REFUSED: Meaning(False, True, "CUSTOMER_DID_NOT_PLACE_ORDER"),
    FailureCode.AGE_CHECK_FAILED: Meaning(False, True, "OTHER"),
    FailureCode.INTOXICATED: Meaning(False, True, "OTHER"),
    FailureCode.DAMAGED: Meaning(False, True, "ORDER_DAMAGED_OR_VIOLATED"),
    FailureCode.LOST: Meaning(False, True, "DELIVERYPERSON_OCCURRENCE"),
    FailureCode.PARCEL_MISSING: Meaning(False, True, "ORDER_MISSING_ITEMS"),
    FailureCode.PAYMENT_REFUSED: Meaning(False, True, "PAYMENT_PROBLEMS"),
    FailureCode.VEHICLE_BREAKDOWN: Meaning(False, True, "DELIVERYPERSON_OCCURRENCE"),
    FailureCode.ACCIDENT: Meaning(False, True, "DELIVERYPERSON_OCCURRENCE"),
    FailureCode.WEATHER: Meaning(True, False, "ORDER_DELAYED"),
    FailureCode.UNSAFE: Meaning(False, True, "DELIVERYPERSON_OCCURRENCE"),
    FailureCode.STORE_CLOSED: Meaning(False, True, "OTHER"),
    FailureCode.ORDER_NOT_READY: Meaning(True, True, "ORDER_DELAYED"),
    FailureCode.TEMPERATURE_BREACH: Meaning(False, True, "ORDER_DAMAGED_OR_VIOLATED"),
    FailureCode.OTHER: Meaning(True, True, "OTHER"),
}
