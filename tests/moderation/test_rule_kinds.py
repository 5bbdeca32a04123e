"""Each kind of rule on both sides of its limit, their order, and how long they take."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from boxoffice.services.moderation.model import Judge, rules_to_begin_with
from boxoffice.services.moderation.model.rulebook import as_json
from boxoffice.services.moderation.model.rules import RULES
from moderation.desk import ORANGES, PLAIN
from stage import times_the_work

LONGEST = 4_000  # characters of a review
MOST_TIMES = 10  # the work of an ordinary text; one that defeats a rule takes hundreds
ORDINARY = "What a lovely evening. " * (LONGEST // 23)
HOSTILE = {
    "one letter": "a" * LONGEST,
    "marks on marks": "a" + "\u0301\u0323" * (LONGEST // 2),
    "marks in disorder": "a" + "".join(chr(0x300 + n % 112) for n in range(LONGEST - 1)),
    "phrases in one sign": "\ufdfa" * LONGEST,
    "letters apart": "a " * (LONGEST // 2),
    "apart in changing ways": "a.b-" * (LONGEST // 4),
    "domains without end": "a." * (LONGEST // 2),
    "hyphens": "-." * (LONGEST // 2),
    "addresses": "a@" * (LONGEST // 2),
    "digits in letters": "0a" * (LONGEST // 2),
    "stretched": "aaabbbccc " * (LONGEST // 10),
    "two scripts": "аb" * (LONGEST // 2),
    "kana apart": "ば " * (LONGEST // 2),
    "brackets": " [" * (LONGEST // 2),
    "colons": ":" * LONGEST,
    "www": "www." * (LONGEST // 4),
    "hangul": "가나" * (LONGEST // 2),
    "nearly the word": "orang" * (LONGEST // 5),
    "nearly all words": "imbecil idio moro " * (LONGEST // 18),
}


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://example.com/a?b=c", 1),
        ("see HTTP://EXAMPLE.COM and ftp://files", 2),
        ("www.example.museum", 1),
        ("go to example.com now", 1),
        ("(example.co.uk), sub.domain.example.org:8080/x", 2),
        ("write to somebody@example.com", 1),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", 1),
        ("exa\u200bmple.c\u00adom", 1),
        ("example[.]com, example (dot) com, example dot com", 3),
        ("somebody (at) example.com", 1),
        ("bit.ly/x and youtu.be/x and t.me/x", 3),
        ("пример.рф", 1),
        ("例え.jp", 1),
        ("Great show.It was fun, e.g. the end.So good", 0),
        ("the end.it was over.in all.to me", 0),
        ("8.30 p.m., 12.50 USD, 10/10, 3:1, U.S.A., v2.0", 0),
        ("Mr.Darcy and node.js and commedia.dell'arte", 0),
        ("I was @ the theatre: #wow", 0),
        ("no... really... com net org", 0),
    ],
)
def test_links_are_counted_and_nothing_else_is(text: str, links: int):
    more_than = [nth for nth in range(5) if _decides(_links(nth), text)]

    assert more_than == list(range(links))


@pytest.mark.parametrize(
    ("rule", "caught", "spared"),
    [
        ({"of": "character", "count": 10, "share": 0.8}, "a" * 9 + "bA!", "a" * 9 + "bc"),
        ({"of": "character", "count": 10, "share": 0.8}, "哈" * 10, "哈" * 9),
        ({"of": "character", "count": 5, "share": 1}, "? ? ? ? ?", "? ? ? ? ? a"),
        ({"of": "word", "count": 3, "share": 0.5}, "Buy now, BUY more, buy", "buy now or buy late"),
        ({"of": "word", "count": 3, "share": 0.5}, "ну Ну НУ да", "ну да ну да"),
    ],
)
def test_repetition_is_told_by_count_and_share(rule: dict[str, Any], caught: str, spared: str):
    repetition = _rule("repetition", **rule)

    assert _decides(repetition, caught)
    assert not _decides(repetition, spared)


@pytest.mark.parametrize(
    ("rule", "caught", "spared"),
    [
        ({"shorterThan": 3}, "ab", "abc"),
        ({"shorterThan": 3}, " a\u200bb\u00ad ", "好极了"),
        ({"longerThan": 3}, "abcd", "abc"),
        ({"longerThan": 1, "shorterThan": 4}, "abc", "abcd"),
        ({"shouting": 0.7}, "THIS IS THE WORST EVENING ever", "This is the WORST EVENING ever"),
        ({"shouting": 0.7}, "ЭТО ХУДШИЙ ВЕЧЕР В МОЕЙ ЖИЗНИ", "WOW!"),
        (
            {"shouting": 0.7},
            "ＴＨＩＳ ＩＳ ＴＨＥ ＢＥＳＴ ＥＶＥＲ ＳＥＥＮ",
            "これは最高の夜でしたまた見たいですねえ本当に",
        ),
        ({"shouting": 0.7, "longerThan": 50}, "LOUD " * 11, "LOUD " * 10),
    ],
)
def test_lengths_and_shouting_are_told(rule: dict[str, Any], caught: str, spared: str):
    length = _rule("length", **rule)

    assert _decides(length, caught)
    assert not _decides(length, spared)


def test_the_first_rule_that_applies_decides():
    oranges_are_fine = ORANGES | {"name": "Fine", "decides": "approve", "words": ["orange juice"]}

    first = _judge(oranges_are_fine, ORANGES, PLAIN)
    second = _judge(ORANGES, oranges_are_fine, PLAIN)

    assert first.judge("An orange juice").status == "approved"
    assert second.judge("An orange juice").status == "rejected"
    assert first.judge("An orange").rule == "Oranges"
    assert first.judge("A pear").rule == "Harmless"


def test_what_no_rule_decides_is_pending_by_none():
    ruling = _judge(ORANGES).judge("A pear")

    assert (ruling.status, ruling.rule, ruling.reason) == ("pending", None, None)
    assert _judge().judge("").status == "pending"


def test_a_demonstration_rejects_oranges_and_nothing_else_of_what_is_harmless():
    demo, usual = (Judge(rules_to_begin_with(demo=on)) for on in (True, False))

    ruling = demo.judge("I ate 0r4nges in the interval")

    assert ruling.status == "rejected"
    assert ruling.reason == "Texts about oranges are not shown in the demonstration"
    assert usual.judge("I ate oranges in the interval").status == "approved"
    assert demo.judge("I ate pears in the interval").status == "approved"


def test_the_first_rules_tell_an_insult_from_dostoevsky():
    judge = Judge(rules_to_begin_with(demo=False))

    asked = [judge.judge(text) for text in ("You id10t!", "Ты д е б и л", "그는 바보야", "バカだ")]
    fine = [
        judge.judge(text)
        for text in (
            "Dostoevsky's The Idiot",
            "«Идиот» Достоевского",
            "idiotensicher",
            "できたばかり",
        )
    ]

    assert {one.rule for one in asked} == {"Insults"}
    assert {one.status for one in fine} == {"approved"}


def test_rules_are_the_same_after_they_were_kept():
    rules = rules_to_begin_with(demo=True)

    assert RULES.validate_json(as_json(rules)) == rules


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "regex", "pattern": "(a+)+$"},
        {"kind": "words", "words": []},
        {"kind": "words", "words": ["x" * 61]},
        {"kind": "words", "words": ["..."]},
        {"kind": "words", "words": ["a"] * 501},
        {"kind": "words", "words": ["a"], "match": "maybe"},
        {"kind": "words", "words": ["a"], "pattern": "a"},
        {"kind": "links", "moreThan": -1},
        {"kind": "repetition", "of": "word", "count": 3, "share": 1.5},
        {"kind": "repetition", "of": "line", "count": 3, "share": 0.5},
        {"kind": "length"},
        {"kind": "length", "shorterThan": 0},
        {"kind": "length", "longerThan": 5, "shorterThan": 6},
        {"kind": "length", "shouting": 0},
        {"kind": "links", "decides": "burn"},
        {"kind": "links", "reason": ""},
        {"kind": "links", "name": "x" * 81},
    ],
    ids=str,
)
def test_a_rule_that_makes_no_sense_is_none(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        _judge({"name": "Wrong", "decides": "ask", "reason": "Why"} | wrong)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_longer_than_another(text: str):
    judge = Judge(rules_to_begin_with(demo=True))

    work = times_the_work(lambda: judge.judge(text), beside=lambda: judge.judge(ORDINARY))

    assert work < MOST_TIMES


def test_many_words_take_no_longer_than_few():
    many = [
        ORANGES | {"name": f"List {n}", "words": [f"a{'a' * (k % 9)}b{n}w{k}" for k in range(500)]}
        for n in range(10)
    ]
    judge = _judge(*many, PLAIN)

    few = _judge(ORANGES, PLAIN)

    for text in ("aaaaaaaaab" * (LONGEST // 10), ORDINARY):
        work = times_the_work(partial(judge.judge, text), beside=partial(few.judge, text))
        assert work < MOST_TIMES


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str):
    judge = Judge(rules_to_begin_with(demo=True))

    assert judge.judge(text) == judge.judge(text)


def _rule(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "name": "It", "decides": "reject", "reason": "Why"} | fields


def _links(more_than: int) -> dict[str, Any]:
    return _rule("links", moreThan=more_than)


def _judge(*rules: dict[str, Any]) -> Judge:
    return Judge(RULES.validate_python(rules))


def _decides(rule: dict[str, Any], text: str) -> bool:
    return _judge(rule).judge(text).status == "rejected"
