"""What an engine is asked for: sets of tokens; of each set a product must have one."""

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct, structs

from connector.store.listing.filter import Filter
from connector.store.search.query import Query, Term
from connector.store.search.token import key_token, price_step, salt

_MOST_STEPS = 40


class Tier(Enum):
    """Where terms are sought: products found in an earlier tier are the better candidates."""

    FIRST_WORD = "fw"
    EXACT_TITLE = "tw"
    TITLE = "ts"
    HEAD = "hs"
    ANYWHERE = "as"


class Leaf(Struct, frozen=True):
    """Any of these tokens, any that begins so, or any that is one typing error away."""

    tokens: tuple[str, ...]
    beginning: str | None = None
    almost: str | None = None


class Wanted(Struct, frozen=True):
    """Of `terms` at least `least` must hold, and all of `keys`."""

    terms: tuple[Leaf, ...]
    least: int
    keys: tuple[Leaf, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether every term must hold."""
        return self.least >= len(self.terms)


def wanted(
    merchant_id: str, query: Query, tier: Tier, limits: tuple[Leaf, ...], *, typos: bool = False
) -> Wanted:
    """Return what is asked of an engine when all terms must hold."""
    before = salt(merchant_id)
    leaf = _head_leaf if query.by_head and tier is Tier.ANYWHERE else _leaf
    leaves = [leaf(before, term, tier, typos=typos) for term in query.required]
    if tier is Tier.FIRST_WORD:
        leaves[0] = Leaf((f"{before}fw{query.required[0].word}",))
    return Wanted(tuple(leaves), len(leaves), limits)


def whole(found: Wanted) -> Wanted:
    """Return the same without beginnings, which an engine must gather before it finds any."""
    terms = tuple(structs.replace(term, beginning=None) for term in found.terms)
    return structs.replace(found, terms=terms)


def most(found: Wanted) -> Wanted:
    """Return the same with only half of the terms demanded; six at most are counted."""
    terms = found.terms[:6]
    return Wanted(terms, (len(terms) + 1) // 2, found.keys)


def _leaf(before: str, term: Term, tier: Tier, *, typos: bool) -> Leaf:
    if tier in (Tier.FIRST_WORD, Tier.EXACT_TITLE):
        return Leaf((f"{before}tw{term.word}",))
    tokens = tuple(f"{before}{tier.value}{stem}" for stem in term.stems)
    if tier is Tier.HEAD:
        return Leaf(tokens)
    place = f"{before}{tier.value[0]}w"
    # A word may be its own stem in no language: kaars is, for kaarsen.
    tokens += tuple(f"{place}{stem}" for stem in dict.fromkeys((term.word, *term.stems)))
    if tier is Tier.TITLE:
        return Leaf(tokens)
    whole = f"{place}{term.word}"
    almost = whole if typos and may_have_typo(term.word) else None
    return Leaf(tokens, whole if term.beginning else None, almost)


def _head_leaf(before: str, term: Term, _tier: Tier, *, typos: bool) -> Leaf:
    """Seek a term in the head only; a beginning or a typing error, in the title."""
    head = tuple(f"{before}hs{stem}" for stem in term.stems)
    title = f"{before}tw{term.word}"
    almost = title if typos and may_have_typo(term.word) else None
    return Leaf((*head, title), title if term.beginning else None, almost)


def may_have_typo(word: str) -> bool:
    """Tell whether a word is long enough to be meant when it is not written so."""
    return len(word) >= 5 and word.isalpha()


def limits(merchant_id: str, narrowed: Filter) -> tuple[Leaf, ...]:
    """Return the filter as far as the index can hold it: never less than the filter itself."""

    def leaf(keys: Iterable[str]) -> Leaf:
        return Leaf(tuple(key_token(merchant_id, key) for key in keys))

    found = [leaf(group) for group in narrowed.facets]
    if narrowed.connection_id is not None:
        found.append(leaf([f"connection:{narrowed.connection_id}"]))
    if narrowed.in_stock is not None:
        found.append(leaf([f"stock:{narrowed.in_stock}"]))
    if narrowed.publishable is not None:
        found.append(leaf([f"shown:{narrowed.publishable}"]))
    steps = _steps(narrowed.price_min, narrowed.price_max)
    if steps is not None:
        found.append(leaf(f"price:{step}" for step in steps))
    seen = _seen(narrowed)
    return (*found, leaf(seen)) if seen is not None else tuple(found)


def _steps(low: int | None, high: int | None) -> range | None:
    """Return the price steps of a range, None where they are too many to narrow anything."""
    if low is None and high is None:
        return None
    first = price_step(max(low or 0, 0))
    last = price_step(high) if high is not None else first + _MOST_STEPS
    return range(first, last + 1) if high is not None and last - first < _MOST_STEPS else None


def _seen(narrowed: Filter) -> list[str] | None:
    """Return the keys of what an asker may see, None where they do not narrow."""
    extents = narrowed.within
    if extents is None or any(extent.everything for extent in extents):
        return None
    keys = [key for extent in extents for key in extent.facets]
    keys += [f"connection:{each}" for extent in extents for each in extent.connections]
    return keys + [f"id:{each}" for extent in extents for each in extent.products]
