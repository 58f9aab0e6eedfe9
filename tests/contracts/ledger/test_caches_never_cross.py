"""What is kept for one sight never answers another, and no memory grows beyond its bound."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSyntaxError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.compiler import FragmentCache
from gateway.desk.answer import Answer
from gateway.desk.operation import Operations
from gateway.desk.persisted import Persisted
from gateway.desk.queries import _MOST_READY
from gateway.desk.request import Asked
from gateway.desk.responses import Responses
from storefront.disclosure.grant import Grant
from tests.kit.disclosure.door import NOW, World, copied, hash_of, template
from tests.kit.disclosure.rules import Who, grants_over, wide
from tests.kit.disclosure.world import PLACES, PRODUCTS

IDS = [it.id for it in PRODUCTS.values()]
EVERY = sorted(it.id for it in PLACES)
MANY = 100_000
PARTNER = Who("agt_1", 3)
QUERIES = (
    "{products(first: 13) {totalCount nodes {id description {plain} priceRange {min {amount}}}}}",
    "{products(first: 13) {nodes {id variants {offers {price {amount}} availability}}}}",
    "{products(first: 13) {nodes {variants {inventory {locationId onHand store {name}}}}}}",
    "{stores {id name}}",
    "{changes {nodes {productId product {title seo {title}}}}}",
    f'{{product(id: "{IDS[0]}") {{title media(first: 1) {{url}} humanValue {{expert}}}}}}',
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("caches"), PRODUCTS)


class Pair:
    """The same shop twice: one remembers everything, the other nothing."""

    def __init__(self, source: tuple[Path, dict[str, str]], folder: Path) -> None:
        path, keys = source
        self.warm = World(copied(path, folder / "warm.sqlite3"), keys)
        self.cold = World(
            copied(path, folder / "cold.sqlite3"), keys, response_bytes=0, fragment_bytes=0
        )


@pytest.fixture(scope="module")
def pair(
    source: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    found = Pair(source, tmp_path_factory.mktemp("pair"))
    yield found
    found.warm.database.close()
    found.cold.database.close()


one_grant = grants_over(IDS, EVERY, NOW).map(wide)
sights = st.lists(one_grant, min_size=1, max_size=2, unique_by=lambda it: it.id)


@given(st.lists(sights, min_size=2, max_size=3))
@settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_warm_cache_answers_each_sight_as_a_cold_one(pair: Pair, some: list[list[Grant]]) -> None:
    for granted in (*some, some[0]):
        pair.warm.regrant(granted)
        pair.cold.regrant(granted)
        for query in QUERIES:
            warm, cold = pair.warm.ask(PARTNER, query), pair.cold.ask(PARTNER, query)
            assert (granted, query, warm.data) == (granted, query, cold.data)
            again = pair.warm.ask(PARTNER, query)
            assert again.data == warm.data


def test_operations_are_forgotten_before_they_fill_the_memory() -> None:
    operations = Operations(most_characters=20_000)
    for number in range(MANY // 50):
        operations.get(f"{{x{number}: __typename}}", None, by_get=False)

    assert len(operations) <= 20_000 // 100


def test_a_hundred_thousand_texts_that_cannot_be_read_leave_as_little() -> None:
    operations, refused = Operations(), 0
    for number in range(MANY):
        try:
            operations.get(f"{{{number}", None, by_get=False)
        except GraphQLSyntaxError:
            refused += 1

    assert refused == MANY
    assert len(operations) <= 4_000


def test_a_hundred_thousand_answers_stay_within_their_bytes() -> None:
    responses = Responses(1_000_000)
    for number in range(MANY):
        responses.put(("m", b"s", ("op", None), b"{}", number), Answer(b"x" * (number % 3000)))
        assert responses.size <= 1_000_000

    assert 0 < len(responses) <= 1_000_000 // 2000
    assert responses.get(("m", b"s", ("op", None), b"{}", 0)) is None


def test_an_answer_too_large_for_its_share_is_not_kept() -> None:
    responses = Responses(1_000_000)
    responses.put("key", Answer(b"x" * 200_000))

    assert (len(responses), responses.size) == (0, 0)


def test_a_hundred_thousand_fragments_stay_within_their_bytes() -> None:
    fragments = FragmentCache(1_000_000)
    for number in range(MANY):
        fragments.put(number, b"x" * 100)

    assert fragments.size <= 1_000_000


def test_queries_that_are_sent_once_do_not_pile_up(pair: Pair) -> None:
    """Texts, hashes, operations and checked variables together."""
    persisted = Persisted(pair.cold.database)
    tracemalloc.start()
    try:
        for number in range(2_000):
            text = f"{{__typename}} #{number}" + "x" * 9_000
            named = {"persistedQuery": {"sha256Hash": hash_of(text)}}
            persisted.resolve("mer_1", Asked(text, {}, None, "", by_get=False, extensions=named))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < 12_000_000


def test_what_is_ready_holds_no_operation_that_was_forgotten(pair: Pair) -> None:
    pair.warm.regrant([])
    queries = pair.warm.desk._queries
    queries._operations = Operations(most_characters=2_000)
    for number in range(60):
        pair.warm.operator(f"{{x{number}: __typename}}")

    assert len(queries._operations) <= 20
    assert len(queries._checked) <= _MOST_READY
    held = [
        it
        for it in queries._checked._held.values()
        if any("Operation" in repr(part) for part in it)
    ]
    assert held == []
