import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
import stamina
from rich.pretty import pretty_repr

import regie
from connector.model.errors import (
    BadSignature,
    InvalidInput,
    PlatformCredentials,
    PlatformUnavailable,
)
from connector.platforms.errors import Unreachable
from connector.platforms.shopify import errors
from connector.platforms.shopify.auth import (
    AppRefused,
    OAuth,
    SessionTokenRefused,
    authorize_url,
    check_state,
    missing_scopes,
    new_state,
)
from connector.platforms.shopify.domain import InvalidShop
from connector.platforms.shopify.token import (
    FixedToken,
    Grant,
    ReconnectNeeded,
    RenewedToken,
    TokenPair,
)
from connector.platforms.transport import Transport

SHOP = "hafen-und-hof.myshopify.com"
URL = f"https://{SHOP}/admin/oauth/access_token"
DATA = Path(regie.__file__).parent / "demo" / "data" / "hafen-und-hof" / "responses"
TOLD: dict[str, Any] = json.loads((DATA / "oauth.json").read_text())
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def shop() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def oauth() -> Iterator[OAuth]:
    with Transport() as transport:
        yield OAuth(SHOP, "TEST_CLIENT_ID", "TEST_CLIENT_SECRET", transport, now=lambda: NOW)


def sent(shop: responses.RequestsMock) -> dict[str, str]:
    body: dict[str, str] = json.loads(shop.calls[-1].request.body or "")
    return body


def test_a_session_token_is_exchanged_for_an_expiring_pair(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=TOLD["token_exchange_response_expiring"])

    pair = oauth.exchange("<session token JWT>")

    assert sent(shop) == TOLD["token_exchange_request"]["json"]
    assert pair.expires_at == NOW + timedelta(hours=1)
    assert pair.refresh_expires_at == NOW + timedelta(days=90)


def test_a_refresh_asks_as_recorded_and_gives_the_next_pair(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=TOLD["refresh_response"])

    pair = oauth.refresh("shprt_TEST_000000000000000000000001")

    assert sent(shop) == TOLD["refresh_request"]
    assert pair.refresh_token == "shprt_TEST_000000000000000000000002"


def test_an_old_token_is_migrated_to_an_expiring_pair_in_one_attempt(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=503)
    shop.post(URL, json=TOLD["token_exchange_response_expiring"])

    with pytest.raises(PlatformUnavailable):
        oauth.migrate("shpat_old")
    assert oauth.migrate("shpat_old").refresh_token

    assert sent(shop)["subject_token_type"].endswith("offline-access-token")
    assert (sent(shop)["subject_token"], sent(shop)["expiring"]) == ("shpat_old", "1")


def test_client_credentials_give_a_token_for_a_day_even_after_a_fault(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=502)
    shop.post(URL, json={"access_token": "t", "scope": "read_products", "expires_in": 86399})

    pair = oauth.client_credentials()

    assert sent(shop)["grant_type"] == "client_credentials"
    assert (pair.expires_at, pair.refresh_token) == (NOW + timedelta(seconds=86399), None)


def test_an_authorize_code_is_redeemed_once(oauth: OAuth, shop: responses.RequestsMock) -> None:
    shop.post(URL, json={"access_token": "t"})

    pair = oauth.redeem("one-time")

    assert (sent(shop)["code"], pair.expires_at) == ("one-time", None)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, TOLD["refresh_error_invalid_grant"]["json"], ReconnectNeeded),
        (400, TOLD["token_exchange_error_invalid_subject_token"]["json"], SessionTokenRefused),
        (400, {"error": "invalid_client"}, AppRefused),
        (401, {"error": "application_cannot_be_found"}, AppRefused),
        (403, {}, AppRefused),
        (402, {}, errors.ShopFrozen),
        (404, {}, errors.ShopNotFound),
        (423, {}, errors.ShopLocked),
    ],
)
def test_a_refusal_tells_who_must_act_and_shows_no_secret(
    oauth: OAuth, shop: responses.RequestsMock, status: int, body: object, kind: type[Exception]
) -> None:
    shop.post(URL, status=status, json=body)

    with pytest.raises(kind) as error:
        oauth.refresh("shprt_x")

    assert len(shop.calls) == 1
    assert "SECRET" not in str(error.value)


def test_an_ended_grant_asks_the_merchant_to_reconnect(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=400, json=TOLD["refresh_error_invalid_grant"]["json"])

    with pytest.raises(PlatformCredentials, match="again"):
        oauth.refresh("shprt_x")


@pytest.mark.parametrize(
    "pair", [None, TokenPair("a"), TokenPair("a", NOW, "r", NOW)], ids=["none", "single", "ended"]
)
def test_a_pair_that_cannot_be_refreshed_asks_nobody_but_the_merchant(
    oauth: OAuth, shop: responses.RequestsMock, pair: TokenPair | None
) -> None:
    with pytest.raises(ReconnectNeeded):
        oauth.rotating_grant()(pair)

    assert len(shop.calls) == 0


def test_the_two_modes_of_an_app_each_have_their_grant(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=TOLD["refresh_response"])

    oauth.own_shop_grant()(None)
    assert sent(shop)["grant_type"] == "client_credentials"

    oauth.rotating_grant()(TokenPair("a", NOW, "r", NOW + timedelta(days=1)))
    assert sent(shop)["refresh_token"] == "r"


class Vault:
    """Credentials in memory; `fail` lets the process die while storing."""

    def __init__(self, pair: TokenPair | None) -> None:
        self.held: Mapping[str, str] = {"client_id": "id", **(pair.credentials() if pair else {})}
        self.fail = False
        self._lock = Lock()

    def load(self) -> Mapping[str, str]:
        return self.held

    def store(self, credentials: Mapping[str, str]) -> None:
        if self.fail:
            raise KeyboardInterrupt
        self.held = dict(credentials)

    @contextmanager
    def lease(self) -> Iterator[None]:
        with self._lock:
            yield


class Service:
    """Shopify's rule: a refresh token is good until the pair made from it is used."""

    def __init__(self) -> None:
        self.count = 0
        self.made_from: dict[str, str] = {}
        self.dead: set[str] = set()

    def grant(self, pair: TokenPair | None) -> TokenPair:
        assert pair is not None
        old = pair.refresh_token or ""
        if old in self.dead:
            raise ReconnectNeeded("invalid_grant")
        self.count += 1
        self.made_from[f"shpat_{self.count}"] = old
        return TokenPair(
            f"shpat_{self.count}",
            NOW + timedelta(hours=1),
            f"shprt_{self.count}",
            NOW + timedelta(days=90),
        )

    def use(self, token: str) -> None:
        self.dead.add(self.made_from[token])


def pair_with(minutes: float, days: float = 90) -> TokenPair:
    ends = NOW + timedelta(minutes=minutes)
    return TokenPair("shpat_0", ends, "shprt_0", NOW + timedelta(days=days))


def provider(vault: Vault, grant: Grant, now: Callable[[], datetime] = lambda: NOW) -> RenewedToken:
    return RenewedToken(vault, grant, now)


@pytest.mark.parametrize(("minutes", "token"), [(5.01, "shpat_0"), (5, "shpat_1"), (-1, "shpat_1")])
def test_a_token_is_refreshed_when_five_minutes_are_left(minutes: float, token: str) -> None:
    assert provider(Vault(pair_with(minutes)), Service().grant).token() == token


def test_other_credentials_of_the_shop_survive_a_refresh() -> None:
    vault = Vault(pair_with(0))

    provider(vault, Service().grant).token()

    assert (vault.held["client_id"], vault.held["refresh_token"]) == ("id", "shprt_1")


def test_the_first_token_is_fetched_when_there_is_none() -> None:
    fetched = TokenPair("day", NOW + timedelta(days=1))

    assert provider(Vault(None), lambda _: fetched).token() == "day"


@pytest.mark.parametrize("shared", [True, False])
def test_ten_threads_make_one_refresh(*, shared: bool) -> None:
    vault, service = Vault(pair_with(0)), Service()
    one = provider(vault, service.grant)
    got: list[str] = []

    def ask() -> None:
        got.append((one if shared else provider(vault, service.grant)).token())

    threads = [Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (got, service.count) == (["shpat_1"] * 10, 1)


def test_ten_threads_whose_token_was_refused_make_one_refresh() -> None:
    vault, service = Vault(pair_with(50)), Service()
    got: list[str] = []
    threads = [
        Thread(target=lambda: got.append(provider(vault, service.grant).renew("shpat_0")))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (set(got), service.count) == ({"shpat_1"}, 1)


def test_a_refused_token_that_another_process_has_renewed_is_only_read_again() -> None:
    vault, service = Vault(pair_with(50)), Service()
    tokens = provider(vault, service.grant)
    tokens.token()
    provider(vault, service.grant).renew("shpat_0")

    assert tokens.renew("shpat_0") == "shpat_1"
    assert service.count == 1


def test_a_crash_between_answer_and_store_is_healed_by_the_old_refresh_token() -> None:
    vault, service = Vault(pair_with(0)), Service()
    vault.fail = True
    with pytest.raises(KeyboardInterrupt):
        provider(vault, service.grant).token()
    vault.fail = False

    token = provider(vault, service.grant).token()

    service.use(token)
    assert (token, vault.held["refresh_token"]) == ("shpat_2", "shprt_2")


def test_a_pair_is_stored_before_it_is_given_out() -> None:
    vault, service = Vault(pair_with(0)), Service()
    vault.fail = True
    tokens = provider(vault, service.grant)

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            tokens.token()

    assert vault.held["access_token"] == "shpat_0"


def unreachable(_pair: TokenPair | None) -> TokenPair:
    raise Unreachable(SHOP, "no connection")


def test_while_the_token_service_is_down_a_token_is_used_to_its_end() -> None:
    assert provider(Vault(pair_with(1)), unreachable).token() == "shpat_0"
    with pytest.raises(Unreachable):
        provider(Vault(pair_with(0)), unreachable).token()


def test_a_postponed_refresh_is_not_tried_again_at_once() -> None:
    asked: list[int] = []

    def down(pair: TokenPair | None) -> TokenPair:
        asked.append(1)
        return unreachable(pair)

    tokens = provider(Vault(pair_with(1)), down)
    tokens.token()
    tokens.token()

    assert asked == [1]


@pytest.mark.parametrize(("days", "needed"), [(13.9, True), (14.1, False)])
def test_an_idle_shop_is_kept_alive_in_the_last_fourteen_days(days: float, *, needed: bool) -> None:
    vault = Vault(pair_with(50, days))

    assert provider(vault, Service().grant).keep_alive() is needed

    assert vault.held["access_token"] == ("shpat_1" if needed else "shpat_0")


def test_a_pair_comes_back_from_the_vault_as_it_went_in() -> None:
    for pair in (pair_with(7), TokenPair("only")):
        assert TokenPair.read(pair.credentials()) == pair
    assert TokenPair.read({"client_id": "id"}) is None


def test_a_pair_shows_no_token_to_people() -> None:
    shown = f"{pair_with(1)!r} {pair_with(1)} {pretty_repr(pair_with(1))}"

    assert not any(word in shown for word in ("shpat", "shprt"))


def test_a_fixed_token_cannot_be_renewed() -> None:
    fixed = FixedToken("shpat_x")

    assert fixed.token() == "shpat_x"
    with pytest.raises(ReconnectNeeded):
        fixed.renew("shpat_x")


def test_write_access_covers_read_access() -> None:
    granted = "write_inventory, read_products"

    assert missing_scopes(granted, ["read_inventory", "read_products"]) == ()
    assert missing_scopes(granted, ["read_locations", "write_products"]) == (
        "read_locations",
        "write_products",
    )


def test_a_scope_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput):
        missing_scopes("everything", ["read_products"])


def test_the_authorize_link_names_app_scopes_return_address_and_state() -> None:
    url = urlsplit(authorize_url(SHOP, "ID", ["read_products", "b"], "https://r.example/x", "st"))

    assert (url.netloc, url.path) == (SHOP, "/admin/oauth/authorize")
    assert parse_qs(url.query) == {
        "client_id": ["ID"],
        "scope": ["read_products,b"],
        "redirect_uri": ["https://r.example/x"],
        "state": ["st"],
    }


def test_no_authorize_link_is_made_for_a_foreign_shop() -> None:
    with pytest.raises(InvalidShop):
        authorize_url("evil.com", "ID", [], "https://r.example", "st")


def test_a_state_is_good_for_its_own_browser_and_one_minute() -> None:
    state, cookie = new_state("secret", NOW)

    check_state(state, cookie, "secret", NOW + timedelta(seconds=59))


@pytest.mark.parametrize("wrong", ["state", "cookie", "secret", "late", "none", "forged"])
def test_a_foreign_or_late_state_is_refused(wrong: str) -> None:
    state, cookie = new_state("secret", NOW)
    cookies = {"none": None, "cookie": new_state("secret", NOW)[1], "forged": f"9{cookie}"}

    with pytest.raises(BadSignature):
        check_state(
            "other" if wrong == "state" else state,
            cookies.get(wrong, cookie),
            "other" if wrong == "secret" else "secret",
            NOW + timedelta(seconds=61 if wrong == "late" else 0),
        )
