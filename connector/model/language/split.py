"""Folded texts taken apart: words, joined words, measures and codes."""

import re
from functools import lru_cache

from connector.model.language.fold import fold
from connector.model.language.unit import joined_units, measure_parts

_CHUNK = re.compile(r"[^\W_]+(?:['./_\-][^\W_]+)*")
_WORD = re.compile(r"\d+(?:\.\d+)+[^\W\d_]*|[^\W_]+")
# What French writes before an apostrophe: l'huile is found by huile.
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'")
# Scripts that write without blanks.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
_LONGEST = 40


def chunks(text: str) -> list[str]:
    """Return the folded text between blanks and commas: "T-Shirt, 0,5 l" gives t-shirt, 0.5l."""
    return _CHUNK.findall(joined_units(fold(text)))


def index_words(text: str) -> list[str]:
    """Return the words under which a text is found, in its order."""
    return [word for chunk in chunks(text) for word in _words_of(chunk)]


def plain_words(text: str) -> list[str]:
    """Return the words of a text, each once, for comparing phrases."""
    return [word[:_LONGEST] for chunk in chunks(text) for word in _parts(chunk)]


@lru_cache(maxsize=65536)
def _words_of(chunk: str) -> tuple[str, ...]:
    parts = _parts(chunk)
    found = [word for part in parts for word in (part, *measure_parts(part))]
    whole = joined(chunk)
    if whole not in parts and not _UNSPACED.search(chunk):
        found.append(whole)
    return tuple(word[:_LONGEST] for word in found)


def joined(chunk: str) -> str:
    """Return a chunk without its inner signs: gp-pan-24 is gppan24."""
    return "".join(_WORD.findall(chunk)) if not chunk.isalnum() else chunk


def _parts(chunk: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(_bare(chunk)):
        found.extend(_pairs(word) if _UNSPACED.search(word) else (word,))
    return found


def _bare(chunk: str) -> str:
    """Read the apostrophes: l'huile is huile, foto's is foto, rock'n'roll stays three words."""
    if "'" not in chunk:
        return chunk
    chunk = _ELIDED.sub("", chunk, count=1) if _ELIDED.match(chunk) else chunk
    return chunk.removesuffix("'s")


def _pairs(word: str) -> list[str]:
    """Cut what is written without blanks into overlapping pairs."""
    if len(word) < 3:
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)]


def query_words(chunk: str) -> list[str]:
    """Return the words that a searched chunk asks for: a code whole, t-shirt as tshirt."""
    parts = _parts(chunk)
    if len(parts) < 2 or _UNSPACED.search(chunk):
        return [part[:_LONGEST] for part in parts]
    if any(map(str.isdigit, chunk)) or min(map(len, parts)) < 2:
        return [joined(chunk)[:_LONGEST]]
    return [part[:_LONGEST] for part in parts]
