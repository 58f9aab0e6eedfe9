"""A shop's texts are safe to show and readable without HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.language import BadLanguage, language_tag
from connector.model.text import Text, describe, one_line, plain_text


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        "<style>body{}</style>",
        '<iframe src="https://evil.example"></iframe>',
        '<p onclick="alert(1)">x</p>',
        "<svg><script>alert(1)</script></svg>",
    ],
)
def test_nothing_that_acts_survives(evil: str) -> None:
    found = describe(f"<p>good</p>{evil}", "en")

    assert found is not None
    assert not any(
        sign in found.html for sign in ("alert", "onclick", "onerror", "iframe", "body{")
    )


def test_blocks_become_lines() -> None:
    assert plain_text("<p>One &amp; two</p><ul><li>three</li><li>four</li></ul>") == (
        "One & two\nthree\nfour"
    )


def test_a_description_has_both_forms_and_its_language() -> None:
    assert describe("<p>Hallo</p>", "de") == Text("<p>Hallo</p>", "Hallo", "de")


@pytest.mark.parametrize("source", ["", "  ", "<p> </p>", "<script>x</script>"])
def test_nothing_readable_is_no_description(source: str) -> None:
    assert describe(source, None) is None


def test_a_name_is_one_line_without_markup() -> None:
    assert one_line("Grillrooster <b>XL</b> &amp; tang\n") == "Grillrooster XL & tang"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("<table><tr><th>Gewicht</th><td>3 kg</td></tr></table>", "Gewicht 3 kg"),
        ("Intro<p>Rest</p>", "Intro\nRest"),
        ("Inhalt:<ul><li>Mehl<li>Ei</ul>", "Inhalt:\nMehl\nEi"),
        ('Vorn<div dir="ltr">hinten</div>', "Vorn\nhinten"),
        ("ein<b>ge</b>fasst, <pre>so</pre>", "eingefasst,\nso"),
    ],
)
def test_words_of_neighbouring_blocks_and_cells_stay_apart(source: str, plain: str) -> None:
    assert plain_text(source) == plain


@given(st.text())
def test_plain_text_never_fails_and_never_ends_in_blanks(source: str) -> None:
    found = plain_text(source)

    assert found == found.strip()


@pytest.mark.parametrize(
    ("text", "tag"), [("nl_NL", "nl-NL"), ("DE", "de"), ("pt-br", "pt-BR"), ("he", "he")]
)
def test_language_tags_are_written_one_way(text: str, tag: str) -> None:
    assert language_tag(text) == tag


@pytest.mark.parametrize("text", ["", "x", "nl nl", "1234"])
def test_what_is_no_language_is_refused(text: str) -> None:
    with pytest.raises(BadLanguage):
        language_tag(text)
