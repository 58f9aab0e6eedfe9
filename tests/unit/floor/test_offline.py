"""What a courier did without a network."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import structs

from connector.model.errors import BadSignature
from storefront.fulfillment.errors.job import StaleFence
from storefront.fulfillment.job import claiming, offline, steps
from storefront.fulfillment.job.job import JobState
from storefront.fulfillment.job.offline import DeviceKey, Flag, KeyKind, Operation, Taken
from storefront.fulfillment.job.steps import Holder
from tests.kit.floor.job_rules import carried, pin, rider
from tests.kit.floor.order_rules import HOUR, MINUTE, NOON, STAFF

EDWARDS = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
CURVE = generate_private_key(SECP256R1())
KEYS = {
    "phone": DeviceKey(
        KeyKind.ED25519, EDWARDS.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), "cou_1"
    ),
    "watch": DeviceKey(
        KeyKind.P256,
        CURVE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "cou_1",
    ),
}


def operation(seq: int = 1, device: str = "phone", **fields: Any) -> Operation:
    given: dict[str, Any] = {
        "op_id": f"op_{seq}",
        "job_id": "job_1",
        "fence": 1,
        "op": "deliver",
        "captured_at": NOON,
        **fields,
    }
    plain = Operation(device_id=device, seq=seq, **given)
    return structs.replace(plain, signature=sign(plain))


def sign(plain: Operation) -> bytes:
    text = offline.canonical(plain)
    if plain.device_id != "watch":
        return EDWARDS.sign(text)
    r, s = decode_dss_signature(CURVE.sign(text, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def take(*operations: Operation, seen: tuple[str, ...] = (), now: int = NOON) -> tuple[Taken, ...]:
    return offline.take(operations, KEYS, seen, {"job_1": NOON - HOUR}, now)


def test_what_is_signed_is_plain_and_sorted() -> None:
    plain = operation(body={"b": [1, "é"], "a": None})

    assert offline.canonical(plain) == (
        b'{"body":{"a":null,"b":[1,"\xc3\xa9"]},"capturedAt":1800000000000,"deviceId":"phone",'
        b'"fence":1,"jobId":"job_1","op":"deliver","opId":"op_1","seq":1}'
    )


@pytest.mark.parametrize("device", ["phone", "watch"])
def test_a_signed_step_is_taken(device: str) -> None:
    (found,) = take(operation(device=device))

    assert (found.refusal, found.courier_id, found.at) == (None, "cou_1", NOON)


@pytest.mark.parametrize("device", ["phone", "watch"])
@pytest.mark.parametrize(
    "forged",
    [
        {"fence": 2},
        {"captured_at": NOON - 1},
        {"job_id": "job_2"},
        {"body": {"cash": 0}},
        {"signature": b""},
        {"signature": b"\0" * 64},
        {"device_id": "stolen"},
    ],
)
def test_a_changed_step_is_refused(device: str, forged: dict[str, Any]) -> None:
    (found,) = take(structs.replace(operation(device=device), **forged))

    assert isinstance(found.refusal, BadSignature)


@pytest.mark.parametrize("fields", [{"op": "claim"}, {"op": "release"}, {"job_id": "job_9"}])
def test_what_others_race_for_is_not_done_offline(fields: dict[str, Any]) -> None:
    (found,) = take(operation(**fields))

    assert isinstance(found.refusal, offline.BadOperation)


def test_steps_are_taken_in_the_order_in_which_they_were_done() -> None:
    found = take(operation(3), operation(1), operation(2))

    assert [each.operation.seq for each in found] == [1, 2, 3]


def test_a_step_that_was_answered_before_is_a_duplicate() -> None:
    assert [each.duplicate for each in take(operation(1), operation(2), seen=("op_1",))] == [
        True,
        False,
    ]


def test_a_step_that_comes_twice_at_once_is_done_once() -> None:
    assert [each.duplicate for each in take(operation(1), operation(1))] == [False, True]


def test_a_forged_copy_does_not_hide_the_true_step() -> None:
    forged = structs.replace(operation(1), signature=b"\0" * 64)

    found = take(forged, operation(1))

    assert [(each.duplicate, each.refusal is None) for each in found] == [
        (False, False),
        (False, True),
    ]


def test_a_device_offline_two_hours_is_late_and_no_more() -> None:
    (found,) = take(operation(), now=NOON + 2 * HOUR)

    assert (found.at, found.flags, found.skew_ms) == (NOON, (Flag.LATE,), 0)


@pytest.mark.parametrize(
    ("captured", "at", "flags"),
    [
        (NOON + 2 * MINUTE, NOON + 2 * MINUTE, ()),
        (NOON + 2 * MINUTE + 1, NOON + 2 * MINUTE, (Flag.CLOCK_SKEW,)),
        (NOON + 9 * HOUR, NOON + 2 * MINUTE, (Flag.CLOCK_SKEW,)),
        (NOON - HOUR, NOON - HOUR, (Flag.LATE,)),
        (NOON - HOUR - 1, NOON - HOUR, (Flag.LATE, Flag.CLOCK_SKEW)),
        (0, NOON - HOUR, (Flag.LATE, Flag.CLOCK_SKEW)),
        (NOON - 2 * MINUTE, NOON - 2 * MINUTE, ()),
    ],
)
def test_clock_skew_is_corrected_and_told(captured: int, at: int, flags: tuple[Flag, ...]) -> None:
    (found,) = take(operation(captured_at=captured))

    assert (found.at, found.flags, found.skew_ms) == (at, flags, at - captured)


def test_a_delivery_made_offline_counts_while_nobody_else_has_the_job() -> None:
    trip = carried().later(2 * HOUR).do(claiming.time_passes)
    (found,) = offline.take(
        [operation(job_id=trip.job.id, captured_at=NOON + HOUR)],
        KEYS,
        (),
        {trip.job.id: NOON},
        trip.now,
    )

    trip.now = found.at
    trip.do(
        steps.deliver, Holder(found.courier_id or "", found.operation.fence), pin(trip.job), None
    )

    assert (trip.job.state, trip.job.delivered_at) == (JobState.DELIVERED, NOON + HOUR)


def test_a_delivery_made_offline_does_not_count_once_the_store_gave_it_to_another() -> None:
    trip = carried().later(HOUR).do(claiming.transfer, rider("cou_2").id, STAFF)

    with pytest.raises(StaleFence):
        trip.do(steps.deliver, Holder("cou_1", 1), pin(trip.job), None)
