"""The language of a page: English in the code, the others beside it, right to left where it is."""

from collections.abc import Iterable, Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.plural import PluralRule
from werkzeug.datastructures import LanguageAccept

LANGUAGES = ("en", "nl", "fr", "he")
RIGHT_TO_LEFT = frozenset({"he"})
NAMES: Mapping[str, str] = {"en": "English", "nl": "Nederlands", "fr": "Français", "he": "עברית"}


class Words(NullTranslations):
    """The texts of one language; one that has none stays English."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]], plural: PluralRule | None) -> None:
        super().__init__()
        self._texts = texts
        self._plural = plural

    def gettext(self, message: str) -> str:
        """Return a text in this language."""
        found = self._texts.get(message)
        return found[0] if found and found[0] else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form of a text that goes with a number (CLDR plural rules)."""
        found = self._texts.get(msgid1)
        if not found or self._plural is None:
            return super().ngettext(msgid1, msgid2, n)
        return found[min(_index(self._plural, n), len(found) - 1)]


def _index(rule: PluralRule, n: int) -> int:
    """Return which of the forms in a catalogue a number takes: the order of CLDR's tags."""
    tags = [tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in _tags(rule)]
    return tags.index(rule(n))


def _tags(rule: PluralRule) -> Iterable[str]:
    return {*rule.tags, "other"}


class Languages:
    """All texts of one process, read once from `*.po` files by language."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        self.words = words

    def choose(self, wanted: Iterable[str | None], accepted: LanguageAccept) -> str:
        """Return the first wanted language that we speak, else what the browser prefers."""
        for one in wanted:
            if one in LANGUAGES:
                return one
        return accepted.best_match(LANGUAGES) or "en"


def read_languages(folder: Path) -> Languages:
    """Read `<folder>/<language>/*.po`; English needs none."""
    found: dict[str, Words] = {"en": Words({}, None)}
    for language in LANGUAGES[1:]:
        texts: dict[str, tuple[str, ...]] = {}
        for path in sorted((folder / language).glob("*.po")):
            texts.update(_read(path, language))
        found[language] = Words(texts, _rule(language))
    return Languages(found)


def _rule(language: str) -> PluralRule:
    from babel import Locale  # noqa: PLC0415 - slow to load, once per process

    return Locale(language).plural_form


def _read(path: Path, language: str) -> dict[str, tuple[str, ...]]:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {_id(message): _forms(message) for message in catalogue if message.id}


def _id(message: Any) -> str:
    """Return under which text a message is sought: the singular of one with a plural."""
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _forms(message: Any) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)
