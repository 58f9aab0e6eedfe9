"""What a phone may send and no phone should: places beyond the earth, signs that are no text."""

import pytest

from tests.kit.courier.world import CLAIM, Phone, Yard

REFUSED = {"job_not_found", "nul_in_text"}


@pytest.mark.parametrize(("lat", "lng"), [(1e308, 4.9), (52.4, -1e308), (90.1, 4.9)])
def test_a_place_beyond_the_earth_is_none(yard: Yard, jan: Phone, lat: float, lng: float) -> None:
    job = yard.job()
    jan.claim(job)

    told = jan.do("arrive", job, "far", stage="PICKUP", near={"lat": lat, "lng": lng})

    assert [it["code"] for it in told["userErrors"]] == ["unknown_place"]


@pytest.mark.parametrize("named", [{"job": "job\0"}, {"key": "key\0"}])
def test_a_step_that_names_nul_is_no_fault_of_ours(
    yard: Yard, jan: Phone, named: dict[str, str]
) -> None:
    wish = {"job": yard.job(), "key": "one", **named}

    told = jan.data(CLAIM, wish)["claimJob"]

    assert told["userErrors"] == [] or told["userErrors"][0]["code"] in REFUSED
