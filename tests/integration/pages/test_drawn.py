"""Every page, in every language: drawn, told apart by direction, closed to others' scripts."""

import re
from collections.abc import Iterator

import pytest

from connector.store.database import Database
from regie.database import upgrade
from tests.kit.pages.world import LANGUAGES, Scene, World, a_busy_day, a_world, paths

NAMES = [
    "sign-in",
    "board",
    "past",
    "order",
    "order-asked",
    "order-ready",
    "order-out",
    "order-problem",
    "labels",
    "labels-courier",
    "pick-choose",
    "pick",
    "handover",
    "handover-order",
    "handover-courier",
    "stores",
    "store",
    "store-hours",
    "store-slots",
    "store-zones",
    "store-fees",
    "console",
    "console-couriers",
    "console-staff",
    "console-webhooks",
    "account",
    "refused",
    "customer",
    "customer-asked",
    "customer-ready",
    "customer-out",
    "customer-dead",
]
REFUSED = {"refused": 403, "customer-dead": 404}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Scene]]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('pages') / 'regie.sqlite3'}")
    upgrade(database)
    world = a_world(database)
    yield world, a_busy_day(world)
    database.close()


def test_the_list_of_pages_is_whole(day: tuple[World, Scene]) -> None:
    world, scene = day

    assert set(paths(scene, world)) == set(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_drawn_in_every_language(
    day: tuple[World, Scene], name: str, language: str
) -> None:
    world, scene = day
    who, path = paths(scene, world)[name]
    client = world.signed_in(who) if who else world.visitor()

    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")

    assert answer.status_code == REFUSED.get(name, 200)
    direction = "rtl" if language == "he" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert 'dir="rtl"' not in answer.text.replace("<html", "", 1) or language == "he"
    assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|\sstyle=|<style", answer.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", NAMES)
def test_hebrew_pages_say_nothing_in_english(day: tuple[World, Scene], name: str) -> None:
    world, scene = day
    who, path = paths(scene, world)[name]
    client = world.signed_in(who) if who else world.visitor()

    page = client.get(f"{path}{'&' if '?' in path else '?'}lang=he").text

    body = re.sub(
        r"<bdi[^>]*>.*?</bdi>|<option.*?</option>|<title>.*?</title>", "", page, flags=re.DOTALL
    )
    text = re.sub(
        r"<[^>]+>", " ", body.partition("<main")[2].partition(">")[2].partition("<footer")[0]
    )
    found = set(re.findall(r"[A-Za-z]{4,}", text)) - OUR_OWN
    assert found == set()


OUR_OWN = {
    *("English", "Nederlands", "Français", "Fran", "GeoJSON", "Polygon", "MultiPolygon", "Enter"),
    *(
        "OpenStreetMap",
        "openstreetmap",
        "opening",
        "hours",
        "https",
        "nbsp",
        "ndash",
        "times",
        "minus",
        "Camera",
    ),
    # what the merchant, his customers and his shop wrote themselves
    *(
        "Manager",
        "Staff",
        "Elsewhere",
        "Owner",
        "Enamel",
        "Saskia",
        "Centre",
        "North",
        "Near",
        "mugs",
    ),
}
