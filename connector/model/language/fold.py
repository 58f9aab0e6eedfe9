"""One spelling for all: no case, no accents, no variants of the same letter or apostrophe."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart, and signs that people type for one another.
_LETTERS = {
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "\u0131": "i",  # Turkish i without a dot
    **dict.fromkeys("\u2018\u2019\u02bc\u02b9\u2032", "'"),
    **dict.fromkeys("\u2010\u2011\u05be", "-"),
    **dict.fromkeys("\u2013\u2014\x00", " "),
    **dict.fromkeys("\u00ad\u05f4", ""),  # soft hyphen, gershayim
}
# Hebrew letters at the end of a word: kaf, mem, nun, pe, tsadi.
_FINALS = dict(zip("\u05da\u05dd\u05df\u05e3\u05e5", "\u05db\u05de\u05e0\u05e4\u05e6", strict=True))
_TABLE = str.maketrans({**_LETTERS, **_FINALS})
# Read before NFKC, which makes a blank of a free-standing accent.
_APOSTROPHES = str.maketrans(dict.fromkeys("\u00b4`\u05f3", "'"))
# The quotation mark inside of a Hebrew abbreviation.
_GERSHAYIM = re.compile(r"(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])")
_LONGEST = 20_000


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the text as all texts are compared: "Crème Brûlée" gives creme brulee."""
    if text.isascii():
        return text[:_LONGEST].lower().replace("\x00", " ").replace("`", "'")
    wide = unicodedata.normalize("NFKC", text[:_LONGEST].translate(_APOSTROPHES)).casefold()
    apart = _GERSHAYIM.sub("", unicodedata.normalize("NFKD", wide))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_TABLE)
