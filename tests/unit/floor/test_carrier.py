"""What every other firm that delivers has in common: news, times and amounts."""

import pytest

from connector.model.errors import PlatformMalformed
from connector.model.money import Money
from storefront.fulfillment.carrier.carrier import is_news
from storefront.fulfillment.carrier.instant import epoch_ms, iso, major, minor
from storefront.fulfillment.job.job import JobState
from tests.kit.floor.order_rules import NOON


@pytest.mark.parametrize(
    ("known", "told", "news"),
    [
        (JobState.CLAIMED, JobState.PICKED_UP, True),
        (JobState.PICKED_UP, JobState.CLAIMED, False),
        (JobState.DELIVERED, JobState.AT_DROPOFF, False),
        (JobState.DELIVERED, JobState.CANCELLED, False),
        (JobState.DELIVERED, JobState.RETURNED, True),
        (JobState.CANCELLED, JobState.DELIVERED, False),
        (JobState.CLAIMED, None, False),
        (JobState.CLAIMED, JobState.CLAIMED, False),
    ],
)
def test_late_messages_never_lead_back(
    known: JobState,
    told: JobState | None,
    news: bool,  # noqa: FBT001 - a case of a table
) -> None:
    assert is_news(known, told) is news


def test_times_are_written_and_read_in_utc() -> None:
    assert iso(NOON) == "2027-01-15T08:00:00.000Z"
    assert epoch_ms("2027-01-15T09:00:00+01:00") == NOON
    assert (epoch_ms("2027-01-15T08:00:00"), epoch_ms(""), epoch_ms(None)) == (NOON, None, None)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(PlatformMalformed):
        epoch_ms("yesterday")


@pytest.mark.parametrize(
    ("value", "currency", "amount"), [(12.5, "EUR", 1250), (1200, "JPY", 1200), (0.125, "KWD", 125)]
)
def test_amounts_are_read_and_written_in_their_currency(
    value: float, currency: str, amount: int
) -> None:
    assert minor(value, currency) == Money(amount, currency)
    assert major(Money(amount, currency)) == value
