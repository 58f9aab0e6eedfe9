"""The command line as a shop owner uses it, against the fake shops."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from subprocess import CompletedProcess

import pytest

from regie.demo import shopify, woocommerce
from tests.kit.shops.loopback import Reply, loopback

Run = Callable[..., CompletedProcess[str]]


def command_in(folder: Path) -> Run:
    """Run `regie` with a home of its own, below a folder."""

    def run(*words: str, **environment: str) -> CompletedProcess[str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
        given = {"REGIE_HOME": str(folder / "home"), "REGIE_ALLOW_PRIVATE_HOSTS": "1"}
        return subprocess.run(
            [sys.executable, "-m", "regie", *words],
            env={**clean, **given, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=folder,
        )

    return run


@pytest.fixture
def regie(tmp_path: Path) -> Run:
    return command_in(tmp_path)


@pytest.fixture(scope="module")
def hafen() -> Iterator[tuple[shopify.ShopifyShop, str]]:
    shop = shopify.ShopifyShop.load(shopify.HAFEN_UND_HOF, bulk_seconds=0.1)
    with shopify.serve(shop) as served:
        yield shop, served.url


@pytest.fixture(scope="module")
def pan() -> Iterator[tuple[woocommerce.WooShop, str]]:
    shop = woocommerce.WooShop.load(woocommerce.DEMO_SHOP)
    with woocommerce.serve(shop) as served:
        yield shop, served.url


def connect_hafen(regie: Run, hafen: tuple[shopify.ShopifyShop, str]) -> CompletedProcess[str]:
    shop, url = hafen
    return regie(*shop.connect_line(url).split()[1:])


@pytest.fixture(scope="module")
def connected_folder(
    tmp_path_factory: pytest.TempPathFactory, hafen: tuple[shopify.ShopifyShop, str]
) -> Path:
    """Connect the shop once; tests that begin there get a copy of that home."""
    folder = tmp_path_factory.mktemp("connected")
    assert connect_hafen(command_in(folder), hafen).returncode == 0
    return folder


@pytest.fixture(scope="module")
def synced_folder(tmp_path_factory: pytest.TempPathFactory, connected_folder: Path) -> Path:
    """Read the whole shop once."""
    folder = tmp_path_factory.mktemp("synced")
    copytree(connected_folder, folder, dirs_exist_ok=True)
    assert command_in(folder)("sync", "--full").returncode == 0
    return folder


@pytest.fixture
def connected(regie: Run, connected_folder: Path, tmp_path: Path) -> Run:
    copytree(connected_folder, tmp_path, dirs_exist_ok=True)
    return regie


@pytest.fixture
def synced(regie: Run, synced_folder: Path, tmp_path: Path) -> Run:
    copytree(synced_folder, tmp_path, dirs_exist_ok=True)
    return regie


def connect_pan(regie: Run, pan: tuple[woocommerce.WooShop, str]) -> CompletedProcess[str]:
    shop, url = pan
    return regie(*shop.connect_line(url).split()[1:])


def test_the_printed_line_connects_a_shopify_shop(
    regie: Run, hafen: tuple[shopify.ShopifyShop, str]
) -> None:
    done = connect_hafen(regie, hafen)

    assert (done.returncode, "connected: Hafen & Hof (EUR)" in done.stdout) == (0, True)


def test_both_shops_come_into_one_catalogue(
    regie: Run,
    hafen: tuple[shopify.ShopifyShop, str],
    pan: tuple[woocommerce.WooShop, str],
) -> None:
    connect_hafen(regie, hafen)
    connect_pan(regie, pan)

    done = regie("sync", "--full")

    lines = regie("export", "catalog").stdout.splitlines()
    platforms = {json.loads(line)["source"]["platform"] for line in lines}
    assert (done.returncode, platforms) == (0, {"shopify", "woocommerce"})


def test_the_export_is_sorted_by_id(synced: Run) -> None:
    ids = [json.loads(line)["id"] for line in synced("export", "catalog").stdout.splitlines()]
    assert (len(ids), ids) == (60, sorted(ids))


def test_progress_in_a_pipe_is_plain_lines(connected: Run) -> None:
    done = connected("sync", "--full")

    assert "\x1b" not in done.stdout
    assert "new 60" in done.stdout.splitlines()[-1]


def test_json_is_one_line_per_connection(connected: Run) -> None:
    (line,) = connected("sync", "--full", "--json").stdout.splitlines()
    assert json.loads(line)["counts"]["created"] == 60


def failed(done: CompletedProcess[str], code: str) -> bool:
    """Tell whether a command failed as it should: code 1, one error, no trace."""
    return done.returncode == 1 and f"({code})" in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_key_is_told_and_nothing_is_stored(
    regie: Run, pan: tuple[woocommerce.WooShop, str]
) -> None:
    done = regie("connect", "woocommerce", "--url", pan[1], "--key", "ck_no", "--secret", "cs_no")

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert failed(regie("sync"), "no_merchant")


def test_a_wrong_token_is_told(regie: Run, hafen: tuple[shopify.ShopifyShop, str]) -> None:
    shop, url = hafen

    done = regie("connect", "shopify", "--shop", shop.domain, "--token", "no", "--endpoint", url)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_a_secret_never_appears_in_an_error(
    regie: Run, hafen: tuple[shopify.ShopifyShop, str]
) -> None:
    shop, url = hafen
    words = ["--shop", shop.domain, "--token", "shpat_planted_secret", "--endpoint", url]

    done = regie("connect", "shopify", *words)

    assert "planted" not in done.stdout + done.stderr


def test_a_wrong_address_is_told(regie: Run) -> None:
    words = ["--url", "http://127.0.0.1:9", "--key", "ck_x", "--secret", "cs_x"]

    done = regie("connect", "woocommerce", *words)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize(
    "body",
    [b"<html>Attention required! Firewall</html>", b'{"surprise": 1}', b'{"name": "half', b""],
    ids=["html", "schema-less", "half", "empty"],
)
def test_an_address_that_is_no_shop_is_told(regie: Run, body: bytes) -> None:
    with loopback(lambda _: Reply(body, headers={"Content-Type": "application/json"})) as port:
        words = ["--url", f"http://127.0.0.1:{port}", "--key", "ck_x", "--secret", "cs_x"]
        done = regie("connect", "woocommerce", *words)

    told = "Traceback" in done.stderr, "error:" in done.stderr
    assert (done.returncode, *told) == (1, False, True)


def test_a_private_address_needs_permission(
    regie: Run, pan: tuple[woocommerce.WooShop, str]
) -> None:
    shop, url = pan
    words = shop.connect_line(url).split()[1:]

    done = regie(*words, REGIE_ALLOW_PRIVATE_HOSTS="0")

    assert failed(done, "private_host")


def test_a_bad_setting_names_the_variable(regie: Run) -> None:
    done = regie("check", REGIE_DELTA_SECONDS="soon")

    assert failed(done, "bad_setting")
    assert "REGIE_DELTA_SECONDS" in done.stderr


def test_wrong_usage_has_code_two(regie: Run) -> None:
    assert regie("sync", "--nonsense").returncode == 2


def test_check_is_content_after_a_sync(synced: Run) -> None:
    assert synced("check", "--shops").returncode == 0


def test_check_fails_before_the_first_sync(connected: Run) -> None:
    done = connected("check", "--json")

    assert (done.returncode, any(not it["ok"] for it in json.loads(done.stdout))) == (1, True)


def test_keys_are_made_listed_and_revoked(connected: Run) -> None:
    text = connected("key", "create", "--label", "me").stdout.strip()
    (found,) = json.loads(connected("key", "list", "--json").stdout)

    connected("key", "revoke", found["id"])

    assert text.startswith(found["prefix"])
    assert "revoked" in connected("key", "list").stdout


def test_backup_and_restore_bring_back_the_catalogue(synced: Run, tmp_path: Path) -> None:
    before = synced("export", "catalog").stdout
    synced("backup", str(tmp_path / "b"))

    done = synced("restore", "--yes", str(tmp_path / "b"), REGIE_HOME=str(tmp_path / "other"))

    after = synced("export", "catalog", REGIE_HOME=str(tmp_path / "other")).stdout
    assert (done.returncode, after) == (0, before)


def test_secrets_are_sealed_anew_without_losing_the_shop(
    regie: Run, hafen: tuple[shopify.ShopifyShop, str]
) -> None:
    old, new = "o" * 40, "n" * 40
    shop, url = hafen
    regie(*shop.connect_line(url).split()[1:], REGIE_SECRET_KEY=old)

    regie("rotate-secrets", REGIE_SECRET_KEY=f"{new},{old}")

    assert regie("sync", "--full", REGIE_SECRET_KEY=new).returncode == 0


def test_the_wrong_secret_key_is_told(regie: Run, hafen: tuple[shopify.ShopifyShop, str]) -> None:
    shop, url = hafen
    regie(*shop.connect_line(url).split()[1:], REGIE_SECRET_KEY="o" * 40)

    assert failed(regie("sync", REGIE_SECRET_KEY="n" * 40), "secret_key_wrong")


def test_a_shop_that_is_down_leaves_the_last_good_catalogue(regie: Run) -> None:
    shop = shopify.ShopifyShop.load(shopify.HAFEN_UND_HOF, bulk_seconds=0.1)
    with shopify.serve(shop) as served:
        regie(*shop.connect_line(served.url).split()[1:])
        regie("sync", "--full")
    before = regie("export", "catalog").stdout

    done = regie("sync", "--full")

    assert (done.returncode, regie("export", "catalog").stdout) == (1, before)


def test_an_agent_is_let_in_and_looked_through(synced: Run) -> None:
    key = synced("agent", "add", "Finder", "--contact", "mail@finder.example").stdout.split()
    grant = synced("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")
    told = json.loads(synced("exposure", "preview", "Finder", "--json").stdout)

    assert len(key) == 1
    assert f"holds {told['products']} products now" in grant.stderr
    assert 0 < told["products"] <= told["of"] == 60
    assert {it["price"] for it in told["parts"]} == {"hidden"}


def test_a_backup_has_the_ledger_beside_it(connected: Run, tmp_path: Path) -> None:
    done = connected("backup", str(tmp_path / "b"))

    assert done.returncode == 0
    assert {it.name for it in tmp_path.glob("b*")} == {"b", "b.ledger"}
    assert "the ledger" in connected("restore", "--yes", str(tmp_path / "b")).stdout


def test_a_ledger_without_a_shop_is_told(regie: Run) -> None:
    assert failed(regie("ledger", "verify"), "no_merchant")
    assert failed(regie("grant", "list"), "no_merchant")
