"""Hebrew words without the letters that are written onto them."""

import re

_HEBREW = re.compile(r"[\u05d0-\u05ea]+")
# And, when, that, to, in, like, from, the: each alone or several, in this order of speech.
_PREFIX = re.compile("\u05d5?(?:כש|ש)?[בכלמ]?ה?")
_LETTERS = frozenset("הובכלמש")
# Plurals and the female ending; final letters are folded before.
_ENDINGS = ("ימ", "ות", "יות", "ה", "ת")
_SHORTEST = 3


def is_hebrew(word: str) -> bool:
    """Tell whether a folded word is written in Hebrew letters."""
    return _HEBREW.fullmatch(word) is not None


def hebrew_stems(word: str) -> tuple[str, ...]:
    """Return the word itself, without its prefix letters, and each without its ending."""
    bases = [word, *_without_prefixes(word)]
    found = dict.fromkeys(bases)
    for base in bases:
        found.update(dict.fromkeys(_without_endings(base)))
    return tuple(found)


def _without_prefixes(word: str) -> list[str]:
    longest = _PREFIX.match(word)
    end = longest.end() if longest else 0
    return [
        word[at:]
        for at in range(1, end + 1)
        if len(word) - at >= _SHORTEST and set(word[:at]) <= _LETTERS
    ]


def _without_endings(word: str) -> list[str]:
    return [
        word[: -len(ending)]
        for ending in _ENDINGS
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - (len(ending) > 1)
    ]
