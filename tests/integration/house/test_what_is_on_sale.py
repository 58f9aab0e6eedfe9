"""What a shop takes off sale is shown no longer, and what it publishes comes by itself."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connector.sync import Mode
from tests.kit.shops.scene import Finder, Scene

PAN = "gietijzeren-braadpan-24-cm"
CUPS = ("emaillebecher-anker", "hausr-stung-elbe")
NO_AGE = [{"key": "_regie_minimum_age", "value": "sixteen"}]
OFF_SALE: Mapping[str, Mapping[str, Any]] = {
    "draft": {"status": "draft"},
    "private": {"status": "private"},
    "unlisted": {"catalog_visibility": "hidden"},
    "behind a password": {"post_password": "groenedeur"},
    "not for agents": {"meta_data": [{"key": "_regie_optin", "value": "no"}, *NO_AGE]},
}


def by_delta(scene: Scene) -> None:
    scene.shops.clock.advance(300)
    scene.home.worker.drain()


def by_full_read(scene: Scene) -> None:
    scene.shops.clock.advance(60)
    scene.home.sync(scene.pan, Mode.FULL)
    scene.home.sync(scene.hafen, Mode.FULL)


def by_webhook(scene: Scene) -> None:
    assert set(scene.deliver()) == {200}


WAYS = [by_delta, by_full_read, by_webhook]


def shown(finder: Finder, *handles: str) -> list[str]:
    """Return which of these products the agent is told of."""
    asked = " ".join(
        f'p{at}: product(handle: "{handle}") {{ title priceRange {{ min {{ amount }} }} }}'
        for at, handle in enumerate(handles)
    )
    data = finder.ask(f"{{ {asked} }}")
    return [handle for at, handle in enumerate(handles) if data[f"p{at}"]]


@pytest.mark.parametrize(
    ("how", "way"), [*((how, by_delta) for how in OFF_SALE), *(("draft", way) for way in WAYS[1:])]
)
def test_what_woocommerce_took_off_sale_is_not_shown_although_another_fact_is_bad(
    scene: Scene, how: str, way: Callable[[Scene], None]
) -> None:
    finder = Finder.admitted(scene.home)
    before = shown(finder, PAN)

    scene.shops.pan.changes.edit(107, **({"meta_data": NO_AGE} | dict(OFF_SALE[how])))
    way(scene)

    assert (before, shown(finder, PAN)) == ([PAN], [])


@pytest.mark.parametrize("way", WAYS)
def test_what_shopify_took_off_sale_is_not_shown_although_another_fact_is_bad(
    scene: Scene, way: Callable[[Scene], None]
) -> None:
    finder, changes = Finder.admitted(scene.home), scene.shops.hafen.changes
    before = shown(finder, *CUPS)

    for cup, status in zip(CUPS, ("DRAFT", "UNLISTED"), strict=True):
        product = scene.shops.hafen.store.product(cup)
        changes.set_metafield(product["id"], "regie", "minimum_age", "number_integer", "old")
        changes.set_status(cup, status)
    way(scene)

    assert (before, shown(finder, *CUPS)) == ([*CUPS], [])


@pytest.mark.parametrize("way", WAYS)
def test_what_stays_on_sale_keeps_its_last_good_form_while_a_fact_is_bad(
    scene: Scene, way: Callable[[Scene], None]
) -> None:
    finder = Finder.admitted(scene.home)
    product = scene.shops.hafen.store.product(CUPS[0])
    scene.shops.hafen.changes.set_metafield(
        product["id"], "regie", "minimum_age", "number_integer", "old"
    )
    scene.shops.hafen.changes.rename(CUPS[0], "Zu früh")
    scene.shops.pan.changes.edit(107, name="Te vroeg", meta_data=NO_AGE)

    way(scene)

    assert shown(finder, CUPS[0], PAN) == [CUPS[0], PAN]
    assert not [name for name in ("Zu früh", "Te vroeg") if name in scene.titles()]


def test_a_product_comes_back_when_its_facts_are_good_again(scene: Scene) -> None:
    finder, changes = Finder.admitted(scene.home), scene.shops.pan.changes
    changes.edit(107, status="draft", meta_data=NO_AGE)
    by_delta(scene)
    changes.edit(107, status="publish", meta_data=[{"key": "_regie_minimum_age", "value": ""}])

    by_delta(scene)

    assert shown(finder, PAN) == [PAN]


@pytest.mark.parametrize("way", [by_full_read, by_webhook])
def test_what_is_published_by_a_clock_ahead_of_ours_comes_by_itself(
    scene: Scene, way: Callable[[Scene], None]
) -> None:
    finder = Finder.admitted(scene.home)
    scene.shops.hafen.clock.advance(230)
    scene.shops.hafen.changes.create("Neu A", "5.00", sku="NEU-A")
    way(scene)
    before = scene.shops.hafen.log.counts.total()
    early = shown(finder, "neu-a")

    scene.shops.clock.advance(230)
    scene.home.worker.turn()

    assert (early, shown(finder, "neu-a")) == ([], ["neu-a"])
    assert scene.shops.hafen.log.counts.total() == before


def test_stock_that_was_written_behind_the_shops_back_is_found_by_the_worker(
    scene: Scene,
) -> None:
    """A plugin wrote it into the database: no date, no webhook."""
    finder = Finder.admitted(scene.home)
    before = on_hand(finder)
    scene.shops.pan.changes.set_stock_silently(130, 1)

    scene.shops.clock.advance(86_400)
    scene.home.worker.drain()

    assert (before, on_hand(finder)) == (9, 1)


def on_hand(finder: Finder) -> int:
    data = finder.ask(
        "{ products(first: 100) { nodes { source { externalId } "
        "variants { inventory { available } } } } }"
    )
    found = {it["source"]["externalId"]: it["variants"] for it in data["products"]["nodes"]}
    return int(found["130"][0]["inventory"][0]["available"])
