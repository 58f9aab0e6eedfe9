"""What of an answer goes on record, and what of the record goes with the answer."""

from gateway.desk.answer import Answer
from gateway.desk.limits import MOST
from storefront.disclosure.ledger.entry import NOT_MODIFIED, Entry, Note
from storefront.disclosure.ledger.receipt import HEADER, receipt_text
from storefront.disclosure.meter import Standing
from storefront.disclosure.reception import Asker

SURFACE = "graphql"


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
