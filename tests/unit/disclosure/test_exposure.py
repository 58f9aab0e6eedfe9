"""What a register line tells: what was shown, and of what was only named that it was named."""

import random
from functools import reduce
from hashlib import sha256
from operator import or_

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.disclosure.exposure import Exposure, fold
from storefront.disclosure.ledger.entry import Detail, Entry, Part, Shown, chained, detail_of
from tests.kit.ledger import note

TITLE = ("Product.title", "Query.changes", "Change.productId")


def entry(at: int, detail: Detail) -> Entry:
    return chained(note(detail=detail), "w_1", at, at, b"")


def folded(*payloads: bytes) -> dict[str, Exposure]:
    """Fold answers that showed these, at 1, 2, 3."""
    details = [Detail(sha256(it).digest(), it) for it in payloads]
    shown = {it.digest: msgspec.json.decode(it.payload, type=Shown) for it in details}
    entries = [entry(at, it) for at, it in enumerate(details, 1)]
    return {product: line for (_, product), line in fold(entries, shown).items()}


def test_a_detail_from_before_there_were_parts_is_still_read() -> None:
    found = folded(b'{"fields":["Product.title"],"products":["prd_1"],"stores":[]}')

    assert (found["prd_1"].answers, found["prd_1"].fields) == (1, {"Product.title"})


def test_products_of_a_part_are_told_with_its_fields_only() -> None:
    parts = {frozenset({"Product.id"}): ["prd_2"], frozenset({"Change.productId"}): ["prd_3"]}
    detail = detail_of(["Product.id", *TITLE], ["prd_1", "prd_2", "prd_3"], [], parts)

    found = folded(detail.payload)

    assert {name: it.fields for name, it in found.items()} == {
        "prd_1": {"Product.id", "Product.title"},
        "prd_2": {"Product.id"},
        "prd_3": frozenset(),
    }
    assert [it.answers for _, it in sorted(found.items())] == [1, 1, 0]


def test_a_detail_is_the_same_whatever_order_its_parts_come_in() -> None:
    some = [(frozenset({"a", "b"}), ["2", "1"]), (frozenset({"a"}), ["3"])]

    one, two = (detail_of("cab", "4321", "y", dict(it)) for it in (some, reversed(some)))

    assert one == two
    assert one.digest == sha256(one.payload).digest()
    assert msgspec.json.decode(one.payload, type=Shown) == Shown(
        ("a", "b", "c"),
        ("1", "2", "3", "4"),
        ("y",),
        (Part(("a",), ("3",)), Part(("a", "b"), ("1", "2"))),
    )


def test_a_detail_without_parts_has_the_form_that_it_always_had() -> None:
    assert detail_of("b", "a", "c").payload == b'{"fields":["b"],"products":["a"],"stores":["c"]}'
    assert detail_of("b", "a", "c", {}) == detail_of("b", "a", "c")


def line(at: int, answers: int) -> Exposure:
    fields = frozenset({f"Product.f{at}"}) if answers else frozenset[str]()
    return Exposure("agt_1", "prd_1", at, at, answers, fields, at)


@pytest.mark.parametrize("naming_at", [1, 5, 9])
def test_naming_moves_nothing_of_what_was_shown(naming_at: int) -> None:
    assert line(5, 1) | line(naming_at, 0) == line(5, 1) == line(naming_at, 0) | line(5, 1)


moments = st.lists(st.tuples(st.integers(1, 99), st.booleans()), min_size=1, unique=True)


@given(moments, st.randoms(use_true_random=False))
def test_a_line_is_the_same_however_it_is_put_together(
    some: list[tuple[int, bool]], dice: random.Random
) -> None:
    lines = [line(at, int(shown)) for at, shown in dict(some).items()]
    whole = reduce(or_, lines)
    dice.shuffle(lines)
    cut = dice.randrange(len(lines))

    assert reduce(or_, lines) == whole
    if cut:
        assert reduce(or_, lines[:cut]) | reduce(or_, lines[cut:]) == whole
    shown = [it for it in lines if it.answers]
    assert whole.first_at == min(it.first_at for it in shown or lines)
    assert whole.last_at == max(it.last_at for it in shown or lines)
    assert whole.answers == len(shown)
