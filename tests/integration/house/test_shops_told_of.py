"""What `connect`, `sync` and `check` tell of shops that do not call, and of those that left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from sqlalchemy import update

from connector.platforms.shopify.access.signature import webhook_signature
from connector.platforms.woocommerce.hooks import TOPICS
from connector.store import connections, tables
from connector.store.clock import ms, system_clock
from connector.store.work import queue
from connector.webhooks import inbox_owner
from regie.app import create_app
from regie.worker import Worker
from tests.kit.command import Command, Done, environment
from tests.kit.shops.street import Street, silence, street


class Counter(Struct):
    """A shopkeeper at the command line, with both shops in reach."""

    regie: Command
    shops: Street

    def connect_by_token(self, *more: str) -> Done:
        token = self.shops.hafen.tokens.keep("shpat_planted").value
        return self._connect_hafen("--token", token, *more)

    def connect_by_app(self) -> Done:
        shop = self.shops.hafen
        return self._connect_hafen(
            "--client-id", shop.client_id, "--client-secret", shop.client_secret
        )

    def _connect_hafen(self, *keys: str) -> Done:
        named = ("--shop", self.shops.hafen.domain, "--endpoint", self.shops.hafen_url)
        return self.regie("connect", "shopify", *named, *keys)

    def connect_pan(self, permissions: str) -> Done:
        key = self.shops.pan.new_key(permissions)
        pair = ("--key", key.consumer_key, "--secret", key.consumer_secret)
        return self.regie("connect", "woocommerce", "--url", self.shops.pan_url, *pair)

    def work(self) -> None:
        """Let the worker do what is due, as a new process does."""
        with self.regie.house() as house:
            worker = Worker(house)
            worker.drain()
            worker.close()

    def look_after_hooks(self) -> None:
        """Let the worker look after the webhooks now."""
        with self.regie.house() as house, house.database.write() as connection:
            at_once = update(tables.job).where(tables.job.c.kind == "hooks").values(run_at=0)
            connection.execute(at_once)
        self.work()

    def receive(self, topic: str, body: bytes) -> int:
        """Post a webhook as Shopify signs it."""
        shop = self.shops.hafen
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": shop.domain,
            "X-Shopify-Event-Id": "event-1",
            "X-Shopify-Hmac-Sha256": webhook_signature(body, shop.client_secret),
        }
        with self.regie.house() as house:
            client = create_app(house).test_client()
            return client.post("/webhooks/shopify", data=body, headers=headers).status_code

    def faults(self, about: str) -> list[str]:
        """Return what `regie check` says that is to be mended, of things with such a word."""
        found: list[Any] = self.regie("check", "--json").json
        return [it["text"] for it in found if not it["ok"] and about in it["text"]]

    def leave_dead(self, topic: str, body: bytes) -> None:
        """Leave news in the inbox that nobody could take, a minute ago."""
        with self.regie.house() as house, house.database.write() as connection:
            (front,) = connections.all_of(connection)
            values = {
                "merchant_id": front.merchant_id,
                "id": f"inb_{topic}",
                "dedupe_key": topic,
                "connection_id": front.id,
                "topic": topic,
                "resource": "",
                "headers": "{}",
                "body": house.box.seal(body, inbox_owner(front.id)),
                "state": queue.DEAD,
            }
            queue.put(connection, tables.inbox, values, ms(house.clock()) - 60_000)


@pytest.fixture
def counter(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Iterator[Counter]:
    given = environment(tmp_path / "home", database_url)
    command = Command(monkeypatch, capsys, {**given, "REGIE_ALLOW_PRIVATE_HOSTS": "1"})
    with silence(), street(system_clock) as shops:
        yield Counter(command, shops)


def test_a_token_without_a_secret_makes_no_webhooks_and_says_so(counter: Counter) -> None:
    told = counter.connect_by_token().out
    counter.work()

    assert "no webhooks" in told
    assert "--client-secret" in told
    assert counter.shops.hafen.store.subscriptions == {}


def test_check_names_a_shop_whose_webhooks_nothing_could_prove(counter: Counter) -> None:
    counter.connect_by_token()
    counter.work()

    (found,) = counter.faults("no webhooks")
    assert "--client-secret" in found


def test_a_token_with_its_secret_makes_webhooks(counter: Counter) -> None:
    told = counter.connect_by_token("--client-secret", counter.shops.hafen.client_secret).out
    counter.work()

    assert "no webhooks" not in told
    assert (len(counter.shops.hafen.store.subscriptions) > 10, counter.faults("webhooks")) == (
        True,
        [],
    )


def test_connecting_again_by_token_keeps_the_secret_that_is_known(counter: Counter) -> None:
    counter.connect_by_app()
    counter.connect_by_token()

    assert counter.receive("products/update", b'{"id": 1}') == 200


def test_check_names_the_webhooks_that_a_key_could_not_make(counter: Counter) -> None:
    counter.connect_pan("read")
    counter.work()

    (found,) = counter.faults("webhooks could be made")
    assert ("product.created" in found, "Read/Write" in found) == (True, True)


def test_a_key_that_may_write_mends_it(counter: Counter) -> None:
    counter.connect_pan("read")
    counter.work()

    counter.connect_pan("read_write")
    counter.look_after_hooks()

    assert counter.faults("webhooks") == []


def test_nothing_of_a_refusal_is_kept_but_our_own_words(counter: Counter) -> None:
    counter.connect_pan("read")
    counter.work()

    with counter.regie.house() as house, house.database.read() as connection:
        hooks = tables.job.c.kind == "hooks"
        (kept,) = connection.execute(tables.job.select().where(hooks)).scalars("error")
    assert set(kept.split()) == {"missing:", *TOPICS}


def test_a_removed_app_is_nothing_that_check_calls_good(counter: Counter) -> None:
    counter.connect_by_app()
    counter.shops.hafen.changes.uninstall()
    counter.receive("app/uninstalled", b'{"id": 1}')
    counter.work()

    (found,) = counter.faults("uninstalled")
    assert "regie connect shopify" in found


def test_a_sync_of_no_shop_fails_and_says_what_to_do(counter: Counter) -> None:
    counter.connect_by_app()
    counter.shops.hafen.changes.uninstall()
    counter.receive("app/uninstalled", b'{"id": 1}')
    counter.work()

    done = counter.regie("sync")

    assert done.failed("not_connected")
    assert "regie connect" in done.err


def test_a_full_sync_ends_the_dead_news_that_check_complains_of(counter: Counter) -> None:
    counter.connect_by_app()
    counter.leave_dead("products/update", b'{"id": 1}')
    (before,) = counter.faults("dead")

    counter.regie.ok("sync", "--full")

    assert ("regie sync --full" in before, counter.faults("dead")) == (True, [])


def test_check_says_what_to_do_about_a_persons_request_that_is_dead(counter: Counter) -> None:
    counter.connect_by_app()
    counter.leave_dead("customers/redact", b"[]")

    counter.regie.ok("sync", "--full")

    (found,) = counter.faults("dead")
    assert "regie erase --person" in found
