"""Search ranks well enough in every language, and better than a plain substring match."""

from pathlib import Path

import pytest

from tests.relevance.relevance import Judged, judgments, measure, searcher, shops, substring

FLOORS = {"de": 0.90, "en": 0.92, "fr": 0.95, "he": 0.92, "nl": 0.90, "all": 0.93}


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, float], dict[str, float]]:
    catalogues = shops()
    judged = judgments(catalogues)
    folder: Path = tmp_path_factory.mktemp("relevance")
    ours = {name: searcher(folder, name, it) for name, it in catalogues.items()}
    plain = {name: substring(it) for name, it in catalogues.items()}
    return measure(ours, judged), measure(plain, judged)


Scores = tuple[dict[str, float], dict[str, float]]


@pytest.mark.parametrize("language", sorted(FLOORS))
def test_the_first_ten_are_ordered_well(scores: Scores, language: str) -> None:
    assert scores[0][language] >= FLOORS[language]


@pytest.mark.parametrize("language", sorted(FLOORS))
def test_it_is_better_than_looking_for_the_text(scores: Scores, language: str) -> None:
    assert scores[0][language] > scores[1][language]


def test_the_set_is_large_enough() -> None:
    judged: list[Judged] = judgments(shops())

    assert len(judged) >= 120
    assert all(any(grade == 3 for grade in it.grades.values()) or it.grades for it in judged)
