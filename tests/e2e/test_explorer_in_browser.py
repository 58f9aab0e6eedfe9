"""The Explorer page in a real browser: it asks, shows, searches, and lets the keyboard out."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response

from connector.store.database import Database
from gateway import Gate, gateway
from tests.kit.browser import CHROMIUM
from tests.kit.catalogue import desk_at, seed, served

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--dump-dom"),
    *("--virtual-time-budget=10000", "--window-size=1280,900"),
]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.slow,
]
Browse = Callable[..., str]


@pytest.fixture
def browse(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path
) -> Callable[..., str]:
    """Open the page, let a script act as a person would, and return what then stands there."""
    database = open_at(sqlite_url)
    key = seed(database)

    def act(script: str, address: str = "/graphql") -> str:
        app = Flask("regie")
        app.register_blueprint(gateway(Gate(desk_at(database))))
        app.after_request(lambda response: _driven(response, script.replace("KEY", key)))
        with served(app) as root:
            profile = f"--user-data-dir={tmp_path / 'profile'}"
            command = [str(CHROMIUM), *FLAGS, profile, root + address]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return done.stdout

    return act


def _driven(response: Response, script: str) -> Response:
    """Append a script that carries the page's own nonce."""
    if response.mimetype == "text/html":
        body = response.get_data(as_text=True)
        found = re.search('nonce="([^"]+)"', body)
        assert found
        extra = f'<script nonce="{found[1]}">{script}</script></body>'
        response.set_data(body.replace("</body>", extra))
    return response


def inner(page: str, name: str) -> str:
    found = re.search(f'id="{name}"[^>]*>(.*?)</(?:p|pre|div|title)>', page, re.DOTALL)
    assert found, page[-2000:]
    return found[1]


GIVE_KEY = "at('key').value = 'KEY'; at('key').dispatchEvent(new Event('change'));"
CHOOSE = "at('example').value = 'catalogue-page'; at('example').dispatchEvent(new Event('change'));"
PRESS = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true}));"


def test_an_example_runs_at_the_press_of_a_button(browse: Browse) -> None:
    page = browse(GIVE_KEY + CHOOSE + "at('run').click();")

    assert "Enamel mug" in inner(page, "result")


def test_an_example_runs_at_the_press_of_keys(browse: Browse) -> None:
    page = browse(GIVE_KEY + CHOOSE + PRESS)

    assert "Enamel mug" in inner(page, "result")


def test_the_status_tells_time_size_and_cost(browse: Browse) -> None:
    page = browse(GIVE_KEY + CHOOSE + "at('run').click();")

    assert re.fullmatch(r"Status 200, \d+ ms, \d+ bytes, cost \d+", inner(page, "status"))


def test_without_a_key_the_refusal_is_shown(browse: Browse) -> None:
    assert "key_required" in inner(browse("at('run').click();"), "result")


def test_variables_that_are_no_object_are_told_before_asking(browse: Browse) -> None:
    page = browse("at('variables').value = '[1]'; at('run').click();")

    assert inner(page, "status") == "The variables are not a JSON object."


def test_the_schema_is_shown_to_a_key(browse: Browse) -> None:
    assert "<code>InventoryLevel</code>" in browse(GIVE_KEY)


def test_the_schema_is_not_shown_without_a_key(browse: Browse) -> None:
    assert "InventoryLevel</code>" not in browse("")


def test_a_wrong_key_is_told(browse: Browse) -> None:
    page = browse(GIVE_KEY.replace("KEY", "rgk_wrong"))

    assert inner(page, "found") == "This key opens nothing here."


SEARCH = """
setTimeout(() => {
  at('search').value = 'ALLERGENS';
  at('search').dispatchEvent(new Event('input'));
}, 3000);"""


def test_the_search_leaves_the_types_that_fit(browse: Browse) -> None:
    assert inner(browse(GIVE_KEY + SEARCH), "found") == "Types that fit: 1"


TAB = "at('query').dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', cancelable: true}))"
ESCAPE = "at('query').dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))"


def test_tab_indents_in_the_editor(browse: Browse) -> None:
    page = browse(f"document.title = 'kept ' + !{TAB};")

    assert "<title>kept true</title>" in page


def test_escape_and_tab_leave_the_editor(browse: Browse) -> None:
    page = browse(f"{ESCAPE}; document.title = 'kept ' + !{TAB};")

    assert "<title>kept false</title>" in page


def test_the_key_comes_back_within_the_tab(browse: Browse) -> None:
    reload_once = """
      if (!sessionStorage.getItem('again')) {
        at('key').value = 'KEY'; at('key').dispatchEvent(new Event('change'));
        sessionStorage.setItem('again', '1'); location.reload();
      } else { document.title = at('key').value; }"""

    assert "<title>rgk_" in browse(reload_once)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "he"])
def test_nothing_overflows_a_phone(browse: Browse, language: str) -> None:
    narrow = "document.body.style.inlineSize = '360px';"
    measure = "document.title = 'wide ' + (document.querySelector('main').scrollWidth > 360);"

    assert "<title>wide false</title>" in browse(narrow + measure, f"/graphql?lang={language}")
