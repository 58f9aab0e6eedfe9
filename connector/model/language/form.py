"""All forms under which one word is found: itself, its stems and the parts of a compound."""

from functools import lru_cache

from msgspec import Struct

from connector.model.language.compound import parts
from connector.model.language.hebrew import hebrew_stems, is_hebrew
from connector.model.language.snowball import ALGORITHMS, stem
from connector.model.language.unit import same_amount

# German without umlauts on the keyboard.
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


class Forms(Struct, frozen=True):
    """Stems of the whole word, and stems of its parts."""

    stems: tuple[str, ...]
    parts: tuple[str, ...]


@lru_cache(maxsize=131072)
def forms(word: str, language: str | None) -> Forms:
    """Return the forms of a folded word of a text in `language` (a primary tag, such as nl).

    A text in an unknown language gets the stems of all languages, for every query asks for all:
    an asker's language says nothing about the shop's. A language without a stemmer gets none.
    """
    if is_hebrew(word):
        return Forms(hebrew_stems(word), ())
    if not word.isalpha() or not word.isascii():
        return Forms(tuple(dict.fromkeys((word, same_amount(word)))), ())
    spoken = _spoken(language)
    stems = dict.fromkeys(stem(word, each) for each in spoken)
    found = (part for part in parts(word, spoken) if part not in stems)
    return Forms(tuple(stems) or (word,), tuple(found))


@lru_cache(maxsize=8192)
def query_stems(word: str) -> tuple[str, ...]:
    """Return all stems that a searched word may have, in any language."""
    if is_hebrew(word):
        return hebrew_stems(word)
    if not word.isalpha() or not word.isascii():
        return _number_forms(word)
    found = dict.fromkeys((word, *(stem(word, each) for each in ALGORITHMS)))
    plain = word
    for written, meant in _UMLAUTS:
        plain = plain.replace(written, meant)
    if plain != word:
        found.update(dict.fromkeys((plain, stem(plain, "de"))))
    return tuple(found)


def _spoken(language: str | None) -> tuple[str, ...]:
    primary = (language or "").partition("-")[0].lower()
    if primary in ALGORITHMS:
        return (primary,)
    return () if primary else tuple(ALGORITHMS)


def _number_forms(word: str) -> tuple[str, ...]:
    """Return a measure also in its smallest unit, and a barcode also with leading zeros."""
    if not (word.isascii() and word.isdigit() and 8 <= len(word) <= 14):
        return tuple(dict.fromkeys((word, same_amount(word))))
    return (word, word.zfill(14)) if len(word) < 14 else (word,)
