"""A quote holds for a quarter of an hour and becomes one job."""

import msgspec
import pytest

from storefront.fulfillment.errors.zone import QuoteExpired, QuoteUsed
from storefront.fulfillment.zone.fee import Applied, Component, Fee
from storefront.fulfillment.zone.quote import LIFE, Quote, QuoteState, expiry, input_hash, use

MADE = 1_780_000_000_000
QUARTER = 900_000


def _quote() -> Quote:
    return Quote(
        id="quo_1",
        store_id="sto_1",
        input_hash=input_hash({"zone": "zon_1"}),
        fee=Fee("EUR", 395, (Applied(Component.BASE, 395, "base"),)),
        pay=Fee("EUR", 300),
        eta_p50=900,
        eta_p90=1350,
        eta_source="haversine",
        zone_id="zon_1",
        slot_key=None,
        distance_m=2400,
        created_at=MADE,
        expires_at=expiry(MADE),
    )


def test_a_quote_is_used_once() -> None:
    used = use(_quote(), "job_1", MADE + QUARTER - 1)

    assert (used.state, used.job_id) == (QuoteState.USED, "job_1")
    with pytest.raises(QuoteUsed) as again:
        use(used, "job_2", MADE)
    assert again.value.facts["job"] == "job_1"


def test_a_quote_ends_after_a_quarter_of_an_hour_by_itself() -> None:
    assert _quote().state_at(MADE + QUARTER - 1) is QuoteState.OPEN
    assert _quote().state_at(MADE + QUARTER) is QuoteState.EXPIRED

    with pytest.raises(QuoteExpired):
        use(_quote(), "job_1", MADE + QUARTER)


def test_a_used_quote_stays_used_when_its_time_is_over() -> None:
    used = use(_quote(), "job_1", MADE)

    assert used.state_at(MADE + 2 * QUARTER) is QuoteState.USED
    with pytest.raises(QuoteUsed):
        use(used, "job_2", MADE + 2 * QUARTER)


def test_nothing_follows_used_or_expired() -> None:
    assert LIFE.ends() == {QuoteState.USED, QuoteState.EXPIRED}


def test_the_margin_is_what_the_fee_leaves_after_the_pay() -> None:
    assert _quote().margin == 95


def test_the_same_input_has_the_same_name_in_any_order() -> None:
    one = input_hash({"a": 1, "b": {"x": [1, 2], "y": None}})

    assert one == input_hash({"b": {"y": None, "x": [1, 2]}, "a": 1})
    assert one != input_hash({"a": 1, "b": {"x": [2, 1], "y": None}})
    assert len(one) == 32


def test_a_quote_survives_being_stored() -> None:
    quote = use(_quote(), "job_1", MADE)

    assert msgspec.json.decode(msgspec.json.encode(quote), type=Quote) == quote
