"""The page at `/`: tells people who come by what this is, in their language."""

from collections.abc import Mapping
from html import escape

from flask import Response
from msgspec import Struct
from werkzeug.datastructures import LanguageAccept


class Words(Struct, frozen=True):
    """The page in one language."""

    title: str
    text: str
    catalogue: str
    health: str
    direction: str = "ltr"


WORDS: Mapping[str, Words] = {
    "en": Words(
        "Regie",
        "This server shows the catalogue of a shop to assistants and partners, as far as the "
        "shop has agreed to it. Whoever has no key sees nothing.",
        "Ask the catalogue (GraphQL)",
        "Is this server well?",
    ),
    "nl": Words(
        "Regie",
        "Deze server toont de catalogus van een winkel aan assistenten en partners, voor zover "
        "de winkel daarmee instemt. Wie geen sleutel heeft, ziet niets.",
        "Vraag de catalogus (GraphQL)",
        "Is deze server in orde?",
    ),
    "fr": Words(
        "Regie",
        "Ce serveur montre le catalogue d\u2019un magasin aux assistants et aux partenaires, "
        "dans la mesure où le magasin y consent. Sans clé, on ne voit rien.",
        "Interroger le catalogue (GraphQL)",
        "Ce serveur va-t-il bien ?",
    ),
    "he": Words(
        "Regie",
        "השרת הזה מציג את קטלוג החנות לעוזרים דיגיטליים ולשותפים, במידה שהחנות הסכימה לכך. "
        "מי שאין לו מפתח אינו רואה דבר.",
        "שאילתות לקטלוג (GraphQL)",
        "האם השרת תקין?",
        "rtl",
    ),
}
_PAGE = """<!doctype html>
<html lang="{lang}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body><main><h1>{title}</h1>
<p>{text}</p>
<ul><li><a href="/graphql">{catalogue}</a></li><li><a href="/healthz">{health}</a></li></ul>
</main></body></html>
"""


def welcome(languages: LanguageAccept) -> Response:
    """Return the page in the best of our languages."""
    wanted = (tag.partition("-")[0].lower() for tag in languages.values())
    lang = next((it for it in wanted if it in WORDS), "en")
    words = WORDS[lang]
    parts = {name: escape(getattr(words, name)) for name in Words.__struct_fields__}
    answer = Response(_PAGE.format(lang=lang, **parts), content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = lang
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
