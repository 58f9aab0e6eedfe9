"""The page that a person sees at `/graphql`: four languages, two directions, all of it ours."""

import base64
import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from string import Formatter

import orjson
import pytest
from werkzeug.test import TestResponse

from connector.store.database import Database
from gateway.door.examples import examples
from gateway.door.explorer import GRAPHIQL, GRAPHIQL_STYLE, REACT, REACT_DOM, Asset
from gateway.door.texts import LANGUAGES, TEXTS
from tests.kit.catalogue import Reader

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FOLDER = files("gateway") / "door" / "templates" / "gateway"
SCRIPT = (FOLDER / "explorer.js").read_text(encoding="utf-8")
STYLE = (FOLDER / "explorer.css").read_text(encoding="utf-8")
TEMPLATE = (FOLDER / "explorer.html").read_text(encoding="utf-8")


class Page(HTMLParser):
    """Every start tag of a page with its attributes, and the text of its data blocks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, str] = {}
        self._block = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._block = dict(attrs).get("id") or "" if tag == "script" else ""

    def handle_data(self, data: str) -> None:
        if self._block:
            self.blocks[self._block] = data

    def handle_endtag(self, tag: str) -> None:
        self._block = "" if tag == "script" else self._block

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    def root(self) -> dict[str, str | None]:
        return self.all("html")[0]


@pytest.fixture
def stranger(sqlite_url: str, open_at: Callable[[str], Database]) -> Reader:
    return Reader(open_at(sqlite_url), None)


@pytest.fixture
def graphiql(sqlite_url: str, open_at: Callable[[str], Database]) -> Reader:
    return Reader(open_at(sqlite_url), None, graphiql=True)


def visit(reader: Reader, address: str = "/graphql", **headers: str) -> TestResponse:
    return reader.client.get(address, headers={"Accept": BROWSER, **headers})


def page(reader: Reader, address: str = "/graphql", **headers: str) -> Page:
    return Page(visit(reader, address, **headers).text)


def policy(response: TestResponse) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def test_a_browser_gets_a_page(stranger: Reader) -> None:
    assert visit(stranger).headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_browser_with_a_query_gets_an_answer(stranger: Reader) -> None:
    assert visit(stranger, "/graphql?query={__typename}").status_code == 401


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0, application/json"])
def test_a_program_gets_no_page(stranger: Reader, accept: str) -> None:
    assert visit(stranger, Accept=accept).is_json


def test_a_post_gets_no_page(stranger: Reader) -> None:
    found = stranger.client.post("/graphql", json={}, headers={"Accept": BROWSER})

    assert found.status_code == 401


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_can_be_asked_for(stranger: Reader, language: str) -> None:
    found = visit(stranger, f"/graphql?lang={language}", **{"Accept-Language": "fr"})

    assert (Page(found.text).root()["lang"], TEXTS["title"][language] in found.text) == (
        language,
        True,
    )


@pytest.mark.parametrize(
    ("browser", "language"),
    [("nl-BE,nl;q=0.9,en;q=0.5", "nl"), ("he-IL", "he"), ("fr;q=0.4,de", "fr"), ("de,ja", "en")],
)
def test_the_browser_chooses_the_language(stranger: Reader, browser: str, language: str) -> None:
    assert page(stranger, **{"Accept-Language": browser}).root()["lang"] == language


@pytest.mark.parametrize("wanted", ["xx", "", "../en", '"><script>'])
def test_an_unknown_language_is_english(stranger: Reader, wanted: str) -> None:
    found = stranger.client.get(
        "/graphql", query_string={"lang": wanted}, headers={"Accept": BROWSER}
    )

    assert Page(found.text).root()["lang"] == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_hebrew_runs_from_right_to_left(stranger: Reader, language: str) -> None:
    found = visit(stranger, f"/graphql?lang={language}").text

    assert ('dir="rtl"' in found) == (language == "he")


@pytest.mark.parametrize("name", ["key", "query", "variables", "result", "schema", "search"])
def test_code_runs_from_left_to_right_in_every_language(stranger: Reader, name: str) -> None:
    shown = page(stranger, "/graphql?lang=he").tags

    assert [it["dir"] for _, it in shown if it.get("id") == name] == ["ltr"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_exists_in_all_languages(name: str) -> None:
    assert {language for language, text in TEXTS[name].items() if text.strip()} == set(LANGUAGES)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_the_same_gaps_in_all_languages(name: str) -> None:
    gaps = {
        frozenset(gap for _, gap, _, _ in Formatter().parse(text) if gap)
        for text in TEXTS[name].values()
    }

    assert len(gaps) == 1


def test_every_text_is_used_and_every_used_text_exists() -> None:
    used = re.findall(r"texts\.(\w+)", TEMPLATE) + re.findall(r"say\('(\w+)'", SCRIPT)

    assert set(used) == set(TEXTS)


def test_no_style_knows_left_from_right() -> None:
    assert re.findall(r"\b(?:left|right)\b", STYLE) == []


def test_the_style_follows_the_preferred_colors() -> None:
    assert "prefers-color-scheme: dark" in STYLE


def test_nothing_is_loaded_from_outside(stranger: Reader) -> None:
    assert re.findall(r"(?<!gid:)(?:https?:)?//[\w.]+", visit(stranger).text) == []


def test_nothing_runs_inline(stranger: Reader) -> None:
    named = {name for _, attributes in page(stranger).tags for name in attributes}

    assert {name for name in named if name.startswith("on") or name == "style"} == set()


def test_only_what_carries_the_nonce_runs(stranger: Reader) -> None:
    response = visit(stranger)

    shown = Page(response.text)
    nonces = {
        it["nonce"] for tag in ("script", "style") for it in shown.all(tag) if "type" not in it
    }
    assert {f"'nonce-{nonce}'" for nonce in nonces} == {policy(response)["script-src"]}


def test_the_nonce_is_new_each_time(stranger: Reader) -> None:
    assert policy(visit(stranger))["script-src"] != policy(visit(stranger))["script-src"]


def test_the_page_may_do_nothing_else(stranger: Reader) -> None:
    rules = policy(visit(stranger))

    assert (rules["default-src"], rules["connect-src"], rules["frame-ancestors"]) == (
        "'none'",
        "'self'",
        "'none'",
    )


def test_the_key_cannot_get_into_an_address(stranger: Reader) -> None:
    """A field without a name is never sent by the browser itself."""
    shown = page(stranger)

    fields = [it for tag in ("input", "textarea", "select") for it in shown.all(tag)]
    assert [it for it in fields if "name" in it] == []


def test_the_key_is_kept_for_the_tab_only() -> None:
    assert "sessionStorage" in SCRIPT
    assert "localStorage" not in SCRIPT


def test_every_field_has_a_label(stranger: Reader) -> None:
    shown = page(stranger)

    fields = {it["id"] for tag in ("input", "textarea", "select") for it in shown.all(tag)}
    assert {it["for"] for it in shown.all("label")} == fields


def test_the_page_offers_every_example(stranger: Reader) -> None:
    shown = page(stranger)

    assert set(orjson.loads(shown.blocks["examples"])) == {it.name for it in examples()}


def test_the_script_is_small() -> None:
    assert len(SCRIPT.splitlines()) < 200


ASSETS = [REACT, REACT_DOM, GRAPHIQL, GRAPHIQL_STYLE]


def test_graphiql_is_shown_where_it_is_switched_on(graphiql: Reader) -> None:
    assert GRAPHIQL.url in visit(graphiql).text


def test_graphiql_is_not_shown_by_default(stranger: Reader) -> None:
    assert "graphiql" not in visit(stranger).text.lower()


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.url)
def test_an_asset_is_pinned_by_version(asset: Asset) -> None:
    assert re.fullmatch(r"https://unpkg\.com/[a-z-]+@\d+\.\d+\.\d+/[\w./-]+", asset.url)


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.url)
def test_an_asset_is_pinned_by_content(asset: Asset) -> None:
    name, _, digest = asset.integrity.partition("-")

    assert (name, len(base64.b64decode(digest, validate=True))) == ("sha384", 48)


def test_everything_from_outside_carries_its_hash(graphiql: Reader) -> None:
    shown = page(graphiql)

    outside = [it for it in shown.all("script") + shown.all("link") if "https" in str(it)]
    assert [it["integrity"] for it in outside] == [it.integrity for it in ASSETS]


def test_everything_from_outside_is_fetched_without_our_cookies(graphiql: Reader) -> None:
    shown = page(graphiql)

    outside = [it for it in shown.all("script") + shown.all("link") if "https" in str(it)]
    assert {it["crossorigin"] for it in outside} == {"anonymous"}


def test_graphiql_may_load_scripts_with_the_nonce_only(graphiql: Reader) -> None:
    response = visit(graphiql)

    nonces = {it["nonce"] for it in Page(response.text).all("script")}
    assert {f"'nonce-{nonce}'" for nonce in nonces} == {policy(response)["script-src"]}
