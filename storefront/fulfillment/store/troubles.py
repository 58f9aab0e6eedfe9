"""What does not go on by itself: it is tried ever more rarely, and people see that it waits."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, case, exists, or_, select, update

from connector.model.errors import NotFound
from connector.store.database.upsert import insert_missing
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import trouble

_trouble = trouble.trouble
ORDER, JOB, HOLD, INTAKE, PAYBACK = "order", "job", "hold", "intake", "payback"
SHOWN_AFTER = 3
_FIRST_MS, _LONGEST_MS, _MONTH_MS = 5_000, 3_600_000, 30 * 86_400_000


class TroubleNotFound(NotFound):
    """Nothing that does not go on has that id."""

    code = "trouble_not_found"
    remedy = "See the list in the console; it may have gone on since."


class Trouble(Struct, frozen=True):
    """One thing that does not go on; `reason` is the code of the error, `until` the next try.

    `number` is what people call an order of a shop that could not be taken in, where it is known.
    """

    kind: str
    subject_id: str
    reason: str
    failures: int
    until: int
    began_at: int
    number: str | None = None


def note(here: Floor, kind: str, subject_id: str, reason: str, number: str | None = None) -> None:
    """Count one more failure; the next try comes twice as late as the last, within the hour."""
    key = {"merchant_id": here.merchant_id, "kind": kind, "subject_id": subject_id}
    fresh = {"reason": reason, "failures": 0, "until": 0, "began_at": here.now}
    insert_missing(here.connection, _trouble, {**key, **fresh})
    mine = [_trouble.c[name] == value for name, value in key.items()]
    failures = here.connection.execute(select(_trouble.c.failures).where(*mine)).scalar_one() + 1
    pause = min(_FIRST_MS * 2 ** min(failures - 1, 20), _LONGEST_MS)
    here.connection.execute(
        update(_trouble)
        .where(*mine)
        .values(reason=reason, number=number, failures=failures, until=here.now + pause)
    )


def clear(here: Floor, kind: str, subject_id: str) -> None:
    """Forget the failures of what went well."""
    here.connection.execute(_trouble.delete().where(*_mine(here, kind, subject_id)))


def resting(
    kind: str, merchant_id: ColumnElement[str], subject_id: ColumnElement[str], now: int
) -> ColumnElement[bool]:
    """Return the condition that something failed and is not to be tried yet.

    Nothing rests for longer than the longest pause: then a clock had gone wrong.
    """
    return exists().where(
        _trouble.c.merchant_id == merchant_id,
        _trouble.c.kind == kind,
        _trouble.c.subject_id == subject_id,
        _trouble.c.until > now,
        _trouble.c.until <= now + _LONGEST_MS,
    )


def shown(
    connection: Connection, merchant_id: str, now: int, limit: int = 100
) -> Sequence[Trouble]:
    """Return what a person should look at, the oldest first.

    A fault of the clock's work may pass, so it is shown after some; what is tried no more because
    the subject went on by other ways is not shown. Orders that cannot be taken in always are.
    """
    columns = [_trouble.c[name] for name in Trouble.__struct_fields__]
    tried = _trouble.c.until > now - _LONGEST_MS
    lasting = or_(_trouble.c.kind == INTAKE, tried & (_trouble.c.failures >= SHOWN_AFTER))
    query = (
        select(*columns)
        .where(_trouble.c.merchant_id == merchant_id, lasting)
        .order_by(_trouble.c.began_at, _trouble.c.kind, _trouble.c.subject_id)
        .limit(limit)
    )
    return [Trouble(*row) for row in connection.execute(query)]


def again(here: Floor, kind: str, subject_id: str) -> None:
    """Let something be tried at once; raises TroubleNotFound."""
    done = here.connection.execute(
        update(_trouble).where(*_mine(here, kind, subject_id)).values(until=here.now)
    )
    if done.rowcount != 1:
        raise TroubleNotFound("Nothing of that id waits.", subject=subject_id)


def forget(here: Floor, before: int) -> int:
    """Drop what was to be tried before a moment and was not: it went on by other ways.

    Orders that cannot be taken in stay for a month: nobody else remembers them here. Money that is
    owed stays until somebody gave it back.
    """
    term = case((_trouble.c.kind == INTAKE, before - _MONTH_MS), else_=before)
    old = (
        _trouble.c.merchant_id == here.merchant_id,
        _trouble.c.until < term,
        _trouble.c.kind != PAYBACK,
    )
    return here.connection.execute(_trouble.delete().where(*old)).rowcount


def _mine(here: Floor, kind: str, subject_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _trouble.c.merchant_id == here.merchant_id,
        _trouble.c.kind == kind,
        _trouble.c.subject_id == subject_id,
    )
