"""Where product information went: who saw what, since when, and under which terms."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from storefront.disclosure.ledger.entry import ANSWERED, NOT_MODIFIED, Entry, Shown

_SHOWING = (ANSWERED, NOT_MODIFIED)
_BESIDE = tuple(
    f"{kind}."
    for kind in (
        *("Query", "ProductConnection", "ProductEdge", "PageInfo", "FacetList", "Facet"),
        *("ChangeList", "Change", "Merchant", "ConnectedShop", "Policy", "Freshness"),
        *("Store", "Address", "Geo", "Pickup", "SlotOffer", "DeliveryEstimate", "FeePart"),
    )
)
"""Types whose fields show nothing of a product, though some of them name one."""


class Exposure(Struct, frozen=True):
    """One line of the register: one product, one agent. Times are epoch milliseconds.

    `fields` are schema coordinates that answers with this product showed; `terms` is the version
    under which the last one went out. No `answers`: it was named, as by a cursor, and never shown.
    """

    agent: str
    product_id: str
    first_at: int
    last_at: int
    answers: int
    fields: frozenset[str]
    terms: int | None

    def __or__(self, other: "Exposure") -> "Exposure":
        """Put two parts of one line together; what was shown counts, where anything was."""
        if bool(self.answers) is not bool(other.answers):
            return self if self.answers else other
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
        for fields, products in _by_fields(shown[entry.detail]):
            answers = 1 if fields else 0
            for product_id in products:
                line = Exposure(
                    entry.agent, product_id, entry.at, entry.at, answers, fields, entry.terms
                )
                key = (entry.agent, product_id)
                lines[key] = lines[key] | line if key in lines else line
    return lines


def _by_fields(what: Shown) -> Iterator[tuple[frozenset[str], Iterable[str]]]:
    """Yield the products of an answer with what it showed of them."""
    rest = set(what.products)
    for part in what.parts:
        rest -= set(part.products)
        yield _shown_of(part.fields), part.products
    yield _shown_of(what.fields), rest


def _shown_of(fields: Iterable[str]) -> frozenset[str]:
    return frozenset(it for it in fields if not it.startswith(_BESIDE))
