"""Words as they are indexed and sought, in four languages and some more scripts."""

import pytest

from connector.model.language.fold import fold
from connector.model.language.form import forms, query_stems
from connector.model.language.split import chunks, index_words, plain_words, query_words
from connector.store.search.query import read


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("STRASSE Straße", "strasse strasse"),
        ("Smørrebrød Æble œuf", "smorrebrod aeble oeuf"),
        ("\u0132sselmeer \u0133s", "ijsselmeer ijs"),
        ("coöperatie geëmailleerd", "cooperatie geemailleerd"),
        ("d\u2019olive l\u02bchuile", "d'olive l'huile"),
        ("הַכֶּלֶב", "הכלב"),
        ("ספרים", "ספרימ"),
        ('20 \u05e1"מ', "20 \u05e1מ"),
        ("\uff26\uff35\uff2c\uff2c", "full"),
        ("a\x00b", "a b"),
        ("\u0130stanbul \u0131l\u0131k", "istanbul ilik"),
    ],
)
def test_texts_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Linnen schort", ["linnen", "schort"]),
        ("T-Shirt", ["t", "shirt", "tshirt"]),
        ("500 ml", ["500ml", "500", "ml"]),
        ("500ml", ["500ml", "500", "ml"]),
        ("0,5 Liter", ["0.5l", "0.5", "l"]),
        ("2 kilo", ["2kg", "2", "kg"]),
        ("GP-PAN-24", ["gp", "pan", "24", "gppan24"]),
        ("huile d\u2019olive", ["huile", "olive", "dolive"]),
        ("foto's", ["foto", "fotos"]),
        ("咖啡杯", ["咖啡", "啡杯"]),
        ("1000/3000", ["1000", "3000", "10003000"]),
        ("", []),
        ("?!*\"'", []),
    ],
)
def test_texts_are_taken_apart(text: str, words: list[str]) -> None:
    assert index_words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("T-Shirt", ["tshirt"]),
        ("gp-pan-24", ["gppan24"]),
        ("500 ml", ["500ml"]),
        ("0,5 l", ["0.5l"]),
        ("bio-baumwolle", ["bio", "baumwolle"]),
        ("l'huile", ["huile"]),
    ],
)
def test_queries_are_taken_apart(text: str, words: list[str]) -> None:
    assert [word for chunk in chunks(text) for word in query_words(chunk)] == words


@pytest.mark.parametrize(
    ("text", "asked", "language"),
    [
        ("fietstassen", "fietstas", "nl"),
        ("fietstassen", "tas", "nl"),
        ("fietstassen", "tassen", "nl"),
        ("fietstassen", "fiets", "nl"),
        ("koekenpan", "pannen", "nl"),
        ("schilmesje", "mes", "nl"),
        ("glazen", "glas", "nl"),
        ("waterglas", "glazen", "nl"),
        ("kaffeemühle", "Mühle", "de"),
        ("kaffeemühle", "Kaffee", "de"),
        ("kaffeemühle", "muehle", "de"),
        ("gusseisenpfanne", "pfannen", "de"),
        ("gusseisenpfanne", "pfanne", None),
        ("schnittschutzhandschuhe", "handschuh", "de"),
        ("schnittschutzhandschuhe", "schutz", "de"),
        ("dekantierkaraffe", "karaffe", None),
        ("bienenwachskerze", "kerzen", "de"),
        ("wandkalender", "kalender", "de"),
        ("adventskalender", "kalender", "de"),
        ("chaussures", "chaussure", "fr"),
        ("candles", "candle", "en"),
        ("candles", "candle", None),
        ("הנעליים", "נעליים", "he"),
        ("נעליים", "הנעליים", "he"),
        ("ובבית", "בית", "he"),
        ("ספרים", "ספר", "he"),
        ("כוסות", "כוס", None),
    ],
)
def test_a_word_is_found_by_another_form(text: str, asked: str, language: str | None) -> None:
    found = forms(plain_words(text)[0], language)

    assert {*found.stems, *found.parts} & set(query_stems(plain_words(asked)[0]))


@pytest.mark.parametrize(
    ("text", "asked", "language"),
    [
        ("schwein", "wein", "de"),
        ("krawatten", "watte", "de"),
        ("holländer", "länder", "de"),
        ("kompas", "pas", "nl"),
        ("preise", "reise", "de"),
        ("japan", "pan", "nl"),
        ("metaal", "taal", "nl"),
        ("citroen", "oen", "nl"),
        ("pasta", "tas", "nl"),
        ("gläser", "aeser", "de"),
        ("carpet", "pet", "en"),
    ],
)
def test_a_word_is_not_split_where_it_is_one(text: str, asked: str, language: str) -> None:
    found = forms(plain_words(text)[0], language)

    assert not {*found.stems, *found.parts} & set(query_stems(plain_words(asked)[0]))


def test_the_last_word_is_a_beginning_until_a_blank_follows() -> None:
    assert [read(text).terms[-1].beginning for text in ("oak ta", "oak ta ", "t")] == [
        True,
        False,
        False,
    ]


def test_words_that_say_nothing_may_be_missing() -> None:
    assert [term.word for term in read("brot mit honig").required] == ["brot", "honig"]


def test_a_query_of_such_words_alone_demands_them() -> None:
    assert [term.word for term in read("the ").required] == ["the"]


def test_a_query_has_eight_terms_at_most() -> None:
    assert len(read(" ".join(f"w{n}" for n in range(40))).terms) == 8
