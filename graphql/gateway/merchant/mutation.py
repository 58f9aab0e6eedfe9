"""The mutations of the merchant's surface, as a table: name, arguments, deed, answer."""

from collections.abc import Callable, Mapping
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.merchant import courier_table, delivery_deeds, hold_deeds, order_deeds, store_deeds
from gateway.merchant.deed import do
from gateway.merchant.field import Deed, a_text, an_id
from gateway.merchant.floor_type import (
    DeliveryPayload,
    Document,
    HeldPieces,
    HoldPayload,
    OrderPayload,
    StorePayload,
)


def _pieces() -> Any:
    return graphene.Int(required=True, default_value=1, description="How many pieces.")


def _document() -> Any:
    return graphene.Argument(
        graphene.NonNull(Document), description="In the form in which it is returned."
    )


def _codes(text: str) -> Callable[[], Any]:
    return lambda: graphene.Argument(
        graphene.NonNull(graphene.List(graphene.NonNull(graphene.String))),
        default_value=(),
        description=text,
    )


_WHY = "A word such as out_of_stock, too_busy, customer; others are sealed, told as `other`."
_ORDER = {"order_id": an_id("The order.")}
_LINE = {**_ORDER, "line_id": an_id("The line.")}
_STORE = {"store_id": an_id("The store.")}
_JOB = {"job_id": an_id("The delivery.")}
_STORE_EVENT = graphene.Enum(
    "StoreEvent",
    [(it, it) for it in ("activate", "pause", "resume", "archive")],
    description="What becomes of a store.",
)

DEEDS: Mapping[str, Deed] = {
    "save_store": Deed(
        "Enter a store as a draft (no `storeId`), or change one.",
        StorePayload,
        store_deeds.save_store,
        {"store_id": lambda: graphene.ID(description="Null: a new one."), "document": _document},
    ),
    "move_store": Deed(
        "Activate, pause, resume or archive a store.",
        StorePayload,
        store_deeds.move_store,
        {**_STORE, "event": lambda: graphene.Argument(graphene.NonNull(_STORE_EVENT))},
    ),
    "set_hours": Deed(
        "Set opening hours.", StorePayload, store_deeds.set_hours, {**_STORE, "document": _document}
    ),
    "set_slot_template": Deed(
        "Set what slots are made of.",
        StorePayload,
        store_deeds.set_slots,
        {**_STORE, "document": _document},
    ),
    "drop_slot_template": Deed(
        "Take a slot template away; slots that are taken stay taken.",
        StorePayload,
        store_deeds.drop_slots,
        {**_STORE, "id": an_id("The template.")},
    ),
    "block_slot": Deed(
        "Close one slot, or open it again.",
        StorePayload,
        store_deeds.block_slot,
        {
            **_STORE,
            "slot": an_id("The slot."),
            "blocked": lambda: graphene.Boolean(required=True, default_value=True),
        },
    ),
    "set_zone": Deed(
        "Set a delivery area.",
        StorePayload,
        store_deeds.set_zone,
        {**_STORE, "document": _document},
    ),
    "drop_zone": Deed(
        "Take a delivery area away.",
        StorePayload,
        store_deeds.drop_zone,
        {**_STORE, "id": an_id("The area.")},
    ),
    "set_fees": Deed(
        "Set what shoppers pay, or with `pay` what couriers get.",
        StorePayload,
        store_deeds.set_fees,
        {
            **_STORE,
            "document": _document,
            "pay": lambda: graphene.Boolean(required=True, default_value=False),
        },
    ),
    "take_hold": Deed(
        "Keep stock and a slot for a basket, for a quarter of an hour; the same cart replaces.",
        HoldPayload,
        hold_deeds.take_hold,
        {
            **_STORE,
            "cart": a_text("The checkout's own name of the basket."),
            "session": a_text("The checkout's own name of the shopper; only its hash is kept."),
            "lines": lambda: graphene.Argument(
                graphene.NonNull(graphene.List(graphene.NonNull(HeldPieces)))
            ),
            "slot": lambda: graphene.ID(description="Null: stock alone."),
            "address": lambda: graphene.String(
                description="The shopper's network address; only a keyed hash is kept. With it, "
                "nobody holds more than a small part of a slot."
            ),
        },
    ),
    "extend_hold": Deed(
        "Give a hold ten minutes more, once: for the way to the payment and back.",
        HoldPayload,
        hold_deeds.extend_hold,
        {"hold_id": an_id("The hold.")},
    ),
    "release_hold": Deed(
        "Give a hold back.", HoldPayload, hold_deeds.release_hold, {"hold_id": an_id("The hold.")}
    ),
    "accept_order": Deed("Take an order on.", OrderPayload, order_deeds.accept, _ORDER),
    "reject_order": Deed(
        "Say no to an order.", OrderPayload, order_deeds.reject, {**_ORDER, "reason": a_text(_WHY)}
    ),
    "start_picking": Deed("Begin to pick.", OrderPayload, order_deeds.start, _ORDER),
    "pick_line": Deed(
        "Put pieces into the bag; a negative number takes them out.",
        OrderPayload,
        order_deeds.pick,
        {**_LINE, "pieces": _pieces},
    ),
    "take_off_line": Deed(
        "Take off what is not there.",
        OrderPayload,
        order_deeds.take_off,
        {**_LINE, "pieces": _pieces},
    ),
    "substitute_line": Deed(
        "Give something else, or ask the customer first.",
        OrderPayload,
        order_deeds.exchange,
        {**_LINE, "variant_id": an_id("What instead."), "pieces": _pieces},
    ),
    "pack_order": Deed(
        "Close the bag; what is to be delivered is shown to couriers.",
        OrderPayload,
        order_deeds.pack,
        {
            **_ORDER,
            "bags": lambda: graphene.Int(required=True, default_value=1),
            "partial": lambda: graphene.Boolean(required=True, default_value=False),
        },
    ),
    "cancel_order": Deed(
        "Call an order off.", OrderPayload, order_deeds.cancel, {**_ORDER, "reason": a_text(_WHY)}
    ),
    "move_order": Deed(
        "Move an order to another slot.",
        OrderPayload,
        order_deeds.move,
        {**_ORDER, "slot": an_id("It.")},
    ),
    "prove_pin": Deed(
        "Compare the customer's PIN.",
        OrderPayload,
        order_deeds.prove,
        {**_ORDER, "pin": a_text("Six.")},
    ),
    "check_age": Deed(
        "Record the result of an age check.",
        OrderPayload,
        order_deeds.check_age,
        {**_ORDER, "passed": lambda: graphene.Boolean(required=True)},
    ),
    "hand_over": Deed("Give out what was proven.", OrderPayload, order_deeds.hand_over, _ORDER),
    "unassign_delivery": Deed(
        "Take a delivery from its courier before pick-up.",
        DeliveryPayload,
        delivery_deeds.unassign,
        _JOB,
    ),
    "transfer_delivery": Deed(
        "Give a delivery to another courier.",
        DeliveryPayload,
        delivery_deeds.transfer,
        {**_JOB, "courier_id": an_id("To whom.")},
    ),
    "cancel_delivery": Deed(
        "Call a delivery off; what is carried comes back.",
        DeliveryPayload,
        delivery_deeds.cancel_delivery,
        {**_JOB, "reason": a_text(_WHY)},
    ),
    **courier_table.DEEDS,
    "accept_return": Deed(
        "Take parcels back, by their codes.",
        DeliveryPayload,
        delivery_deeds.accept_return,
        {
            **_JOB,
            "restock": _codes("Back to the shelf."),
            "waste": _codes("Thrown away."),
            "lost": _codes("Not there."),
        },
    ),
}


def _field(name: str, deed: Deed) -> graphene.Field:
    def resolve(_root: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        return do(info.context.merchant, name, deed.act, given)

    arguments = {key: make() for key, make in deed.arguments.items()}
    key = graphene.ID(required=True, description="Fresh for every wish; the same repeats it.")
    return graphene.Field(
        graphene.NonNull(deed.payload),
        key=key,
        resolver=resolve,
        description=deed.description,
        **arguments,
    )


Mutation: Any = type(
    "Mutation",
    (graphene.ObjectType,),
    {
        "__doc__": "What a merchant does on his shop floor; each once per `key`.",
        **{name: _field(name, deed) for name, deed in DEEDS.items()},
    },
)
