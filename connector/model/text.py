"""A shop's texts made safe to show: HTML without scripts, and the same as plain text."""

import html
import re
from functools import lru_cache

import nh3
from msgspec import Struct

_TAGS = {
    *("p", "br", "ul", "ol", "li", "strong", "b", "em", "i", "u", "s", "sub", "sup", "blockquote"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "caption"),
    *("a", "span", "div", "dl", "dt", "dd", "hr", "code", "pre", "abbr", "bdi", "small"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "abbr": {"title"},
    "*": {"lang", "dir"},
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"https", "http", "mailto", "tel"},
    clean_content_tags={"script", "style", "iframe", "object", "noscript", "template"},
    link_rel="nofollow noopener",
)
_BLOCK = re.compile(
    r"(?i)</?(?:br|hr|p|div|ul|ol|li|h[1-6]|tr|table|caption|blockquote|dl|dd|dt|pre)\b[^>]*>",
)
_CELL = re.compile(r"(?i)<t[dh]\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


class Text(Struct, frozen=True):
    """One description: sanitised `html`, `plain` text with one line per block, BCP 47 `language`.

    `language` is None when the shop does not say it.
    """

    html: str
    plain: str
    language: str | None


def describe(source: str, language: str | None) -> Text | None:
    """Make a shop's HTML safe; None when nothing readable is left."""
    clean, plain = _readings(source)
    return Text(clean, plain, language) if plain else None


@lru_cache(maxsize=1024)
def _readings(source: str) -> tuple[str, str]:
    clean = _CLEANER.clean(source).strip()
    return clean, plain_text(clean)


def plain_text(source: str) -> str:
    """Return the words of a piece of HTML: tags gone, entities read, blanks folded."""
    if "<" not in source and "&" not in source:
        return _fold(source)
    return _fold(html.unescape(_TAG.sub("", _CELL.sub(" ", _BLOCK.sub("\n", source)))))


def one_line(source: str) -> str:
    """Return a title or a name: plain text in one line."""
    plain = source if "<" not in source and "&" not in source else plain_text(source)
    return " ".join(plain.split())


def _fold(text: str) -> str:
    """Fold blanks and drop empty lines; plain string work, for every text of a shop comes by."""
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(filter(None, [" ".join(line.split()) for line in text.split("\n")]))
