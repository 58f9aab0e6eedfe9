"""The page at `/` says in four languages what this server is."""

import pytest
from flask.testing import FlaskClient

from regie.welcome import WORDS


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [
        ("nl-BE, fr;q=0.5", "nl"),
        ("fr", "fr"),
        ("he-IL", "he"),
        ("en-GB", "en"),
        ("ja", "en"),
        ("", "en"),
        ("*", "en"),
        ("\x00;q=nonsense", "en"),
    ],
)
def test_the_page_speaks_the_language_of_its_reader(
    client: FlaskClient, wanted: str, lang: str
) -> None:
    page = client.get("/", headers={"Accept-Language": wanted.replace("\x00", "?")})

    assert page.status_code == 200
    assert page.headers["Content-Language"] == lang
    assert f'<html lang="{lang}" dir="{WORDS[lang].direction}">' in page.text


def test_hebrew_is_written_from_right_to_left() -> None:
    assert [lang for lang, words in WORDS.items() if words.direction == "rtl"] == ["he"]


def test_the_page_leads_on(client: FlaskClient) -> None:
    page = client.get("/").text

    assert 'href="/graphql"' in page
    assert 'href="/healthz"' in page


def test_the_page_runs_nothing(client: FlaskClient) -> None:
    page = client.get("/")

    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Vary"] == "Accept-Language"


def test_other_addresses_are_still_problems(client: FlaskClient) -> None:
    assert client.get("/nothing").content_type == "application/problem+json"
