"""What of an answer goes on record, and what of the record goes with the answer."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import structs

from connector.model.errors import InvalidInput
from gateway.desk.answer import Answer
from gateway.desk.limits import MOST
from storefront.disclosure.agent import Purpose
from storefront.disclosure.ledger.entry import NOT_MODIFIED, REFUSED, Entry, Note
from storefront.disclosure.ledger.receipt import HEADER, receipt_text
from storefront.disclosure.meter import Standing
from storefront.disclosure.reception import (
    Asker,
    Credentials,
    Sender,
    purpose_in,
    region_in,
)

SURFACE = "graphql"
UNREADABLE = "unknown"
"""Stands for a purpose that a request names and that we do not know."""
_T = TypeVar("_T")


def note_of(
    asker: Asker, answer: Answer, decision: str, operation: str | None, status: int
) -> Note:
    """Return what is put on record of a request."""
    caller = asker.caller
    return Note(
        merchant_id=asker.merchant_id,
        surface=SURFACE,
        agent=asker.name,
        tier=int(caller.tier),
        key_id=caller.key_id,
        purpose=caller.purpose.value,
        region=caller.region,
        operation=operation,
        decision=decision,
        code=answer.code,
        status=status,
        terms=asker.terms.version if asker.terms else None,
        size=0 if decision == NOT_MODIFIED else len(answer.body),
        detail=answer.detail,
    )


def note_of_turned_away(sender: Sender, shown: Credentials, answer: Answer) -> Note:
    """Return what is put on record of a request whose sender was not let in."""
    own = sender.agent.purpose if sender.agent else Purpose.SEARCH
    purpose = _readable(purpose_in, shown.purpose)
    meant = purpose or (own if shown.purpose is None else None)
    note = Note(
        merchant_id=sender.merchant_id,
        surface=SURFACE,
        agent=sender.name,
        tier=int(sender.tier),
        key_id=sender.key_id,
        purpose=meant.value if meant else UNREADABLE,
        region=_readable(region_in, shown.region),
        operation=None,
        decision=REFUSED,
        code=answer.code,
        status=answer.status,
        terms=sender.register.terms.version if sender.register.terms else None,
        size=len(answer.body),
        detail=None,
    )
    return note if shown.method != "HEAD" else unseen(note)


def unseen(note: Note) -> Note:
    """Return what is put on record of an answer to a HEAD: nothing of it was shown."""
    return structs.replace(note, size=0, detail=None)


def _readable(read: Callable[[str | None], _T | None], text: str | None) -> _T | None:
    try:
        return read(text)
    except InvalidInput:
        return None


def headers_of(
    asker: Asker, entry: Entry, answer: Answer, standing: Standing | None
) -> list[tuple[str, str]]:
    """Return the receipt, the cost, and what is left of the budget."""
    found = [(HEADER, receipt_text(entry, asker.terms))]
    if answer.weight:
        found.append(("Regie-Cost", f"cost={answer.weight.cost}, limit={MOST.cost}"))
    if standing:
        found += standing.headers()
    return found
