"""Scores, price steps, typing errors and rewritings: decisions without a database."""

import pytest

from connector.store.search.query import read
from connector.store.search.rewrite import rewritings
from connector.store.search.score import Scorer, is_almost
from connector.store.search.token import price_step
from tests.kit.search_shop import named


def score(text: str, title: str, *, in_stock: bool = False, least: int | None = None) -> int | None:
    from connector.model.language.split import plain_words  # noqa: PLC0415 - only here
    from connector.store.search.entry import ranks_of  # noqa: PLC0415 - only here

    query = read(text)
    count = len(query.required) if least is None else least
    ranks = ranks_of(named(1, title, "en"))
    return Scorer(query, count).score(ranks, " ".join(plain_words(title)), in_stock=in_stock)


def worth(text: str, title: str) -> int:
    found = score(text, title)
    assert found is not None
    return found


def test_the_word_itself_is_worth_more_than_its_stem_and_that_more_than_a_beginning() -> None:
    assert worth("candles", "Red candles") > worth("candle ", "Red candles")
    assert worth("candle ", "Red candles") > worth("cand", "Red candles")


def test_a_phrase_and_the_first_word_are_worth_more() -> None:
    assert worth("copper pan", "Copper pan") > worth("copper pan", "Pan of copper")


def test_stock_is_worth_less_than_a_better_form() -> None:
    assert (score("candle ", "A candles", in_stock=True) or 0) < worth("candles", "A candles")


def test_a_missing_term_is_no_hit_unless_it_may_be_missing() -> None:
    assert score("copper pan", "Copper mug") is None
    assert score("copper pan", "Copper mug", least=1) is not None
    assert score("copper with pan ", "Copper pan") is not None


@pytest.mark.parametrize(
    ("one", "other", "almost"),
    [
        ("kettle", "kettle", False),
        ("kettle", "ketle", True),
        ("kettle", "kettles", True),
        ("kettle", "kettlo", True),
        ("kettle", "ektlte", False),
        ("kettle", "ekttle", True),
        ("kettle", "kettel", True),
        ("kettle", "cattle", False),
        ("kettle", "bottle", False),
        ("", "a", True),
    ],
)
def test_one_letter_or_one_swap_is_a_typing_error(one: str, other: str, almost: bool) -> None:  # noqa: FBT001 - a case
    assert (one != other and is_almost(one, other)) is almost
    assert (one != other and is_almost(other, one)) is almost


def test_price_steps_rise_with_the_price() -> None:
    steps = [price_step(amount) for amount in range(100_000)]

    assert steps == sorted(steps)
    assert price_step(2 * 1000) - price_step(1000) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("koffiebonen ", ["boon koffie"]),
        ("tea pot ", ["teapot"]),
        ("copper", []),
        ("schutzhandschuhe ", ["handschuh schutz"]),
    ],
)
def test_a_query_is_written_otherwise(text: str, expected: list[str]) -> None:
    found = [" ".join(sorted(term.word for term in it.terms)) for it in rewritings(read(text))]

    assert found == expected
