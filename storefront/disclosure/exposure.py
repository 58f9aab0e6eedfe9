"""Where product information went: who saw what, since when, and under which terms."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from storefront.disclosure.ledger.entry import ANSWERED, NOT_MODIFIED, Entry, Shown

_SHOWING = (ANSWERED, NOT_MODIFIED)
_OF_A_PRODUCT = ("Query.", "ProductConnection.", "PageInfo.", "Merchant.", "Store.", "Address.")


class Exposure(Struct, frozen=True):
    """One line of the register: one product, one agent. Times are epoch milliseconds.

    `fields` are schema coordinates that answers with this product showed; `terms` is the version
    under which the last one went out.
    """

    agent: str
    product_id: str
    first_at: int
    last_at: int
    answers: int
    fields: frozenset[str]
    terms: int | None

    def __or__(self, other: "Exposure") -> "Exposure":
        """Put two parts of one line together."""
        later = self if self.last_at >= other.last_at else other
        return Exposure(
            self.agent,
            self.product_id,
            min(self.first_at, other.first_at),
            later.last_at,
            self.answers + other.answers,
            self.fields | other.fields,
            later.terms,
        )


def fold(entries: Iterable[Entry], shown: Mapping[bytes, Shown]) -> dict[tuple[str, str], Exposure]:
    """Return what entries tell, by (agent, product); what has no payload any more tells nothing."""
    lines: dict[tuple[str, str], Exposure] = {}
    for entry in entries:
        if entry.decision not in _SHOWING or entry.detail is None or entry.detail not in shown:
            continue
        what = shown[entry.detail]
        fields = frozenset(it for it in what.fields if not it.startswith(_OF_A_PRODUCT))
        for product_id in what.products:
            line = Exposure(entry.agent, product_id, entry.at, entry.at, 1, fields, entry.terms)
            key = (entry.agent, product_id)
            lines[key] = lines[key] | line if key in lines else line
    return lines
