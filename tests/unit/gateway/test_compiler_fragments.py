"""Finished bytes are kept within a bound, and never shown to another asker."""

import random
import threading

import orjson

from gateway.compiler import CLEAR, FragmentCache, Veil
from tests.kit.compiler.documents import veil as random_veil
from tests.kit.compiler.queries import operation
from tests.kit.compiler.schemas import regie
from tests.kit.compiler.small import Context, item, plan_for
from tests.kit.compiler.world import World, fast, plan_of, reference, signature, stored

QUERY = "query ($n: Int) {item {id name media(first: $n) {count}}}"


def test_a_second_run_finds_what_the_first_one_made() -> None:
    plan, variables = plan_for(QUERY)
    cache = FragmentCache(10_000)

    first = plan.run(None, Context([item()]), variables, cache)
    second = plan.run(None, Context([item()]), variables, cache)

    assert first == second
    assert (cache.hits, cache.misses, len(cache)) == (1, 1, 1)


def test_another_document_is_another_fragment() -> None:
    plan, variables = plan_for(QUERY)
    cache = FragmentCache(10_000)

    found = [plan.run(None, Context([item(name=name)]), variables, cache) for name in "ab"]

    assert found[0] != found[1]
    assert cache.hits == 0


def test_another_argument_is_another_fragment() -> None:
    plan, _ = plan_for(QUERY)
    cache = FragmentCache(10_000)

    found = {plan.run(None, Context([item()]), {"n": n}, cache) for n in (1, 2, None)}

    assert len(found) == 3
    assert cache.hits == 0


def test_another_selection_is_another_fragment() -> None:
    cache = FragmentCache(10_000)

    for text in ("{item {id name}}", "{item {name id}}", "{item {x: id name}}", "{item {id}}"):
        plan, variables = plan_for(text)
        plan.run(None, Context([item()]), variables, cache)

    assert (cache.hits, len(cache)) == (0, 4)


def test_two_operations_share_the_fragments_of_one_selection() -> None:
    cache = FragmentCache(10_000)

    for text in ("{item {id name}}", "{x: items {...F}} fragment F on Item {id name}"):
        plan, variables = plan_for(text)
        plan.run(None, Context([item()]), variables, cache)

    assert (cache.hits, len(cache)) == (1, 1)


def test_two_veils_never_share_a_fragment() -> None:
    plan, variables = plan_for(QUERY)
    cache = FragmentCache(10_000)
    veils = [CLEAR, Veil(b"1", frozenset({"Item.name"})), Veil(b"2", frozenset({"Item.media"}))]

    found = [
        orjson.loads(plan.run(None, Context([item()], veil), variables, cache))["item"]
        for veil in veils * 2
    ]

    assert found[:3] == found[3:]
    assert [it["name"] for it in found[:3]] == ["Mug", None, "Mug"]
    assert found[2]["media"] is None
    assert cache.hits == 3


def test_random_veils_never_see_each_others_fragments() -> None:
    dice = random.Random(7)
    cache = FragmentCache(10_000_000)
    schema = regie()
    asked = [operation(schema, dice) for _ in range(40)]
    found = stored(schema, "Product", dice)
    veils = [CLEAR, *(random_veil(schema, "Product", dice) for _ in range(5))]
    plans = [(it, plan_of(schema, it, "Product", structs=True)) for it in asked]

    for it, plan in plans * 2:
        for veil in dice.sample(veils, len(veils)):
            assert plan
            got = fast(plan, World(schema, "Product", found, veil), it, cache)
            want = reference(schema, it, World(schema, "Product", found, veil))
            if got is not None:
                assert signature(orjson.Fragment(got), None) == signature(want.data, want.errors)

    assert cache.hits > 30


def test_the_cache_stays_under_its_bound() -> None:
    cache = FragmentCache(1_000_000)
    largest = 0

    for number in range(100_000):
        cache.put(("entity", number), b"x" * (number % 500))
        largest = max(largest, cache.size)

    assert 900_000 < largest <= 1_000_000
    assert len(cache) < 2_500


def test_the_least_recently_used_is_forgotten_first() -> None:
    cache = FragmentCache(3 * 501)
    for name in "abc":
        cache.put(name, b"x")
    cache.get("a")

    cache.put("d", b"x")

    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    cache = FragmentCache(1000)

    cache.put("a", b"x" * 1001)

    assert (len(cache), cache.size) == (0, 0)


def test_what_is_put_again_counts_once() -> None:
    cache = FragmentCache(10_000)

    cache.put("a", b"x" * 50)
    cache.put("a", b"x" * 70)

    assert (len(cache), cache.size) == (1, 570)


def test_threads_do_not_break_the_count() -> None:
    cache = FragmentCache(50_000)

    def work(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(3_000):
            cache.put(dice.randrange(300), b"x" * dice.randrange(300))
            cache.get(dice.randrange(300))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert cache.size == sum(len(it) + 500 for it in cache._held.values()) <= 50_000
