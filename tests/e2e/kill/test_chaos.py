"""Ten thousand webhooks through a bad post: after the sweep nobody can tell."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from sqlalchemy import create_engine, text

from connector.platforms import platform_named
from connector.store import tables
from connector.store.connections import Shopfront
from connector.sync import Mode
from tests.kit.shops.storm import BadPost, Whims
from tests.kit.shops.street import Home, Letter, Moved, Street, moved_in, silence, street

EVENTS = 10_000
ROUNDS = 20
SEED = 2026

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Aftermath(Struct, frozen=True):
    """What the storm left, and what an installation that never saw it holds."""

    sent: int
    post: BadPost
    answers: Counter[int]
    keys: list[str]
    home: Home
    calm: list[bytes]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def aftermath(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("chaos")
    url = f"sqlite:///{folder / 'storm.sqlite3'}"
    if request.param == "postgres":
        url = own_database(request.getfixturevalue("postgres"))
    with silence(), street() as shops, moved_in() as move_in:
        yield storm(shops, move_in, folder, url)


def own_database(server: str) -> str:
    address = server.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE chaos"))
    admin.dispose()
    return server.replace("/postgres?", "/chaos?", 1)


def storm(shops: Street, move_in: Moved, folder: Path, url: str) -> Aftermath:
    """Change both shops at random, deliver the news badly, and sweep."""
    home = move_in(folder / "storm", url, shops.clock, delta_seconds=1500)
    fronts = connected(shops, home)
    home.worker.drain()
    shops.bag.emptied()
    whims, post = Whims(shops, SEED), BadPost(SEED)
    sent, answers, keys = 0, Counter[int](), []
    key = keyring(fronts, shops)

    def receive(letters: Iterable[Letter]) -> None:
        for letter in letters:
            answers[home.receive(letter)] += 1
            keys.append(key(letter))
        home.worker.drain()

    while sent < EVENTS:
        letters = whims.round(EVENTS // ROUNDS)
        sent += len(letters)
        receive(post.bring(letters))
    receive(post.rest())
    for front in fronts:
        home.sync(front, Mode.SWEEP)
    calm = move_in(folder / "calm", f"sqlite:///{folder / 'calm.sqlite3'}", shops.clock)
    connected(shops, calm)
    return Aftermath(sent, post, answers, keys, home, calm.export())


def connected(shops: Street, home: Home) -> list[Shopfront]:
    fronts = [shops.connect_hafen(home.house), shops.connect_pan(home.house)]
    for front in fronts:
        home.sync(front, Mode.FULL)
    return fronts


def keyring(fronts: list[Shopfront], shops: Street) -> Callable[[Letter], str]:
    """Return what says under which key the inbox should hold a letter."""
    hafen, pan = fronts
    hook = next(iter(shops.pan.webhooks.hooks.values()))

    def key(letter: Letter) -> str:
        theirs = letter.path == "/webhooks/shopify"
        front, secret = (hafen, shops.hafen.client_secret) if theirs else (pan, hook.secret)
        delivery = platform_named(front.platform).receive(letter.incoming, [secret])
        assert delivery is not None
        return f"{front.id}:{delivery.dedupe_key}"

    return key


def test_after_the_sweep_the_export_equals_that_of_a_fresh_full_sync(aftermath: Aftermath) -> None:
    assert aftermath.home.export() == aftermath.calm


def test_the_storm_was_as_bad_as_promised(aftermath: Aftermath) -> None:
    shares = {name: count / aftermath.sent for name, count in aftermath.post.mishaps.items()}

    assert aftermath.sent >= EVENTS
    assert shares == {
        "lost": pytest.approx(0.05, abs=0.01),
        "doubled": pytest.approx(0.3, abs=0.02),
        "displaced": pytest.approx(0.3, abs=0.02),
    }


def test_every_letter_is_answered_well(aftermath: Aftermath) -> None:
    assert set(aftermath.answers) == {200}


def test_every_answered_event_is_in_the_inbox_once(aftermath: Aftermath) -> None:
    held = aftermath.home.column(tables.inbox, "dedupe_key")

    assert sorted(held) == sorted(set(aftermath.keys))


def test_no_event_is_left_waiting_or_dead(aftermath: Aftermath) -> None:
    assert set(aftermath.home.states()) == {"done"}
