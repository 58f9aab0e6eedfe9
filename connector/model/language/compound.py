"""Compounds: the words that German and Dutch write as one, found by each of them."""

import re
from functools import cache, lru_cache

from connector.model.language import parts_dutch, parts_german
from connector.model.language.fold import fold
from connector.model.language.snowball import stem

_TABLES = {"de": parts_german, "nl": parts_dutch}
# What stands between two parts: Geburtstag-s-kuchen, fiets-en-rek.
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_VOWEL = re.compile(r"[aeiouy]")
# With which consonants a word may begin; a tail that begins otherwise is no word.
_ONSET = re.compile(
    r"(?:[bdfgklptw]r|[bfgkps]l|kn|sch[lmnrw]?|s[ptk]r?|st|sp|ch|th|tw|zw|pf|qu|[b-df-hj-np-tv-z])?"
    r"[aeiouy]"
)
_LONG = 9
_TAIL, _REST = 5, 4


@lru_cache(maxsize=65536)
def parts(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stems of the words that make up a compound; none for a simple word.

    The parts come from a table of ours and not from the catalogue: what a shop sells must not
    change how its other products are found. A long word that the table cannot take apart gives
    its possible ends instead.
    """
    spoken = [language for language in languages if language in _TABLES]
    if not spoken or len(word) < 6 or not (word.isascii() and word.isalpha()):
        return ()
    if any(word in _exceptions(language) for language in spoken):
        return ()
    found: dict[str, None] = {}
    for language in spoken:
        known = _split(stem(word, language), language, 0) or _hidden(word, language)
        found.update(dict.fromkeys(known))
    return tuple(found) or tuple(_tails(stem(word, spoken[0])))


@lru_cache(maxsize=8192)
def halves(word: str) -> tuple[str, ...]:
    """Return front and end of a searched compound, as the first table splits it that can."""
    if len(word) < 6 or not (word.isascii() and word.isalpha()):
        return ()
    for language in _TABLES:
        found = () if word in _exceptions(language) else _split(stem(word, language), language, 2)
        if found:
            return (found[-1], found[0])
    return ()


def _split(whole: str, language: str, depth: int) -> list[str]:
    """Return all known ends of a stem, and what stands before the longest of them."""
    known = _known(language)
    ends = [at for at in range(3, len(whole) - 2) if whole[at:] in known]
    fronts = {at: _front(whole[:at], known, language) for at in ends}
    ends = [at for at in ends if fronts[at]]
    if not ends:
        return []
    front = fronts[ends[0]] or ""
    more = _split(front, language, depth + 1) if depth < 2 else []
    return [*(whole[at:] for at in ends), front, *more]


def _hidden(word: str, language: str) -> list[str]:
    """Return end and front where the stem of the whole hides that the end is a word.

    Snowball takes more off a long word than off its end: wandkalender becomes wandkal, while
    kalender becomes kalend.
    """
    known = _known(language)
    for at in range(3, len(word) - _REST):
        end = stem(word[at:], language)
        if len(end) >= _TAIL and end in known:
            front = _front(word[:at], known, language)
            if front:
                return [end, front]
    return []


def _front(text: str, known: frozenset[str], language: str) -> str | None:
    """Return the stem before an end, without the letters that link the two.

    Three letters must be a word that the table knows: the end of Krawatte is no Watte.
    """
    for link in _LINKS:
        found = stem(text.removesuffix(link), language) if text.endswith(link) else ""
        if found in known:
            return found
    return stem(text, language) if len(text) > 3 and _VOWEL.search(text) else None


def _tails(whole: str) -> list[str]:
    """Return the ends of a long stem that could be words: karaff of dekantierkaraff."""
    if len(whole) < _LONG:
        return []
    return [
        whole[at:]
        for at in range(_REST, len(whole) - _TAIL + 1)
        if _ONSET.match(whole, at) and _VOWEL.search(whole, 0, at)
    ]


@cache
def _known(language: str) -> frozenset[str]:
    """Return the stems of the table, in folded spelling."""
    return frozenset(stem(fold(word), language) for word in _TABLES[language].PARTS.split())


@cache
def _exceptions(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _TABLES[language].EXCEPTIONS.split())
