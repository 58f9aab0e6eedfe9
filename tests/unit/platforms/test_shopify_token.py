"""A token of Shopify is renewed in time, once, and never lost."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread

import pytest
from rich.pretty import pretty_repr

from connector.platforms.errors import Unreachable
from connector.platforms.shopify.access.token import (
    FixedToken,
    Grant,
    ReconnectNeeded,
    RenewedToken,
    TokenPair,
)
from tests.kit.shops.shopify_calls import SHOP

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


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


def unreachable(_pair: TokenPair | None) -> TokenPair:
    raise Unreachable(SHOP, "no connection")


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
