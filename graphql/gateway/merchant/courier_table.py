"""The mutations that concern the merchant's couriers, as a table."""

from collections.abc import Mapping

import graphene

from gateway.catalogue.scalars import BigInt
from gateway.merchant import courier_deeds
from gateway.merchant.field import Deed, a_text, an_id
from gateway.merchant.floor_type import CourierPayload
from storefront.fulfillment.courier.courier import CheckKind

_COURIER = {"courier_id": an_id("The courier.")}
_COURIER_EVENT = graphene.Enum(
    "CourierEvent",
    [(it, it) for it in ("approve", "suspend", "resume", "block", "unblock")],
    description="What becomes of a courier.",
)
_CHECK = graphene.Enum(
    "CourierCheck",
    [(it.value, it.value) for it in CheckKind],
    description="What was looked at.",
)

DEEDS: Mapping[str, Deed] = {
    "invite_courier": Deed(
        "Enter a courier, and get the link by which he joins.",
        CourierPayload,
        courier_deeds.invite_courier,
        {"name": a_text("What the board calls him.")},
    ),
    "move_courier": Deed(
        "Approve, suspend, resume, block or unblock a courier.",
        CourierPayload,
        courier_deeds.move_courier,
        {**_COURIER, "event": lambda: graphene.Argument(graphene.NonNull(_COURIER_EVENT))},
    ),
    "check_courier": Deed(
        "Note that identity, right to work, licence or insurance was checked.",
        CourierPayload,
        courier_deeds.check_courier,
        {
            **_COURIER,
            "kind": lambda: graphene.Argument(graphene.NonNull(_CHECK)),
            "valid_days": lambda: graphene.Int(required=True, default_value=365),
        },
    ),
    "receive_cash": Deed(
        "Note that a courier handed in all the cash of a currency that he held.",
        CourierPayload,
        courier_deeds.receive_cash,
        {
            **_COURIER,
            "amount": lambda: graphene.Argument(
                graphene.NonNull(BigInt), description="What was counted, in minor units."
            ),
            "currency": a_text("ISO 4217."),
        },
    ),
}
