"""Connections and their sealed credentials, on SQLite and Postgres."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from connector.store import connections, keys
from connector.store.clock import system_clock
from connector.store.connections import Shopfront, Vault
from connector.store.database import Database
from connector.store.errors import SecretKeyWrong
from connector.store.secrets import SecretBox, WeakSecretKey

OLD, NEW = "o" * 40, "n" * 40
PLANTED = "shpat_planted_0123456789"
SHOP = Shopfront("mer_1", "con_1", "shopify", "hafen.myshopify.com", None, "active", *[None] * 8)


def put(database: Database, box: SecretBox, shopfront: Shopfront = SHOP) -> None:
    with database.write() as connection:
        connections.put(connection, shopfront, {"access_token": PLANTED}, PLANTED, box, 0)


def vault(database: Database, box: SecretBox, shopfront: Shopfront = SHOP) -> Vault:
    return Vault(database, box, shopfront, "me", system_clock)


def test_credentials_come_back_as_stored(database: Database) -> None:
    box = SecretBox([OLD])
    put(database, box)

    assert vault(database, box).load() == {"access_token": PLANTED}


def test_connecting_again_keeps_the_connection(database: Database) -> None:
    box = SecretBox([OLD])
    put(database, box)
    put(database, box, structs.replace(SHOP, endpoint="http://127.0.0.1:1"))

    with database.read() as connection:
        assert [it.endpoint for it in connections.all_of(connection)] == ["http://127.0.0.1:1"]


def test_another_key_opens_nothing(database: Database) -> None:
    put(database, SecretBox([OLD]))

    with pytest.raises(SecretKeyWrong):
        vault(database, SecretBox([NEW])).load()


def test_a_sealed_secret_copied_to_another_owner_stays_shut() -> None:
    box = SecretBox([OLD])

    with pytest.raises(SecretKeyWrong):
        box.open(box.seal(b"x", "mer_1/con_1"), "mer_1/con_2")


def test_rotation_needs_no_downtime(database: Database) -> None:
    put(database, SecretBox([OLD]))
    both = SecretBox([NEW, OLD])
    before = vault(database, both).load()

    with database.write() as connection:
        moved = connections.rotate(connection, both)

    after = vault(database, SecretBox([NEW])).load()
    assert (moved, before, after) == (2, after, {"access_token": PLANTED})


def test_a_short_secret_key_is_refused() -> None:
    with pytest.raises(WeakSecretKey):
        SecretBox(["short"])


def test_no_file_of_the_database_holds_a_credential(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path
) -> None:
    put(open_at(sqlite_url), SecretBox([OLD]))

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if PLANTED.encode() in path.read_bytes()]


def test_a_revoked_key_opens_nothing(database: Database) -> None:
    with database.write() as connection:
        text = keys.create(connection, "mer_1", keys.OPERATOR, "me", 0)
        (key,) = keys.all_of(connection, "mer_1")
        keys.revoke(connection, "mer_1", key.id, 1)

    with database.read() as connection:
        assert keys.find(connection, text) is None


def test_only_the_beginning_of_a_key_is_stored(database: Database) -> None:
    with database.write() as connection:
        text = keys.create(connection, "mer_1", keys.OPERATOR, "me", 0)
        (key,) = keys.all_of(connection, "mer_1")

    assert (key.prefix, len(key.prefix)) == (text[:12], 12)
