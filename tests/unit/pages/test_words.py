"""Times of day read the same in every language: 24 hours, also in English."""

import pytest

from storefront.pages import words
from storefront.pages.language import LANGUAGES

HOUR_MS = 3_600_000
ZONE = "Europe/Amsterdam"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_has_twenty_four_hours(language: str) -> None:
    assert words.clock(14 * HOUR_MS, "UTC", language) == "14:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_midnight_is_the_hour_nought(language: str) -> None:
    assert words.clock(0, "UTC", language) in {"00:00", "0:00"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_window_has_two_such_times(language: str) -> None:
    found = words.span(13 * HOUR_MS, 15 * HOUR_MS, ZONE, language)

    assert found == "14:00\N{EN DASH}16:00"
