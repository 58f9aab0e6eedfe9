"""How long what is kept, and what happens to it then: one table, for the nightly sweep."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


class What(Enum):
    """What is kept of people."""

    CONTACT = "CONTACT"
    ADDRESS = "ADDRESS"
    NOTES = "NOTES"
    CODE = "CODE"
    AGE_RESULT = "AGE_RESULT"
    PROOF = "PROOF"
    COURIER_TRACK = "COURIER_TRACK"
    COURIER_CHECK = "COURIER_CHECK"
    TRACKING_LINK = "TRACKING_LINK"
    AUDIT = "AUDIT"


class Action(Enum):
    """What happens to it; REDUCE keeps a sum, DIGEST keeps the links of a chain."""

    DELETE = "DELETE"
    PSEUDONYMISE = "PSEUDONYMISE"
    VOID = "VOID"
    REDUCE = "REDUCE"
    DIGEST = "DIGEST"


class Since(Enum):
    """From when the time counts: the order's end, the record's making, or its validity."""

    END = "END"
    MADE = "MADE"
    VALID_UNTIL = "VALID_UNTIL"


class Row(Struct, frozen=True, rename="camel"):
    """`after_ms` past `since`, `action`; `disputed_ms` instead where a dispute is open."""

    what: What
    since: Since
    after_ms: int
    action: Action
    disputed_ms: int | None = None


ROWS: Mapping[What, Row] = {
    row.what: row
    for row in (
        Row(What.CONTACT, Since.END, 90 * DAY_MS, Action.PSEUDONYMISE),
        Row(What.ADDRESS, Since.END, 90 * DAY_MS, Action.DELETE),
        Row(What.NOTES, Since.END, DAY_MS, Action.DELETE),
        Row(What.CODE, Since.END, 0, Action.VOID),
        Row(What.AGE_RESULT, Since.MADE, 30 * DAY_MS, Action.DELETE),
        Row(What.PROOF, Since.MADE, 30 * DAY_MS, Action.DELETE, 180 * DAY_MS),
        Row(What.COURIER_TRACK, Since.MADE, DAY_MS, Action.REDUCE),
        Row(What.COURIER_CHECK, Since.VALID_UNTIL, 30 * DAY_MS, Action.DELETE),
        Row(What.TRACKING_LINK, Since.END, DAY_MS, Action.VOID),
        Row(What.AUDIT, Since.MADE, 365 * DAY_MS, Action.DIGEST),
    )
}


def due_at(what: What, since: int, *, disputed: bool = False, lawful_ms: int | None = None) -> int:
    """Return when it is due; `lawful_ms` is a merchant's own term, such as that of tax law.

    A term of his own counts where it is longer, and only for CONTACT, ADDRESS and AGE_RESULT.
    """
    row = ROWS[what]
    after = row.disputed_ms if disputed and row.disputed_ms is not None else row.after_ms
    if what in {What.CONTACT, What.ADDRESS, What.AGE_RESULT}:
        after = max(after, lawful_ms or 0)
    return since + after


def due(
    what: What,
    since: int | None,
    now: int,
    *,
    disputed: bool = False,
    lawful_ms: int | None = None,
) -> Action | None:
    """Return what is to happen to it now, or None; `since` None has not begun to count."""
    if since is None or now < due_at(what, since, disputed=disputed, lawful_ms=lawful_ms):
        return None
    return ROWS[what].action
