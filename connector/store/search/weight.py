"""How much a match is worth: by the field in which and by the form as which a word is found."""

from enum import Enum


class Field(Enum):
    """The parts of a product, best first; the value is the sign that stands in the index."""

    TITLE = "a"
    BRAND = "b"
    KIND = "c"
    TAG = "d"
    ATTRIBUTE = "e"
    SUMMARY = "f"
    DESCRIPTION = "g"


class Form(Enum):
    """As what a word is found; the value is the sign that stands in the index."""

    WORD = "w"
    STEM = "s"
    PART = "p"


FIELD_WEIGHTS = {
    Field.TITLE.value: 100,
    Field.BRAND.value: 80,
    Field.KIND.value: 65,
    Field.TAG.value: 45,
    Field.ATTRIBUTE.value: 30,
    Field.SUMMARY.value: 20,
    Field.DESCRIPTION.value: 10,
}
EXACT, STEM, PART, BEGINNING, TYPO = 100, 92, 80, 55, 30

WHOLE_PHRASE = 700
FIRST_WORD = 500
IN_STOCK = 300
# The title has the word, and category or product type say that it is such a thing.
ALSO_KIND = 1_500

HEAD = frozenset("abcd")
HEAD_WEIGHTS = {sign: worth if sign in HEAD else 0 for sign, worth in FIELD_WEIGHTS.items()}
"""Nothing is worth what stands in attributes and descriptions."""
