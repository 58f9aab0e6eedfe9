"""The oracle: a compiled plan answers as graphql-core does, byte by byte, or not at all."""

import os
import random
from collections import Counter

import orjson
import pytest
from graphql import GraphQLSchema

from gateway.compiler import CLEAR, FragmentCache, answered, answered_by_walk
from tests.kit.compiler.documents import veils
from tests.kit.compiler.queries import operation
from tests.kit.compiler.schemas import invented, regie
from tests.kit.compiler.world import (
    World,
    booleans_of,
    fast,
    formed,
    plan_of,
    reference,
    signature,
    spoilt,
    stored,
)

ALL = int(os.environ.get("REGIE_FUZZ", "10000"))
SEEDS = 10
CASES = {"regie": (regie, "Product"), "invented": (invented, "Thing")}


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", list(CASES))
def test_a_plan_answers_as_graphql_core_does(name: str, seed: int) -> None:
    make, type_name = CASES[name]
    dice = random.Random(f"{name}-{seed}")
    counts: Counter[str] = Counter()
    fragments = FragmentCache(1_000_000)

    while counts["compared"] < ALL // (SEEDS * len(CASES)):
        _compare(make(), type_name, dice, counts, fragments)

    print(f"{name}-{seed}: {dict(counts)}")  # noqa: T201 - shown by `pytest -rP`
    fast_ones = counts["clean fast"] + counts["spoilt fast"]
    assert counts["clean fast"] > 0.9 * (counts["clean fast"] + counts["clean slow"])
    assert counts["python"] > 10
    assert min(counts["text fast"], counts["packed fast"]) > 0.3 * fast_ones
    assert min(counts["structs"], fragments.hits) > 10 or name == "invented"
    assert counts["spoilt slow"] > 10
    assert counts["cut slow"] > 2


def _compare(
    schema: GraphQLSchema,
    type_name: str,
    dice: random.Random,
    counts: Counter[str],
    fragments: FragmentCache,
) -> None:
    asked = operation(schema, dice)
    plan = plan_of(schema, asked, type_name, structs=dice.random() < 0.7)
    counts["plans" if plan else "not covered"] += 1
    if plan is None:
        return
    good = stored(schema, type_name, dice)
    for veil in veils(schema, type_name, dice)[:2]:
        for told in (good, *(spoilt(good, dice) for _ in range(2))):
            form, found = formed(told, dice)
            want = reference(schema, asked, World(schema, type_name, found, veil))
            cache = fragments if dice.random() < 0.7 else None
            for _ in range(2):
                world = World(schema, type_name, found, veil)
                got = fast(plan, world, asked, cache)
                kind = "clean" if told is good and not want.errors else "spoilt"
                counts[f"{kind} {'slow' if got is None else 'fast'}"] += 1
                counts[f"{form} {'slow' if got is None else 'fast'}"] += 1
                if got is not None:
                    expected = signature(want.data, want.errors)
                    assert signature(orjson.Fragment(got), None) == expected, (asked, veil)
                    layers = set(plan.layers(veil)) if world.asked else set()
                    counts.update(layers if len(layers) == 1 else ())
                    by_walk = answered_by_walk(
                        schema, asked.document, asked.node, booleans_of(asked), want.data
                    )
                    assert answered(plan, got) == by_walk, asked
            counts["compared"] += 1
            counts["with errors"] += bool(want.errors)
            counts["veiled"] += veil is not CLEAR
