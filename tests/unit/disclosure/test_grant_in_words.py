"""A grant as a shop owner reads it."""

import pytest
from msgspec import structs

from regie.cli.words import GROUPS, listed, plural, told
from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, Price, ProductSet, Stock

FULL = Grant("grt_1", "agt_1", frozenset(Group), ProductSet(all=True))


def text(**changes: object) -> str:
    return "\n".join(told(structs.replace(FULL, **changes), "Finder"))  # type: ignore[arg-type]


def test_every_group_has_words() -> None:
    assert set(GROUPS) == set(Group)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Finder, with a key, sees all products"),
        ({"include": ProductSet(tags=("a", "b"))}, "sees products of tags a, b"),
        (
            {"include": ProductSet(brands=("Kiel",), categories=("mugs",))},
            "products of category mugs or brand Kiel",
        ),
        ({"exclude": ProductSet(products=("p1",))}, "all products, but not of product p1"),
        ({}, "exact prices, stock in pieces, all stores"),
        ({"price": Price.ROUNDED}, "prices (rounded)"),
        ({"stock": Stock.BAND}, "stock in words"),
        ({"stores": ("loc_1",)}, "only store loc_1"),
        ({"fields": frozenset({Group.STOCK})}, "kept back: descriptions, pictures, prices"),
        ({"purposes": frozenset({Purpose.TRAINING})}, "to train models"),
        ({"regions": frozenset({"NL", "BE"})}, "in BE, NL"),
        ({}, "everywhere"),
        ({"valid_from": 0}, "from 1970-01-01 00:00:00Z"),
        ({"valid_to": 86_400_000}, "until 1970-01-02 00:00:00Z"),
        ({"operations": frozenset({"a"})}, "only by 1 listed query"),
        ({"operations": frozenset({"a", "b"})}, "only by 2 listed queries"),
        ({"budget": Budget(3, 4)}, "3 requests and 4 cost points a minute"),
        ({"tier": Tier.VERIFIED}, "Finder, with a verified signature or a key, sees"),
    ],
)
def test_a_grant_says_what_it_means(changes: dict[str, object], words: str) -> None:
    assert words in text(**changes)


def test_nothing_is_kept_back_by_a_full_grant() -> None:
    assert "kept back" not in text()


def test_a_grant_to_everyone_names_everyone() -> None:
    first, *_ = told(structs.replace(FULL, agent_id=None, tier=Tier.ANONYMOUS), None)

    assert first == "everyone sees all products"


@pytest.mark.parametrize(
    ("words", "sentence"), [([], "nothing"), (["a"], "a"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_in_a_sentence(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence


def test_one_thing_is_not_many() -> None:
    assert (plural(1, "entry", "entries"), plural(0, "entry", "entries"), plural(2, "day")) == (
        "1 entry",
        "0 entries",
        "2 days",
    )
