"""Text of many lines as people send it: composed, trimmed, and soon refused where it is none."""

import unicodedata
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from boxoffice.kit.http.wire import LONGEST_PROSE, MOST_MARKS, Prose
from stage import times_the_work

LONGEST = 4_000
LONG = "a fine é " * (LONGEST // 9)
TEXT = TypeAdapter[str](Annotated[Prose, Field(min_length=1, max_length=LONGEST)])


def test_a_text_keeps_its_lines_and_nothing_around_them():
    assert TEXT.validate_python(" \n Once\r\nmore,\n\n  dear friends \t\n") == (
        "Once\nmore,\n\n  dear friends"
    )


@pytest.mark.parametrize(
    "typed", ["Cafe\u0301", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u03b1\u0313\u0300\u0345"]
)
def test_a_text_is_composed_whatever_the_keyboard_sends(typed: str):
    text = TEXT.validate_python(typed)

    assert text == unicodedata.normalize("NFC", typed) != typed


def test_length_is_counted_as_people_see_it():
    longest = "\u1112\u1161\u11ab" * LONGEST

    assert len(TEXT.validate_python(longest)) == LONGEST
    with pytest.raises(ValidationError, match="4000"):
        TEXT.validate_python(longest + "x")


@pytest.mark.parametrize(
    "typed",
    ["a\x00b", "a\tb", "a\rb", "a\x1b[31mb", "a\x7fb", "a\x85b", "a\ud800b", "\n\x00"],
)
def test_what_is_no_text_is_refused_with_a_sentence(typed: str):
    with pytest.raises(ValidationError, match="Control characters are not text"):
        TEXT.validate_python(typed)


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b\u200d", "\u2060 \u00a0\u3000", "\u2028"])
def test_what_nobody_could_see_is_empty(typed: str):
    with pytest.raises(ValidationError, match="at least 1 item"):
        TEXT.validate_python(typed)


@pytest.mark.parametrize(
    "evil",
    [
        "a" + "\u0300\u0323" * 30_000,  # sorted by insertion
        "a" + "\u0300\u0323" * (LONGEST_PROSE // 2 - 1),
        "\u0f71\u0f72" * (LONGEST_PROSE // 2),
        "\u0f73" * LONGEST_PROSE,  # a mark that composes with what is before, and says it does not
        ("a" + "\u0300\u0323" * (MOST_MARKS // 2)) * (LONGEST_PROSE // (MOST_MARKS + 1)),
    ],
)
def test_what_would_take_long_to_compose_is_refused_soon(evil: str):
    def refuse() -> None:
        with pytest.raises(ValidationError, match=r"at most 4000|so many marks"):
            TEXT.validate_python(evil)

    assert times_the_work(refuse, beside=lambda: TEXT.validate_python(LONG)) < 20


def test_as_many_marks_as_a_letter_can_have_are_taken():
    text = "a" + "\u0323" * MOST_MARKS

    assert TEXT.validate_python(text) == unicodedata.normalize("NFC", text)
    with pytest.raises(ValidationError, match="No letter has so many marks"):
        TEXT.validate_python(text + "\u0323")


@given(st.text(max_size=200))
def test_what_is_taken_is_taken_again_as_it_is(typed: str):
    try:
        text = TEXT.validate_python(typed)
    except ValidationError:
        return

    assert TEXT.validate_python(text) == text
    assert text.encode().decode() == text == unicodedata.normalize("NFC", text)
