"""Every text of the pages stands in every language, with the same placeholders."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from storefront.pages.language import LANGUAGES, read_languages

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "storefront" / "pages"
TEXTS = ROOT / "regie" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)s")
OTHERS = LANGUAGES[1:]
FORMS = {"nl": 2, "fr": 2, "he": 3}


@cache
def said() -> frozenset[tuple[str, ...]]:
    """Return every text that the code and the templates say, with its plural if it has one."""
    found = {_key(message) for message in _extracted()}
    return frozenset(found)


def _key(message: object) -> tuple[str, ...]:
    return tuple(map(str, message)) if isinstance(message, tuple) else (str(message),)


def _extracted() -> Iterator[object]:
    for path in sorted(PAGES.glob("*.py")):
        with path.open("rb") as file:
            yield from (row[1] for row in extract("python", file, KEYWORDS))
    for path in sorted((PAGES / "templates").glob("*.html")):
        with path.open("rb") as file:
            yield from (row[1] for row in extract("jinja2.ext:babel_extract", file, KEYWORDS))


@cache
def translated(language: str) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for path in sorted((TEXTS / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    found[_key(message.id)[0]] = message
    return found


def forms(message: Message) -> tuple[str, ...]:
    return _key(message.string)


def test_there_is_something_to_translate() -> None:
    assert len(said()) > 500


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_stands_in_every_language(language: str) -> None:
    known = translated(language)

    missing = [key[0] for key in said() if key[0] not in known or not all(forms(known[key[0]]))]

    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    known = translated(language)

    wrong = [
        (key[0], form)
        for key in said()
        for form in forms(known[key[0]])
        if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(key[-1]))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_with_a_number_has_all_forms_of_its_language(language: str) -> None:
    known = translated(language)

    wrong = [key for key in said() if len(key) > 1 and len(forms(known[key[0]])) != FORMS[language]]

    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_broken_markup(language: str) -> None:
    wrong = [form for one in translated(language).values() for form in forms(one) if "<" in form]

    assert wrong == []


@pytest.mark.parametrize(
    ("count", "text"), [(1, "יחידה 1"), (2, "2 יחידות"), (5, "5 יחידות"), (0, "0 יחידות")]
)
def test_hebrew_counts_in_its_own_way(count: int, text: str) -> None:
    words = read_languages(TEXTS).words["he"]

    assert words.ngettext("%(num)s piece", "%(num)s pieces", count) % {"num": count} == text


def test_the_style_sheets_know_no_left_and_no_right() -> None:
    sheets = "\n".join(path.read_text() for path in (PAGES / "static").glob("*.css"))

    found = re.findall(
        r"[^-\w](?:[\w-]*-)?(?:left|right)(?:-[\w-]*)?\s*:|:\s*(?:left|right)\b", sheets
    )

    assert found == []
