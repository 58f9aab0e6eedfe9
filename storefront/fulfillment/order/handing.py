"""Handing something over against a code: who may have it, and that nobody gets it twice."""

from typing import Any

from msgspec import Struct, structs

from connector.model.errors import RegieError
from storefront.fulfillment.errors.order import (
    AgeCheckRequired,
    AlreadyCollected,
    CodeLocked,
    CodeWrong,
)
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order import code
from storefront.fulfillment.order.event import TIMER, Actor, Event, begin, record
from storefront.fulfillment.order.handover import LIFE, AgeResult, Handover, HandoverKind
from storefront.fulfillment.order.handover import HandoverState as H

TRIES = 5
LOCK_MS = 15 * 60_000
VISIT_MS = 15 * 60_000
"""So long somebody who was proven at the counter is taken for the one who stands there."""
Told = tuple[Handover, tuple[Event, ...]]


class Tried(Struct, frozen=True):
    """What a try left behind: keep it first, then raise `refusal` if there is one."""

    handover: Handover
    events: tuple[Event, ...]
    refusal: RegieError | None = None


class Issue(Struct, frozen=True, kw_only=True):
    """What a new hand-over is made of; `token` is 16 random bytes, `pin` six random digits."""

    id: str
    merchant_id: str
    subject_id: str
    kind: HandoverKind
    token: bytes
    pin: str
    age_min: int | None = None


def issue(wish: Issue, key: bytes, actor: Actor, now: int) -> Told:
    """Return a fresh right; `key` is the server's own, of 32 bytes."""
    fresh = Handover(
        id=wish.id,
        merchant_id=wish.merchant_id,
        subject_id=wish.subject_id,
        kind=wish.kind,
        token_hash=code.token_hash(key, wish.id, wish.token),
        pin_hash=code.pin_hash(key, wish.id, wish.pin),
        age_min=wish.age_min,
    )
    told, event = begin(fresh, "handover.issued", now, actor)
    return told, (event,)


def rotate(held: Handover, token: bytes, pin: str, key: bytes, actor: Actor, now: int) -> Told:
    """Put a new code in place of the former one, as when it is sent again."""
    after = structs.replace(
        held,
        state=_step(held, "rotate", actor),
        token_hash=code.token_hash(key, held.id, token),
        pin_hash=code.pin_hash(key, held.id, pin),
    )
    return _told(held, after, "handover.rotated", now, actor)


def present(held: Handover, actor: Actor, now: int) -> Told:
    """Note that the code was shown; raise AlreadyCollected where it was used before."""
    _require_unused(held)
    after = structs.replace(held, state=_step(held, "present", actor))
    return _told(held, after, "handover.presented", now, actor)


def try_pin(held: Handover, key: bytes, pin: str, actor: Actor, now: int) -> Tried:
    """Compare a PIN; five wrong ones lock it for 15 minutes.

    Raise AlreadyCollected, CodeLocked (`until`), IllegalTransition, or CodeWrong for what is not
    six digits, where no try counts: nobody guesses by an empty field.
    """
    fresh, events = _unlocked(held, now)
    after = structs.replace(fresh, state=_step(fresh, "verify", actor), verified_by=actor.id)
    typed = code.pin_of(pin)
    if typed is None:
        raise CodeWrong("A PIN has six digits.", left=TRIES - fresh.attempts)
    if not code.same(held.pin_hash, code.pin_hash(key, held.id, typed)):
        return _wrong(fresh, events, actor, now)
    told, event = record(fresh, after, "handover.verified", now, actor, by="PIN")
    return Tried(told, (*events, event))


def try_token(held: Handover, key: bytes, token: bytes, actor: Actor, now: int) -> Tried:
    """Compare the secret of a square; it is too long to be guessed, so wrong ones do not count.

    Raise AlreadyCollected, CodeLocked, CodeWrong or IllegalTransition.
    """
    fresh, events = _unlocked(held, now)
    after = structs.replace(fresh, state=_step(fresh, "verify", actor), verified_by=actor.id)
    if not code.same(held.token_hash, code.token_hash(key, held.id, token)):
        raise CodeWrong("This is not the present code of the order.", left=TRIES - fresh.attempts)
    told, event = record(fresh, after, "handover.verified", now, actor, by="QR")
    return Tried(told, (*events, event))


def override(held: Handover, reason: str, actor: Actor, now: int) -> Told:
    """Let staff go on without the code; `reason` and who did it are kept."""
    _require_unused(held)
    if not reason.strip() or actor.id is None:
        raise RoleRequired("A hand-over without its code needs a reason and a name.")
    state = _step(held, "override", actor)
    after = structs.replace(held, state=state, override_reason=reason, verified_by=actor.id)
    return _told(held, after, "handover.overridden", now, actor, reason=reason)


def lapse(held: Handover, now: int) -> Told:
    """Ask for code and document anew at the counter, once the visit of who was proven is over."""
    over = now >= held.updated_at + VISIT_MS
    if held.kind is not HandoverKind.COUNTER or held.state is not H.VERIFIED or not over:
        return held, ()
    bare = _forgotten(held)
    after = structs.replace(bare, state=_step(held, "lapse", TIMER))
    return _told(held, after, "handover.lapsed", now, TIMER)


def unchecked(held: Handover, age: int | None) -> bool:
    """Whether somebody must still look at a document: a look for a lower age does not do."""
    passed = held.age_result is AgeResult.PASS
    return age is not None and not (passed and (held.age_min or 0) >= age)


def ask_age(held: Handover, age: int | None, actor: Actor, now: int) -> Told:
    """Ask for the age of what lies ready now, which need not be what was ordered first."""
    _require_unused(held)
    fresh = structs.replace(held, age_result=None, age_checked_by=None)
    after = structs.replace(fresh if unchecked(held, age) else held, age_min=age)
    return (held, ()) if after == held else _told(held, after, "handover.ageAsked", now, actor)


def check_age(held: Handover, result: AgeResult, actor: Actor, now: int) -> Told:
    """Keep the result and who looked, and nothing of the document."""
    _require_unused(held)
    if actor.id is None:
        raise RoleRequired("Somebody with a name looks at a document.")
    after = structs.replace(held, age_result=result, age_checked_by=actor.id)
    return _told(held, after, "handover.ageChecked", now, actor, result=result.value)


def tick_alternate(held: Handover, actor: Actor, now: int) -> Told:
    """Note that somebody else came, and that the name is the one that was given."""
    _require_unused(held)
    after = structs.replace(held, alternate=True)
    return _told(held, after, "handover.alternateMatched", now, actor)


def complete(held: Handover, actor: Actor, now: int) -> Told:
    """End it: whatever comes later is AlreadyCollected; an age check must be recorded before."""
    _require_unused(held)
    state = _step(held, "complete", actor)
    if held.age_min is not None and held.age_result is None:
        raise AgeCheckRequired("Nobody looked at a document yet.", age=held.age_min)
    after = structs.replace(held, state=state, done_at=now)
    return _told(held, after, "handover.done", now, actor)


def reopen(held: Handover, actor: Actor, now: int) -> Told:
    """Take back what was noted too soon: code and document are asked for anew."""
    after = structs.replace(
        _forgotten(held), state=_step(held, "reopen", actor), attempts=0, done_at=None
    )
    return _told(held, after, "handover.reopened", now, actor)


def _forgotten(held: Handover) -> Handover:
    """Return it without what was found out about who came."""
    return structs.replace(
        held,
        age_result=None,
        age_checked_by=None,
        alternate=False,
        override_reason=None,
        verified_by=None,
    )


def void(held: Handover, actor: Actor, now: int) -> Told:
    """Kill the code, because its order or job ended; one that is over stays as it is."""
    if held.state in LIFE.ends() | {H.DONE}:
        return held, ()
    after = structs.replace(held, state=_step(held, "void", actor))
    return _told(held, after, "handover.void", now, actor)


def _step(held: Handover, event: str, actor: Actor) -> H:
    state = LIFE.next(held.state, event)
    if event not in LIFE.events(held.state, actor.role):
        raise RoleRequired(f"{event} is not for {actor.role}.", role=actor.role)
    return state


def _told(held: Handover, after: Handover, kind: str, now: int, actor: Actor, **data: Any) -> Told:
    told, event = record(held, after, kind, now, actor, **data)
    return told, (event,)


def _require_unused(held: Handover) -> None:
    if held.state is H.DONE:
        raise AlreadyCollected("It was handed over before.", at=held.done_at)


def _unlocked(held: Handover, now: int) -> Told:
    """Return it ready for a try: a lock that is over falls away."""
    _require_unused(held)
    if held.state is not H.LOCKED:
        return held, ()
    if now < (held.locked_until or 0):
        raise CodeLocked("Too many wrong codes.", until=held.locked_until)
    state = _step(held, "unlock", TIMER)
    after = structs.replace(held, state=state, attempts=0, locked_until=None)
    return _told(held, after, "handover.unlocked", now, TIMER)


def _wrong(held: Handover, events: tuple[Event, ...], actor: Actor, now: int) -> Tried:
    tried = structs.replace(held, attempts=held.attempts + 1)
    if tried.attempts < TRIES:
        told, event = record(held, tried, "handover.wrongCode", now, actor)
        left = TRIES - tried.attempts
        return Tried(told, (*events, event), CodeWrong("The PIN is another one.", left=left))
    until = now + LOCK_MS
    after = structs.replace(tried, state=_step(held, "lock", TIMER), locked_until=until)
    told, event = record(held, after, "handover.locked", now, actor, until=until)
    return Tried(told, (*events, event), CodeLocked("Too many wrong codes.", until=until))
