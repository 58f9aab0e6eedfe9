"""Why something is called off: a word of ours for all, and a person's own words for the store."""

from msgspec import Struct

OTHER = "other"
WORDS = frozenset(
    {
        *("out_of_stock", "too_busy", "closed", "customer", "fraud", OTHER),
        *("refused", "empty", "platform", "order", "changed", "store", "late", "no_show"),
        *("wrong_parcel", "problem", "unbundle"),
    }
)
"""All that events, platforms and couriers are ever told of a reason."""


class Why(Struct, frozen=True):
    """A word of ours, and what somebody wrote: sealed, and told to the customer only if `tell`."""

    word: str = OTHER
    own: str = ""
    tell: bool = False

    def __repr__(self) -> str:
        """Show no words of people: a representation may land in a log."""
        return f"Why({self.word})"


def word_of(reason: str) -> str:
    """Return a reason if it is one of our words, else that it is something else."""
    return reason if reason in WORDS else OTHER


def why(reason: str, own: str = "", *, tell: bool = False) -> Why:
    """Read a reason; one that is no word of ours counts as written by somebody."""
    word, own = word_of(reason), own.strip()
    return Why(word, own if own or word == reason else reason.strip(), tell)
