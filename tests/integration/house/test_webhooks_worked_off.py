"""Webhooks of the fake shops through the door and the worker: goodbye, return, oblivion."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from connector.store import connections, tables
from connector.store.connections import Shopfront
from connector.sync import Mode
from tests.kit.shops.street import Home, Street, moved_in, silence, street

HOUR = 3600


class Scene(Struct):
    """Both shops connected and read, their webhooks set up."""

    shops: Street
    home: Home
    hafen: Shopfront
    pan: Shopfront

    def deliver(self) -> list[int]:
        """Send the shops' news to the door, and work it off."""
        self.shops.send()
        statuses = [self.home.receive(letter) for letter in self.shops.bag.emptied()]
        self.home.worker.drain()
        return statuses

    def ask_to_forget(self) -> None:
        domain = self.shops.hafen.domain
        body = {"shop_id": 1, "shop_domain": domain}
        self.shops.hafen.post.tell_compliance("shop/redact", body, "http://x/webhooks/shopify")

    def status(self, front: Shopfront) -> str:
        with self.home.house.database.read() as connection:
            return connections.get(connection, front.id).status

    def titles(self) -> str:
        return b"".join(self.home.export()).decode()

    def hooks_at_hafen(self) -> list[Any]:
        return list(self.shops.hafen.store.subscriptions.values())

    def hooks_at_pan(self) -> list[Any]:
        return [it for it in self.shops.pan.webhooks.hooks.values() if it.status == "active"]


@pytest.fixture
def scene(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    with silence(), street() as shops, moved_in() as move_in:
        home = move_in(tmp_path / "home", database_url, shops.clock)
        hafen, pan = shops.connect_hafen(home.house), shops.connect_pan(home.house)
        home.sync(hafen, Mode.FULL)
        home.sync(pan, Mode.FULL)
        home.worker.drain()
        shops.bag.emptied()
        yield Scene(shops, home, hafen, pan)


def test_news_of_both_shops_reaches_the_catalogue(scene: Scene) -> None:
    scene.shops.hafen.changes.rename("emaillebecher-anker", "Becher von heute")
    scene.shops.pan.changes.rename(107, "Pan van vandaag")

    scene.deliver()

    assert "Becher von heute" in scene.titles()
    assert "Pan van vandaag" in scene.titles()


def test_a_removed_app_is_left_alone(scene: Scene) -> None:
    scene.shops.hafen.changes.uninstall()
    scene.deliver()
    before = scene.shops.hafen.log.counts.total()
    scene.shops.clock.advance(25 * HOUR)

    scene.home.worker.drain()

    assert (scene.status(scene.hafen), scene.shops.hafen.log.counts.total()) == (
        "uninstalled",
        before,
    )


def test_what_a_removed_app_had_read_stays_until_the_shop_asks(scene: Scene) -> None:
    before = scene.home.export()

    scene.shops.hafen.changes.uninstall()
    scene.deliver()

    assert scene.home.export() == before


def test_a_shop_that_comes_back_goes_on_where_it_was(scene: Scene) -> None:
    scene.shops.hafen.changes.uninstall()
    scene.deliver()
    again = scene.shops.connect_hafen(scene.home.house)
    scene.shops.hafen.changes.rename("emaillebecher-anker", "Wieder da")

    scene.deliver()

    assert (again.id, again.status, "Wieder da" in scene.titles()) == (
        scene.hafen.id,
        "active",
        True,
    )


def names_of(front: Shopfront, home: Home) -> set[str]:
    """Return the ids that only rows of this connection hold."""
    with home.house.database.read() as connection:
        found = {front.id}
        for table in (tables.product, tables.location):
            mine = table.c.connection_id == front.id
            found |= set(connection.execute(table.select().where(mine)).scalars("id"))
        runs = tables.sync_run
        mine = runs.c.connection_id == front.id
        found |= set(connection.execute(runs.select().where(mine)).scalars("id"))
        ours = tables.offer.c.product_id.in_(found)
        found |= set(connection.execute(tables.offer.select().where(ours)).scalars("variant_id"))
    return found


def rows(home: Home) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    with home.house.database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select())]
            for table in tables.metadata.sorted_tables
        }


def mentioning(names: set[str], found: dict[str, list[Any]]) -> dict[str, int]:
    """Count by table the rows that hold one of these names, alone or as part of a key."""
    told = {
        name: sum(any(_holds(value, names) for value in row) for row in lines)
        for name, lines in found.items()
    }
    return {name: count for name, count in told.items() if count}


def _holds(value: Any, names: set[str]) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text in names or any(part in names for part in text.split(":"))


def test_a_shop_that_asks_to_be_forgotten_leaves_no_row(scene: Scene) -> None:
    scene.shops.hafen.changes.set_price("KAF-1-250-B", "9.99")
    scene.deliver()
    names = names_of(scene.hafen, scene.home)
    scene.ask_to_forget()

    scene.deliver()

    assert mentioning(names, rows(scene.home)) == {}


def test_a_shop_that_is_forgotten_takes_no_other_with_it(scene: Scene) -> None:
    names = names_of(scene.pan, scene.home)
    before = mentioning(names, rows(scene.home))
    scene.ask_to_forget()

    scene.deliver()

    assert mentioning(names, rows(scene.home)) == before


def test_a_shop_that_is_forgotten_leaves_no_file(scene: Scene) -> None:
    folder = scene.home.house.workdir(scene.hafen)
    (folder / "export.jsonl").write_text("{}")
    scene.ask_to_forget()

    scene.deliver()

    assert not folder.exists()


def test_a_shop_can_be_forgotten_after_its_app_was_removed(scene: Scene) -> None:
    scene.shops.hafen.changes.uninstall()
    scene.deliver()
    scene.ask_to_forget()

    assert scene.deliver() == [200]
    assert "con_" + scene.hafen.id.removeprefix("con_") not in str(rows(scene.home))


def test_a_forgotten_shop_can_be_connected_anew(scene: Scene) -> None:
    before = scene.home.export()
    scene.ask_to_forget()
    scene.deliver()

    scene.home.sync(scene.shops.connect_hafen(scene.home.house), Mode.FULL)

    assert scene.home.export() == before


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact"])
def test_what_a_shop_asks_about_customers_changes_nothing(scene: Scene, topic: str) -> None:
    before = scene.home.export()
    body = {"shop_domain": scene.shops.hafen.domain, "customer": {"id": 1, "email": "a@b.example"}}
    scene.shops.hafen.post.tell_compliance(topic, body, "http://x/webhooks/shopify")

    statuses = scene.deliver()

    assert (statuses, scene.home.export()) == ([200], before)


def test_a_subscription_that_shopify_deleted_is_made_anew(scene: Scene) -> None:
    whole = len(scene.hooks_at_hafen())
    for row in scene.hooks_at_hafen()[:5]:
        scene.shops.hafen.post.forget(row)
    scene.shops.clock.advance(1800)

    scene.home.worker.drain()

    assert (whole > 10, len(scene.hooks_at_hafen())) == (True, whole)


def test_a_webhook_that_woocommerce_switched_off_is_made_anew(scene: Scene) -> None:
    whole = len(scene.hooks_at_pan())
    scene.shops.bag.status = 500
    for number in range(7):
        scene.shops.pan.changes.rename(107, f"Pan {number}")
        scene.shops.send()
    scene.shops.bag.status = 200
    left = len(scene.hooks_at_pan())
    scene.shops.clock.advance(1800)

    scene.home.worker.drain()

    assert (whole - left, len(scene.hooks_at_pan())) == (1, whole)


def test_a_product_deleted_that_is_none_of_ours_is_nothing(scene: Scene) -> None:
    """With orders kept as posts, a deleted order is told as `product.deleted` too."""
    before = scene.home.export()
    order = scene.shops.pan.changes.sell(107)
    scene.deliver()
    after_sale = scene.home.export()

    scene.shops.pan.changes.delete_order(order["id"])
    scene.deliver()

    assert (scene.home.export() == after_sale, len(after_sale)) == (True, len(before))
