"""What an asker takes home: where his answer stands in the ledger, and under which terms."""

import re

from msgspec import Struct

from connector.model.errors import InvalidInput
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.term import Terms

HEADER = "Regie-Receipt"
_FORM = re.compile(
    r'entry="(?P<writer>[\w-]{1,80}):(?P<seq>\d{1,18})", hash="(?P<hash>[0-9a-f]{64})"'
    r'(?:, terms=(?P<terms>\d{1,9}), terms-digest="(?P<digest>[0-9a-f]{64})")?'
)


class BadReceipt(InvalidInput):
    """A text that is no receipt of ours."""

    code = "bad_receipt"
    remedy = "Pass the whole value of the header Regie-Receipt."


class Receipt(Struct, frozen=True):
    """Position and hash of a ledger entry; terms where the merchant has published any."""

    writer: str
    seq: int
    hash: str
    terms: int | None = None
    terms_digest: str | None = None


def receipt_text(entry: Entry, terms: Terms | None) -> str:
    """Return the header's value: a dictionary in the form of RFC 9651."""
    text = f'entry="{entry.writer}:{entry.seq}", hash="{entry.hash.hex()}"'
    if terms is None:
        return text
    return f'{text}, terms={terms.version}, terms-digest="{terms.digest}"'


def read_receipt(text: str) -> Receipt:
    """Read a header's value, or raise BadReceipt."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise BadReceipt("This is no receipt.", field="receipt")
    terms = found["terms"]
    return Receipt(
        found["writer"],
        int(found["seq"]),
        found["hash"],
        None if terms is None else int(terms),
        found["digest"],
    )
