"""Words in every language and disguise, and the innocent ones that only look like them."""

from collections.abc import Sequence

import pytest

from boxoffice.services.moderation.model import Judge
from boxoffice.services.moderation.model.rules import WordsRule

DISGUISES = (
    "orange",
    "ORANGE!",
    "an “Orange”, please",
    "ｏｒａｎｇｅ",
    "ⓞⓡⓐⓝⓖⓔ",
    "𝐨𝐫𝐚𝐧𝐠𝐞",
    "ᴏʀᴀɴɢᴇ",
    "🅾🆁🅰🅽🅶🅴",
    "órängé",
    "o\u0323\u0301r\u0301a\u0308n\u0303g\u0307e\u0301",
    "o\u200br\u200ba\u200bn\u200bg\u200be",
    "o\u00adran\u00adge",
    "\u202eorange",
    "оrаngе",
    "ΟRΑΝGΕ",
    "0r4ng3",
    "or@nge",
    "0r@ng€!!!",
    "o r a n g e",
    "o  r  a  n  g  e",
    "o.r.a.n.g.e",
    "o-r_a*n.g e",
    "(o)(r)(a)(n)(g)(e)",
    "O. R. A. N. G. E.",
    "orannnge",
    "ooooraaaangeeee",
    "0rrrr4nnnnge",
    "0 r 4 n g 3",
    "о r а n g е",
    "oO0oRAAAnge",
    "o r a n g e   j u i c e",
)
INNOCENT = (
    "oranges",
    "storange",
    "arrange",
    "or ange",
    "for an gentle soul",
    "door, an gel",
    "o r a n g",
    "orang-utan",
    "Plan A b c d e f",
    "0 12 4 99 3",
    "orage",
    "range",
    "",
    "12345678",
    "@#$%!",
)


@pytest.mark.parametrize("text", DISGUISES, ids=ascii)
def test_a_word_is_found_in_every_disguise(text: str):
    assert _has("orange", text)


@pytest.mark.parametrize("text", INNOCENT, ids=ascii)
def test_innocent_texts_are_left_alone(text: str):
    assert not _has("orange", text)


@pytest.mark.parametrize(
    ("word", "guilty", "innocent"),
    [
        ("ass", "what an ass!", "A classic passage, assumed in Scunthorpe; take the A55"),
        ("cock", "c.o.c.k", "cocktail with a peacock"),
        ("hell", "go to h3ll", "Hello, shell, Michelle"),
        ("con", "a coooon, c o n", "cooncert of Falcons, a raccoon, convince"),
        ("coon", "cooooon", "a con of cons"),
        ("ball", "baaallll", "bal masqué"),
        ("straße", "STRASSE", "Strasser"),
        ("größe", "GRÖSSE, grosse", "vergrößert"),
        ("ırk", "IRK, irk, ırk", "kırk yıl"),
        ("salak", "SÂLAK", "salaklık değil, Salakta"),
        ("дурак", "ДУРАК! д у р а к, дураааак", "дуракаваляние, полудурак"),
        ("сука", "cукa, с.у.к.а", "барсука видели"),
        ("ёж", "Еж", "ежели"),
        ("βλάκας", "ΒΛΑΚΑΣ, βλακας", "βλακασμός"),
        ("أحمق", "احمق، أَحْمَق، أحـــمق", "الأحمقين"),
        ("כלב", "כֶּלֶב רע", "כלבים טובים"),
        ("गधा", "वह गधा है", "गधी नहीं, गाधा"),
        ("imbécil", "IMBECIL", "imbecilidad"),
        ("trottel", "Tr0tt3l", "Trottellumme, ein Seevogel"),
        ("dupa", "d-u-p-a", "dupak, kadupa"),
        ("barbaque", "B4RB4QU3", "barbaques"),
        ("ngu", "n g u", "người nguội, ngung"),
        ("바보", "바보야! 그는 바보는 아니다", "바보상자, 울바보새"),
        ("시발", "시발놈", "시발점에서 시발역까지"),
        ("멍청이", "멍청이들은, 멍\u200b청이", "멍청이상"),
        ("ばか", "ばかだ。このバカが", "そばかすがある。できたばかり。ばかりか"),
        ("バカ", "ﾊﾞｶです", "かばかり、はか、ぱか"),
        ("馬鹿", "彼は馬 鹿です", "馬と鹿"),
        ("笨蛋", "他是笨蛋, 笨.蛋, 笨 蛋", "笨，蛋糕很好"),
        ("傻瓜", "傻*瓜", "傻，西瓜"),
        ("โง่", "เขาโง่มาก", "โงนเงน"),
    ],
    ids=lambda given: ascii(given)[:24],
)
def test_whole_words_are_told_from_parts_of_others(word: str, guilty: str, innocent: str):
    assert [text for text in guilty.split(", ") if not _has(word, text)] == []
    assert not _has(word, innocent)


def test_words_anywhere_are_found_within_others_and_within_disguises():
    texts = ("blorangette", "bl0r4ngette", "x o r a n g e x", "ORAAANGES", "the orangery")

    assert all(_has("orange", text, match="anywhere") for text in texts)
    assert not _has("orange", "or angels", match="anywhere")


def test_words_with_digits_are_what_they_say_and_no_other_number():
    assert _has("area51", "Area51!")
    assert not _has("word166", "word199")
    assert not _has("1488", "12 of 14 88-year-olds in room 1489")


def test_several_words_in_a_row_are_one():
    assert _has("go home", "Then GO,  home!")
    assert not _has("go home", "go to a home")
    assert not _has("go home", "cargo homes")
    assert _has("go home", "cargo homes", match="anywhere")


def test_what_stands_within_an_exception_does_not_count():
    assert not _has("妈的", "妈妈的朋友", unless=["妈妈的"])
    assert _has("妈的", "妈妈的朋友，他妈的", unless=["妈妈的"])
    assert not _has("orange", "The Orangery", match="anywhere", unless=["orangery"])
    assert _has("orange", "An orange orangery", match="anywhere", unless=["orangery"])
    assert not _has("orange", "the o r a n g e r y", match="anywhere", unless=["orangery"])


def _has(word: str, text: str, match: str = "whole", unless: Sequence[str] = ()) -> bool:
    rule = WordsRule.model_validate(
        {
            "kind": "words",
            "name": "Words",
            "decides": "reject",
            "reason": "No",
            "words": [word],
            "match": match,
            "unless": list(unless),
        }
    )
    return Judge([rule]).judge(text).status == "rejected"
