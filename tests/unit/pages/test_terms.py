"""No page shows a code: what the floor calls by a word of its own has words for people."""

from collections.abc import Iterable

import pytest

from storefront.fulfillment.courier.courier import CheckKind, VehicleType
from storefront.fulfillment.courier.standing import Standing
from storefront.fulfillment.errors.hold import HoldExpired, OutOfStock
from storefront.fulfillment.errors.slot import SlotBlocked, SlotCutOff, SlotFull, SlotNotFound
from storefront.fulfillment.job.job import FailureCode, JobState, StockDecision
from storefront.fulfillment.order.order import Method, OrderState, Payment, Temp
from storefront.fulfillment.order.why import WORDS
from storefront.pages.texts import TERMS

LATE = (HoldExpired, OutOfStock, SlotBlocked, SlotCutOff, SlotFull, SlotNotFound)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("reason", sorted(WORDS)),
        ("attention", [error.code for error in LATE]),
        ("order", [it.value for it in OrderState]),
        ("job", [it.value for it in JobState]),
        ("failure", [it.value for it in FailureCode]),
        ("payment", [it.value for it in Payment]),
        ("method", [it.value for it in Method]),
        ("temp", [it.value for it in Temp]),
        ("stock", [it.value for it in StockDecision]),
        ("vehicle", [it.value for it in VehicleType]),
        ("document", [it.value for it in CheckKind]),
        ("standing", [it.value for it in Standing]),
    ],
)
def test_every_code_has_words(kind: str, codes: Iterable[str]) -> None:
    assert [code for code in codes if f"{kind}.{code}" not in TERMS] == []
