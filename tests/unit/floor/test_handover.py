"""Handing over against a code: to the right one, and once."""

from typing import Any

import msgspec
import pytest
from msgspec import structs

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import (
    AgeCheckRequired,
    AlreadyCollected,
    CodeLocked,
    CodeWrong,
)
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order import handing
from storefront.fulfillment.order.event import Actor, Event, replay
from storefront.fulfillment.order.handing import Issue
from storefront.fulfillment.order.handover import AgeResult, Handover, HandoverKind, HandoverState
from tests.kit.floor.order_rules import KEY, MINUTE, NOON, SHOPPER, STAFF

PIN = "123456"
TOKEN = b"t" * 16


class Counter:
    """A hand-over at the counter, and what happened."""

    def __init__(self, age_min: int | None = None) -> None:
        wish = Issue(
            id="hov_1",
            merchant_id="mer_1",
            subject_id="ful_1",
            kind=HandoverKind.COUNTER,
            token=TOKEN,
            pin=PIN,
            age_min=age_min,
        )
        self.now = NOON
        self.held, events = handing.issue(wish, KEY, STAFF, NOON)
        self.events: list[Event] = list(events)

    def do(self, verb: Any, *given: Any, by: Actor = STAFF) -> "Counter":
        self.held, events = verb(self.held, *given, by, self.now)
        self.events.extend(events)
        return self

    def type_pin(self, pin: str, times: int = 1) -> "Counter":
        """Keep what a try left, then raise its refusal, as the counter does."""
        for _ in range(times):
            tried = handing.try_pin(self.held, KEY, pin, STAFF, self.now)
            self.held = tried.handover
            self.events.extend(tried.events)
        if tried.refusal is not None:
            raise tried.refusal
        return self

    def scan(self, token: bytes = TOKEN) -> "Counter":
        tried = handing.try_token(self.held, KEY, token, STAFF, self.now)
        self.held = tried.handover
        self.events.extend(tried.events)
        return self


def locked() -> Counter:
    counter = Counter()
    with pytest.raises(CodeLocked):
        counter.type_pin("000000", 5)
    return counter


def verified(age_min: int | None = None) -> Counter:
    return Counter(age_min).type_pin(PIN)


def done() -> Counter:
    return verified().do(handing.complete)


def test_neither_pin_nor_token_is_kept() -> None:
    stored = msgspec.json.encode(Counter().held)

    assert PIN.encode() not in stored
    assert TOKEN not in stored


def test_neither_pin_nor_token_is_told() -> None:
    told = msgspec.json.encode(done().events)

    assert PIN.encode() not in told


def test_the_right_pin_opens() -> None:
    assert verified().held.state is HandoverState.VERIFIED


def test_the_right_square_opens() -> None:
    assert Counter().scan().held.state is HandoverState.VERIFIED


def test_a_square_that_was_shown_opens() -> None:
    counter = Counter().do(handing.present)
    assert counter.held.state is HandoverState.PRESENTED

    assert counter.scan().held.verified_by == "stf_1"


def test_a_wrong_pin_tells_how_many_tries_are_left() -> None:
    with pytest.raises(CodeWrong) as error:
        Counter().type_pin("000000")

    assert error.value.facts["left"] == 4


@pytest.mark.parametrize("typed", ["", "12345", "abc", "1234567", "12345\u0666"])
def test_what_is_no_pin_is_refused_and_is_no_try(typed: str) -> None:
    counter = Counter()
    for _ in range(9):
        with pytest.raises(CodeWrong) as error:
            counter.type_pin(typed)
        assert error.value.facts["left"] == 5

    assert counter.type_pin(PIN).held.state is HandoverState.VERIFIED


def test_wrong_pin_five_times_locks_for_a_quarter_of_an_hour() -> None:
    counter = Counter()

    with pytest.raises(CodeLocked) as error:
        counter.type_pin("000000", 5)

    assert error.value.facts["until"] == NOON + 15 * MINUTE
    assert counter.held.state is HandoverState.LOCKED


def test_four_wrong_pins_and_a_right_one_open() -> None:
    counter = Counter()
    with pytest.raises(CodeWrong):
        counter.type_pin("000000", 4)

    assert counter.type_pin(PIN).held.state is HandoverState.VERIFIED


@pytest.mark.parametrize("use", ["pin", "square"])
def test_not_even_the_right_code_opens_what_is_locked(use: str) -> None:
    counter = locked()
    counter.now += 15 * MINUTE - 1

    with pytest.raises(CodeLocked):
        counter.type_pin(PIN) if use == "pin" else counter.scan()


def test_a_lock_ends_by_itself_and_five_tries_are_there_again() -> None:
    counter = locked()
    counter.now += 15 * MINUTE

    with pytest.raises(CodeWrong) as error:
        counter.type_pin("000000")

    assert error.value.facts["left"] == 4
    assert counter.type_pin(PIN).held.state is HandoverState.VERIFIED


def test_a_new_code_does_not_undo_a_lock() -> None:
    counter = locked().do(handing.rotate, b"n" * 16, "654321", KEY, by=SHOPPER)

    with pytest.raises(CodeLocked):
        counter.type_pin("654321")


def test_a_new_code_kills_the_former_one() -> None:
    counter = Counter().do(handing.rotate, b"n" * 16, "654321", KEY)

    with pytest.raises(CodeWrong):
        counter.scan(TOKEN)
    assert counter.scan(b"n" * 16).held.state is HandoverState.VERIFIED


def test_staff_goes_on_without_the_code_for_a_reason() -> None:
    counter = locked().do(handing.override, "knows the order by heart")

    assert counter.held.state is HandoverState.VERIFIED
    assert counter.held.override_reason == "knows the order by heart"


@pytest.mark.parametrize(("reason", "by"), [("  ", STAFF), ("yes", Actor("store"))])
def test_nobody_goes_on_without_reason_and_name(reason: str, by: Actor) -> None:
    with pytest.raises(RoleRequired):
        Counter().do(handing.override, reason, by=by)


def test_a_shopper_cannot_open_by_himself() -> None:
    with pytest.raises(RoleRequired):
        Counter().do(handing.override, "me", by=Actor("customer", "x"))


def test_second_scan_tells_when_it_was_collected() -> None:
    counter = done()
    counter.now += MINUTE

    with pytest.raises(AlreadyCollected) as error:
        counter.scan()

    assert error.value.facts["at"] == NOON


@pytest.mark.parametrize(
    "again",
    [
        lambda counter: counter.type_pin(PIN),
        lambda counter: counter.do(handing.present),
        lambda counter: counter.do(handing.override, "again"),
        lambda counter: counter.do(handing.complete),
        lambda counter: counter.do(handing.check_age, AgeResult.PASS),
        lambda counter: counter.do(handing.tick_alternate),
    ],
)
def test_nothing_is_collected_twice(again: Any) -> None:
    with pytest.raises(AlreadyCollected):
        again(done())


def test_what_is_taken_back_asks_for_code_and_document_again() -> None:
    counter = verified(18).do(handing.check_age, AgeResult.PASS).do(handing.complete)

    counter.do(handing.reopen)

    assert (counter.held.state, counter.held.age_result) == (HandoverState.ISSUED, None)
    with pytest.raises(IllegalTransition):
        counter.do(handing.complete)


def test_what_was_handed_over_is_not_killed_afterwards() -> None:
    counter = done()

    assert handing.void(counter.held, STAFF, NOON)[0].state is HandoverState.DONE


def test_a_proof_at_the_counter_holds_for_one_visit() -> None:
    shown = Counter().type_pin(PIN)

    assert handing.lapse(shown.held, shown.now + 15 * MINUTE - 1) == (shown.held, ())
    left, _ = handing.lapse(shown.held, shown.now + 15 * MINUTE)
    assert (left.state, left.verified_by) == (HandoverState.PRESENTED, None)


def test_a_proof_to_a_courier_does_not_lapse() -> None:
    held = structs.replace(Counter().type_pin(PIN).held, kind=HandoverKind.COURIER)

    assert handing.lapse(held, NOON + 60 * MINUTE) == (held, ())


def test_nothing_ends_that_was_not_opened() -> None:
    with pytest.raises(IllegalTransition):
        Counter().do(handing.complete)


def test_wine_is_not_handed_over_unlooked() -> None:
    with pytest.raises(AgeCheckRequired):
        verified(18).do(handing.complete)


@pytest.mark.parametrize("result", list(AgeResult))
def test_either_result_of_a_look_ends_it(result: AgeResult) -> None:
    counter = verified(18).do(handing.check_age, result).do(handing.complete)

    assert (counter.held.state, counter.held.age_result) == (HandoverState.DONE, result)


def test_somebody_with_a_name_looks() -> None:
    with pytest.raises(RoleRequired):
        verified(18).do(handing.check_age, AgeResult.PASS, by=Actor("store"))


def test_somebody_else_may_come() -> None:
    assert Counter().do(handing.tick_alternate).held.alternate


def test_a_dead_code_opens_nothing() -> None:
    counter = Counter().do(handing.void)

    with pytest.raises(IllegalTransition):
        counter.type_pin(PIN)


def test_what_is_over_stays_over() -> None:
    counter = done()

    assert counter.do(handing.void).held.state is HandoverState.DONE


def test_a_story_of_tries_told_again_is_the_same() -> None:
    counter = locked()
    counter.now += 15 * MINUTE
    counter.type_pin(PIN).do(handing.complete)
    told = msgspec.json.decode(msgspec.json.encode(counter.events), type=list[Event])

    assert replay(Handover, told) == counter.held
