"""An address that leads nowhere: people are shown a page, programs are told in their form."""

import pytest
from flask.testing import FlaskClient

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
TITLES = {
    "en": "There is no such page",
    "nl": "Deze pagina bestaat niet",
    "fr": "Cette page n'existe pas",
    "he": "אין דף כזה",
}


@pytest.mark.parametrize("language", TITLES)
def test_a_browser_is_shown_a_page_in_its_language(client: FlaskClient, language: str) -> None:
    answer = client.get("/nothing", headers={"Accept": BROWSER, "Accept-Language": language})

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    direction = "rtl" if language == "he" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert f"<h1>{TITLES[language]}</h1>" in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/problem+json, text/html;q=0.5", None]
)
def test_a_program_is_told_in_its_form(client: FlaskClient, accept: str | None) -> None:
    answer = client.get("/nothing", headers={} if accept is None else {"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json(force=True)["code"] == "not_found"


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/%5Cevil.example/", "/x?lang=%22%3E%3Cscript%3E"]
)
def test_the_page_leads_to_no_other_site_and_repeats_nothing(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})

    assert answer.status_code in {308, 404}
    assert "evil" not in answer.text or answer.status_code == 308
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/board/nothing", "/stores/a/b/c", "/pages/static/nothing.css"])
def test_addresses_below_a_page_are_no_exception(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Accept": BROWSER}).mimetype == "text/html"


def test_a_merchant_who_is_not_set_up_yet_changes_nothing_about_it(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept": BROWSER, "Host": "unknown.example"})

    assert answer.status_code == 404
