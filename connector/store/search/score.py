"""How well a product fits a query: from its own words alone, so no other product counts."""

from collections.abc import Mapping

from msgspec import Struct

from connector.store.search.query import Query, Term
from connector.store.search.wanted import may_have_typo
from connector.store.search.weight import (
    ALSO_KIND,
    BEGINNING,
    EXACT,
    FIELD_WEIGHTS,
    FIRST_WORD,
    HEAD_WEIGHTS,
    IN_STOCK,
    PART,
    STEM,
    TYPO,
    WHOLE_PHRASE,
    Field,
)

Weights = Mapping[str, int]
_KIND = Field.KIND.value
_KIND_WORTH = FIELD_WEIGHTS[_KIND] * EXACT
_BEST_FIELD = max(FIELD_WEIGHTS.values())


class _Sought(Struct, frozen=True):
    """One term as it stands in an entry's ranks, each form with what it is worth."""

    term: Term
    exact: str
    others: tuple[tuple[str, int], ...]
    beginning: str | None
    kinds: tuple[str, ...]


class Scorer:
    """Scores entries for one query; `least` of the required terms must be there."""

    def __init__(self, query: Query, least: int, *, typos: bool = False) -> None:
        self._sought = tuple(_sought(term) for term in query.terms)
        self._first = query.required[0].word if query.required else ""
        self._start = f"{self._first} "
        self._phrase = f" {query.phrase} " if " " in query.phrase else ""
        self._least = least
        self._typos = typos
        self._weights = HEAD_WEIGHTS if query.by_head else FIELD_WEIGHTS
        self._stock = IN_STOCK if query.by_stock else 0

    def score(self, ranks: str, title: str, *, in_stock: bool) -> int | None:
        """Return the score, None for a product that does not have enough of the terms."""
        total, found = 0, 0
        for sought in self._sought:
            worth = _worth(sought, ranks, self._weights)
            if not worth and self._typos:
                worth = _typo_worth(sought.term, ranks, self._weights)
            if sought.term.optional:
                total += worth // 2
            elif worth:
                total, found = total + worth, found + 1
        if found < self._least:
            return None
        return total + self._boost(title) + (self._stock if in_stock else 0)

    def _boost(self, title: str) -> int:
        boost = FIRST_WORD if title == self._first or title.startswith(self._start) else 0
        whole = self._phrase and self._phrase in f" {title} "
        return boost + WHOLE_PHRASE if whole else boost


def _sought(term: Term) -> _Sought:
    others = [(f"\ns{stem}\t", STEM) for stem in term.stems]
    others += [(f"\nw{stem}\t", STEM) for stem in term.stems if stem != term.word]
    others += [(f"\np{stem}\t", PART) for stem in term.stems]
    beginning = f"\nw{term.word}" if term.beginning else None
    kinds = tuple(f"\ns{stem}\t{_KIND}" for stem in term.stems)
    return _Sought(term, f"\nw{term.word}\t", tuple(others), beginning, kinds)


def _worth(sought: _Sought, ranks: str, weights: Weights) -> int:
    """Return what the best place is worth, and more if it is such a kind of thing."""
    worth = _place_worth(sought, ranks, weights)
    if worth > _KIND_WORTH:
        for text in sought.kinds:
            if text in ranks:
                return worth + ALSO_KIND
    return worth


def _place_worth(sought: _Sought, ranks: str, weights: Weights) -> int:
    """Return the best of field times form; a form's first place is its best."""
    at = ranks.find(sought.exact)
    best = weights[ranks[at + len(sought.exact)]] * EXACT if at >= 0 else 0
    if best == _BEST_FIELD * EXACT:
        return best
    for text, worth in sought.others:
        at = ranks.find(text)
        if at >= 0:
            best = max(best, weights[ranks[at + len(text)]] * worth)
    return (
        max(best, _beginning_worth(sought.beginning, ranks, weights)) if sought.beginning else best
    )


def _beginning_worth(text: str, ranks: str, weights: Weights) -> int:
    at = ranks.find(text)
    return weights[ranks[ranks.index("\t", at) + 1]] * BEGINNING if at >= 0 else 0


def _typo_worth(term: Term, ranks: str, weights: Weights) -> int:
    if not may_have_typo(term.word):
        return 0
    for line in ranks.split("\n"):
        form, _, field = line.partition("\t")
        if form[:1] == "w" and is_almost(term.word, form[1:]):
            return weights[field] * TYPO
    return 0


def is_almost(one: str, other: str) -> bool:
    """Tell whether two words are one letter, or one swap of neighbours, apart."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, changed = one[start:], other[start:]
    swapped = len(rest) > 1 and rest[1::-1] + rest[2:] == changed
    return swapped or changed == rest[1:] or rest == changed[1:] or rest[1:] == changed[1:]
