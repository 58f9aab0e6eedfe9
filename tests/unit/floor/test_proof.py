"""What proves a delivery."""

from typing import Any

import pytest

from connector.model.money import Money
from storefront.fulfillment.errors.job import ProofMissing
from storefront.fulfillment.errors.order import AgeCheckRequired
from storefront.fulfillment.job import proof as proving
from storefront.fulfillment.job.job import ProofKind, ProofPlan
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.order.handover import AgeResult
from tests.kit.floor.job_rules import CASH, NO_PROOF, WINE_PARCEL, claimed, pin, proof

PLAN = ProofPlan(dropoff=(ProofKind.PIN, ProofKind.PHOTO))


def lacks(proofs: list[Any], cash: Money | None = None, **fields: Any) -> list[str]:
    job = claimed(**fields).job
    with pytest.raises(ProofMissing) as error:
        proving.require(job, Stage.DROPOFF, [make(job) for make in proofs], cash)
    missing: list[str] = error.value.facts["missing"]
    return missing


def test_every_missing_proof_is_named() -> None:
    assert lacks([], proof=PLAN) == ["PIN", "PHOTO"]


def test_what_is_there_is_not_missing() -> None:
    assert lacks([lambda job: pin(job)[0]], proof=PLAN) == ["PHOTO"]


def test_a_photo_needs_its_picture() -> None:
    assert lacks([lambda job: proof(job, ProofKind.PHOTO)], proof=PLAN) == ["PIN", "PHOTO"]


def test_a_photo_with_its_picture_counts() -> None:
    given = [lambda job: proof(job, ProofKind.PHOTO, blob_sha256="ab" * 32)]

    assert lacks(given, proof=PLAN) == ["PIN"]


def test_a_pin_that_was_not_verified_proves_nothing() -> None:
    assert lacks([lambda job: proof(job, ProofKind.PIN, passed=False)]) == ["PIN"]


@pytest.mark.parametrize("fields", [{"fence": 9}, {"stage": Stage.PICKUP}, {"stage": Stage.RETURN}])
def test_a_proof_counts_for_its_claim_and_stage_only(fields: dict[str, Any]) -> None:
    assert lacks([lambda job: proof(job, ProofKind.PIN, **fields)]) == ["PIN"]


def test_nothing_is_missing_where_nothing_is_needed() -> None:
    job = claimed(proof=ProofPlan(dropoff=(ProofKind.NONE,))).job

    assert proving.missing(job, Stage.DROPOFF, []) == ()


@pytest.mark.parametrize("cash", [None, Money(2550, "USD")])
def test_cash_on_delivery_is_named_in_its_currency(cash: Money | None) -> None:
    assert lacks([lambda job: pin(job)[0]], cash, cod=CASH) == ["COD"]


def test_wine_needs_a_look_at_a_document_first() -> None:
    job = claimed(WINE_PARCEL).job

    with pytest.raises(AgeCheckRequired) as error:
        proving.require(job, Stage.DROPOFF, [])

    assert (error.value.facts["age"], error.value.facts["result"]) == (18, None)


def test_age_refused_at_the_door_is_no_delivery() -> None:
    job = claimed(WINE_PARCEL, proof=NO_PROOF).job
    refused = proof(job, ProofKind.AGE, passed=False)

    with pytest.raises(AgeCheckRequired) as error:
        proving.require(job, Stage.DROPOFF, [refused])

    assert error.value.facts["result"] == "REFUSED"


def test_once_refused_is_refused() -> None:
    job = claimed(WINE_PARCEL).job
    looked = [proof(job, ProofKind.AGE, passed=passed) for passed in (False, True)]

    assert proving.age_result(job, looked) is AgeResult.REFUSED


def test_a_passed_look_and_the_pin_deliver_wine() -> None:
    job = claimed(WINE_PARCEL).job

    proving.require(job, Stage.DROPOFF, [*pin(job), proof(job, ProofKind.AGE)])

    assert proving.age_result(job, [proof(job, ProofKind.AGE)]) is AgeResult.PASS
