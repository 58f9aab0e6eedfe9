"""Other ways to write the same query, tried where nothing has all of its words."""

from collections.abc import Iterator

from msgspec import structs

from connector.model.language.compound import halves
from connector.model.language.form import query_stems
from connector.store.search.query import MOST_TERMS, Query, Term

_MOST_JOINED = 4


def rewritings(query: Query) -> Iterator[Query]:
    """Yield the query with its compounds taken apart, and with two neighbours as one word each."""
    apart = tuple(part for term in query.terms for part in _apart(term))[:MOST_TERMS]
    if apart != query.terms:
        yield structs.replace(query, terms=apart)
    if 2 <= len(query.terms) <= _MOST_JOINED:
        yield from (_joined(query, at) for at in range(len(query.terms) - 1))


def _apart(term: Term) -> tuple[Term, ...]:
    """Return koffie and boon for koffiebonen."""
    if term.optional:
        return (term,)
    parts = halves(term.word)
    return tuple(Term(part, query_stems(part)) for part in parts) or (term,)


def _joined(query: Query, at: int) -> Query:
    """Return teapot for tea and pot."""
    one, two = query.terms[at : at + 2]
    word = one.word + two.word
    whole = Term(word, query_stems(word), beginning=two.beginning)
    return structs.replace(query, terms=(*query.terms[:at], whole, *query.terms[at + 2 :]))
