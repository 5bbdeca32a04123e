"""How texts become words that can be found."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.services.query.model.words import LONGEST_WORD, asked_for, fold, words_of

TEXT = st.text(max_size=60)
LATIN = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
UNSPACED = st.text("東京都歌舞伎ハムレットのんー々뮤지컬시카고红楼梦", min_size=1, max_size=20)


def _finds(question: str, text: str) -> bool:
    """Whether a text is found by a question, as the database decides it."""
    known, asked = words_of([text]), asked_for(question)
    return asked.pairs <= known.pairs and all(
        any(word.startswith(beginning) for word in known.spaced) for beginning in asked.spaced
    )


@given(TEXT)
def test_whatever_is_written_is_found_by_itself(text: str):
    assert _finds(text, text)


@given(TEXT, TEXT)
def test_a_text_is_found_by_it_and_whatever_stands_beside_it(text: str, other: str):
    assert _finds(text, f"{other} {text}")
    assert _finds(text, f"{text} {other}")


@given(TEXT)
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_letter_case_and_composition_make_no_difference(text: str):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(unicodedata.normalize("NFKC", text)) == fold(text)


@given(LATIN, st.integers(1, 20))
def test_every_beginning_of_a_word_finds_it(word: str, length: int):
    assert _finds(word[:length], f"the {word}, again")


@given(UNSPACED, st.integers(0, 19), st.integers(1, 20))
def test_every_part_of_a_text_without_spaces_finds_it(text: str, first: int, length: int):
    part = text[first : first + length] or text

    assert _finds(part, text)
    assert _finds(part, f"abc{text}123")


@given(TEXT)
def test_words_are_clean_enough_to_stand_in_a_query(text: str):
    for words in (words_of([text]), asked_for(text)):
        assert all(0 < len(word) <= LONGEST_WORD for word in words.spaced)
        assert all(1 <= len(pair) <= 2 for pair in words.pairs)
        assert not re.search(r"[\s'\\:&|!()<*\x00]", "".join(words.spaced | words.pairs))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("miserables", "Les Misérables"),
        ("MISÉRABLES", "Les Misérables"),
        ("strasse", "Straße"),
        ("istanbul", "İstanbul"),
        ("spiderman", "Spider-Man"),
        ("spider man", "Spider-Man"),
        ("Spider-Man", "Spiderman in Spider Man"),
        ("oneill", "Eugene O’Neill"),
        ("neill", "Eugene O'Neill"),
        ("amour", "L'Amour"),
        ("rem", "R.E.M."),
        ("ＡＢＣ", "abc"),
        ("ハムレット", "ﾊﾑﾚｯﾄ"),
        ("がく", unicodedata.normalize("NFD", "がくや")),
        ("콘서트", "BTS콘서트"),
        ("bts", "BTS콘서트"),
        ("2024", "2024년"),
        ("년", "2024년"),
        ("𠮷", "𠮷野家"),  # beyond the first 65,536 letters
        ("नाटक", "हिन्दी नाटक"),
        ("анна", "А́нна Каренина"),
    ],
)
def test_what_people_would_type_finds_it(question: str, text: str):
    assert _finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("racker", "Nutcracker"),
        ("京東", "東京"),
        ("東京都", "東京"),
        ("nutcrackers", "Nutcracker"),
        ("か", "が"),
        ("man hamlet", "Spider-Man"),
    ],
)
def test_what_is_not_there_does_not_find_it(question: str, text: str):
    assert not _finds(question, text)


@given(st.text(alphabet=" !?.,;:-_()[]<>*&|'\"…★、。・「」", max_size=30))
def test_signs_alone_are_no_words(signs: str):
    assert asked_for(signs).is_empty
