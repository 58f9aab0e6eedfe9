"""The page that a person sees at `/graphql`: ours, or GraphiQL where the operator wants it."""

import secrets
from collections.abc import Mapping

from flask import Request, Response, render_template
from msgspec import Struct

from gateway.door.examples import examples
from gateway.door.texts import LANGUAGES, RIGHT_TO_LEFT, texts


class Asset(Struct, frozen=True):
    """A file on a content delivery network, pinned by version and by content."""

    url: str
    integrity: str


_CDN = "https://unpkg.com"
REACT = Asset(
    f"{_CDN}/react@18.3.1/umd/react.production.min.js",
    "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
)
REACT_DOM = Asset(
    f"{_CDN}/react-dom@18.3.1/umd/react-dom.production.min.js",
    "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
)
GRAPHIQL = Asset(
    f"{_CDN}/graphiql@4.1.2/graphiql.min.js",
    "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
)
GRAPHIQL_STYLE = Asset(
    f"{_CDN}/graphiql@4.1.2/graphiql.min.css",
    "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
)
_NOTHING_ELSE = {
    "default-src": "'none'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def page(request: Request, *, graphiql: bool) -> Response:
    """Return the page in the reader's language."""
    return _graphiql() if graphiql else _ours(language_of(request))


def language_of(request: Request) -> str:
    """Choose the language: the one asked for by `?lang=`, else the browser's, else English."""
    wanted = request.args.get("lang")
    if wanted is not None and wanted in LANGUAGES:
        return wanted
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _ours(language: str) -> Response:
    nonce = secrets.token_urlsafe(16)
    body = render_template(
        "gateway/explorer.html",
        nonce=nonce,
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        languages=LANGUAGES,
        texts=texts(language),
        examples={it.name: {"query": it.query, "variables": it.variables} for it in examples()},
    )
    source = f"'nonce-{nonce}'"
    return _page(body, {"script-src": source, "style-src": source, "img-src": "data:"})


def _graphiql() -> Response:
    """GraphiQL writes styles into its elements, so that those cannot be held to a nonce."""
    nonce = secrets.token_urlsafe(16)
    body = render_template(
        "gateway/graphiql.html",
        nonce=nonce,
        scripts=(REACT, REACT_DOM, GRAPHIQL),
        style=GRAPHIQL_STYLE,
    )
    rules = {
        "script-src": f"'nonce-{nonce}'",
        "style-src": f"{_CDN} 'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
    }
    return _page(body, rules)


def _page(body: str, rules: Mapping[str, str]) -> Response:
    policy = "; ".join(f"{name} {value}" for name, value in {**_NOTHING_ELSE, **rules}.items())
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Vary": "Accept, Accept-Language",
    }
    return Response(body, headers=headers, content_type="text/html; charset=utf-8")
