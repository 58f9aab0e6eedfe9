"""The stem of a folded word, by Snowball."""

import threading
from functools import lru_cache

import Stemmer

ALGORITHMS = {"en": "english", "nl": "dutch", "de": "german", "fr": "french"}
# Where the algorithms part singular and plural: the end of a stem, and what is kept instead.
_DUTCH = "glaas:glas daag:dag bor:bord scheep:schip kinder:kind eier:ei blader:blad baad:bad"
_ENGLISH = "knive:knife shelv:shelf scarv:scarf loav:loaf leav:leaf"
_ENDS = {
    language: [pair.split(":") for pair in pairs.split()]
    for language, pairs in (("nl", _DUTCH), ("en", _ENGLISH))
}
_local = threading.local()


@lru_cache(maxsize=131072)
def stem(word: str, language: str) -> str:
    """Return the word's stem in a language that is in ALGORITHMS."""
    stemmer: Stemmer.Stemmer = _stemmers().get(language) or _load(language)
    found = str(stemmer.stemWord(word))
    for end, kept in _ENDS.get(language, ()):
        if found.endswith(end):
            return found.removesuffix(end) + kept
    return found


def _stemmers() -> dict[str, Stemmer.Stemmer]:
    """Return this thread's stemmers: one may not be used by two threads at once."""
    found: dict[str, Stemmer.Stemmer] | None = getattr(_local, "stemmers", None)
    if found is None:
        found = _local.stemmers = {}
    return found


def _load(language: str) -> Stemmer.Stemmer:
    stemmers = _stemmers()
    stemmers[language] = Stemmer.Stemmer(ALGORITHMS[language], 0)  # our cache is in front
    return stemmers[language]
