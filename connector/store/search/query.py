"""What somebody typed, as the terms that a product must have."""

from functools import lru_cache

from msgspec import Struct, structs

from connector.model.language.form import query_stems
from connector.model.language.split import chunks, plain_words, query_words
from connector.model.language.stopword import is_stopword

MOST_TERMS = 8
_LONGEST = 1_000
_SHORTEST_BEGINNING = 2


class Term(Struct, frozen=True):
    """One word and all the stems it may have; `beginning` if longer words will do.

    An `optional` term may be missing from a product, but counts where it is there.
    """

    word: str
    stems: tuple[str, ...]
    beginning: bool = False
    optional: bool = False


class Query(Struct, frozen=True):
    """Terms of which a product must have all, and the phrase they make up.

    Where no product has all, other ways to write them are tried, and then those products are found
    that have most of them. A query without terms finds nothing. `exactly` leaves all of that out.
    `by_head` seeks in names, kinds and tags alone, `by_stock` lets stock count: for askers who may
    not see the rest, and who must not learn it from what is found or in which order.
    """

    terms: tuple[Term, ...]
    phrase: str
    exactly: bool = False
    by_head: bool = False
    by_stock: bool = True

    @property
    def required(self) -> tuple[Term, ...]:
        """The terms that a product must have."""
        return tuple(term for term in self.terms if not term.optional)


@lru_cache(maxsize=1024)
def read(text: str) -> Query:
    """Read what somebody typed; any text is a query, and none is an error."""
    asked = text[:_LONGEST]
    words = list(dict.fromkeys(word for chunk in chunks(asked) for word in query_words(chunk)))
    terms = [Term(word, query_stems(word)) for word in words[:MOST_TERMS]]
    ends_open = bool(asked) and (asked[-1].isalnum() or asked[-1] == "'")
    if terms and ends_open and len(words) <= MOST_TERMS:
        terms[-1] = structs.replace(terms[-1], beginning=_may_begin(terms[-1].word))
    return Query(_with_optional(terms), " ".join(plain_words(asked)))


def _may_begin(word: str) -> bool:
    return len(word) >= _SHORTEST_BEGINNING or not word.isascii()


def _with_optional(terms: list[Term]) -> tuple[Term, ...]:
    """Let words such as "with" be missing, unless the query has no others."""
    if all(is_stopword(term.word) for term in terms):
        return tuple(terms)
    return tuple(
        structs.replace(term, optional=True) if _is_optional(term) else term for term in terms
    )


def _is_optional(term: Term) -> bool:
    return is_stopword(term.word) and not term.beginning
