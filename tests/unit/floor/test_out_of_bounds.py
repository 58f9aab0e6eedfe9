"""What is far beyond anything real is refused where it is typed, and not where it is read."""

import struct
import time
import zlib
from io import BytesIO

import pytest
from msgspec import structs
from PIL import Image

from connector.model.location import Address
from storefront.fulfillment.errors.job import BadProof
from storefront.fulfillment.errors.place import BadHours, BadStore
from storefront.fulfillment.errors.slot import BadSlotTemplate
from storefront.fulfillment.errors.zone import BadFeeRule, BadZone
from storefront.fulfillment.place.check import checked_store
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.osm import read_osm
from storefront.fulfillment.place.store import (
    Curbside,
    DeliveryTerms,
    PickupMode,
    PickupTerms,
    SafetyStock,
    Throughput,
)
from storefront.fulfillment.slot.template import Caps, Cutoff, checked_template
from storefront.fulfillment.work.pictures import harmless
from storefront.fulfillment.zone.charge import checked_fees
from storefront.fulfillment.zone.decide import checked_zone
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule, PerStep
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.floor.world import a_template, plain_store

HUGE = 2**63


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1 + 3 * min(width, 10))))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def with_exif(exif: bytes) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=b"Exif\0\0" + exif)
    return out.getvalue()


# Two entries: the first is not of the kind that it should be, the second the orientation.
HEAD, TURNED = b"MM\0*\0\0\0\x08\0\x02\x01", b"x\0\0\0\x01\x12\0\x03\0\0\0\x01\0\x06" + bytes(6)
ODD = {
    "a width in words": b"\x01\0\x02\0\0\0\x02",
    "words where a ratio is": b"?\0\x02\0\0\0\x02",
    "a description in fractions": b"\x0e\0\x0b\0\0\0\x01",
}


@pytest.mark.parametrize(
    "sent",
    [png(20_000, 20_000), png(60_000, 60_000), png(8000, 7000), png(2**31, 1), png(2, 2)[:40]],
    ids=["400 million pixels", "3.6 thousand million", "56 million", "one line", "cut off"],
)
def test_a_picture_that_would_fill_the_memory_or_is_broken_is_no_proof(sent: bytes) -> None:
    with pytest.raises(BadProof):
        harmless(sent)


@pytest.mark.parametrize("entry", ODD.values(), ids=list(ODD))
def test_whatever_a_decoder_raises_the_picture_is_refused_in_our_words(entry: bytes) -> None:
    with pytest.raises(BadProof):
        harmless(with_exif(HEAD + entry + TURNED))


def test_hours_of_a_thousand_pages_are_refused_before_they_are_read() -> None:
    began = time.perf_counter()

    for text in ('";' * 100_000, ";" * 400_000, "9" * 5000 + " Jan 1 off"):
        with pytest.raises(BadHours):
            read_osm(text, "sto_1", Service.STORE, (2026,))

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "changes",
    [
        {"lead_min": HUGE},
        {"cutoff": Cutoff(minutes_before=10**12)},
        {"price_delta": HUGE},
        {"price_delta": -HUGE},
        {"caps": Caps(orders=HUGE)},
        {"caps": Caps(prep_points=HUGE)},
        {"caps": Caps(volume_ml=HUGE)},
    ],
)
def test_a_slot_template_beyond_a_year_or_any_price_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadSlotTemplate):
        checked_template(structs.replace(a_template("sto_1", Service.PICKUP), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"auto_accept_min": -5},
        {"auto_accept_min": HUGE},
        {"delivery": DeliveryTerms(enabled=True, min_order=HUGE)},
        {"throughput": Throughput(HUGE)},
        {"safety_stock": SafetyStock(default=HUGE)},
        {"safety_stock": SafetyStock(by_sku={"a": HUGE})},
        {"pickup": PickupTerms(modes=(PickupMode.CURBSIDE,), curbside=Curbside(HUGE))},
        {"pickup": PickupTerms(instructions={"en": "x" * 2001})},
        {"name": {"en": "x" * 201}},
        {"address": Address("x" * 201, None, None, None, None, "NL")},
    ],
)
def test_a_store_whose_terms_no_order_could_meet_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadStore):
        checked_store(structs.replace(plain_store(), **changes))


@pytest.mark.parametrize(
    "rule",
    [
        FeeRule("r", Component.BASE, amount=HUGE),
        FeeRule("r", Component.DISTANCE, per_step=PerStep(1, HUGE)),
    ],
)
def test_a_fee_that_no_reader_could_take_is_refused(rule: FeeRule) -> None:
    with pytest.raises(BadFeeRule):
        checked_fees(FeeList("sto_1", "EUR", (rule,)))


def test_a_fee_in_no_currency_is_refused() -> None:
    with pytest.raises(BadFeeRule, match="currency"):
        checked_fees(FeeList("sto_1", "lol", ()))


def test_a_zone_that_asks_for_ages_of_lead_is_refused() -> None:
    with pytest.raises(BadZone):
        checked_zone(Zone("zon_1", "sto_1", {}, ZoneKind.RADIUS, radius_m=10, lead_min=HUGE))
