"""What a text may be: every script of the world, and nothing that is no text."""

import unicodedata
from collections import defaultdict
from typing import Any

from boxoffice.events.reviews import ReviewWritten
from reviews.critics import about, approve, listed, path_of, shown, write
from stage import Play, Someone
from stage.facts import tell

LONGEST = 4_000
EACH = 6  # characters of each script
MARKUP = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "**bold** [a link](javascript:alert(1)) &amp; &#60; {{ 7 * 7 }} {% raw %} ${7*7} %s %n",
    "'; DROP TABLE reviews; --",
    "\\u0000 \\n \\\\ \u202eright to left",
]
SENTENCES = [
    "Großartig! Ça m'a ému jusqu'aux larmes. ¡Ole!",
    "Ένα αριστούργημα· το λάτρεψα.",
    "عرض رائع، سأعود مرة أخرى! شكراً 🎭",
    "הצגה נפלאה — לא לפספס",
    "बहुत बढ़िया नाटक था, ज़रूर देखें।",
    "การแสดงดีมาก ๆ ผมร้องไห้เลย",
    "བཟང་པོ་འདུག",
    "本当に素晴らしい舞台でした。また観たいです。",
    "정말 감동적인 공연이었어요. 최고!",
    "精彩絕倫,值得一看!",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇰🇷 👍🏽 1️⃣",
]
NO_TEXT: list[tuple[object, str]] = [
    (None, "This must be text"),
    (7, "This must be text"),
    (["Nice"], "This must be text"),
    ("", "This is too short: at least 1"),
    (" \n\t ", "This is too short: at least 1"),
    ("\u200b\u2060", "This is too short: at least 1"),
    ("x" * (LONGEST + 1), "This is too long: at most 4000"),
    ("x" * 60_000, "This is too long: at most 4000"),
    ("a" + "\u0300\u0323" * 10_000, "This is too long: at most 4000"),
    ("a" + "\u0300\u0323" * 1_000, "No letter has so many marks"),
    ("Nice\x00", "Control characters are not text"),
    ("Nice\tplay", "Control characters are not text"),
    ("Nice\x1b[2Jplay", "Control characters are not text"),
    ("Nice\rplay", "Control characters are not text"),
]


async def test_every_script_of_the_world_comes_back_as_it_was(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    texts = [*_of_every_script(), "\n\n".join(SENTENCES)]

    written = [await write(app, alice, show, text) for text in texts]
    await approve(app, *written)

    composed = [unicodedata.normalize("NFC", text) for text in texts]
    assert [review["text"] for review in written] == composed
    assert [review["text"] for review in reversed(await listed(app, show))] == composed
    assert [said.text for said in await app.said(ReviewWritten)] == composed
    assert len(texts) > 3


async def test_markup_is_kept_as_it_is_written(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)

    written = [await write(app, alice, show, text) for text in MARKUP]

    kept = [review["text"] for review in reversed(await listed(app, show, alice))]
    assert [review["text"] for review in written] == kept == MARKUP


async def test_lines_are_kept_and_what_is_around_them_is_not(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)

    review = await write(app, alice, show, "\r\n  Act one.\r\n\n  Act two.\u3000\n")

    assert review["text"] == "Act one.\n\n  Act two."


async def test_what_is_no_text_is_refused_with_a_sentence(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    for text, sentence in NO_TEXT:
        answers = [
            await app.post("/api/reviews", alice, json=about(show) | {"text": text}),
            await app.put(path_of(review), alice, json={"text": text}),
        ]

        for answer in answers:
            assert answer.status_code == 400
            assert answer.json()["errors"] == [{"message": sentence, "field": "text"}]
    assert await listed(app, show, alice) == [review]


async def test_half_a_character_is_refused_with_a_sentence(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    path = path_of(await write(app, alice, show))
    half = f'{{"showId": "{show.show_id}", "text": "Nice \\ud83d"}}'.encode()
    sent: dict[str, Any] = {"content": half, "headers": {"Content-Type": "application/json"}}

    answers = [await app.post("/api/reviews", alice, **sent), await app.put(path, alice, **sent)]

    for answer in answers:
        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {"message": "Control characters are not text", "field": "text"}
        ]


async def test_a_text_of_the_longest_length_is_taken_however_it_is_sent(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    longest = ["x" * LONGEST, "🎭" * LONGEST, unicodedata.normalize("NFD", "각" * LONGEST)]

    written = [await write(app, alice, show, text) for text in longest]

    assert [len(review["text"]) for review in written] == [LONGEST] * 3


async def test_a_megabyte_of_text_is_refused_unread(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    path = path_of(await write(app, alice, show))
    megabyte = about(show, "x" * 1_000_000)

    answers = [
        await app.post("/api/reviews", alice, json=megabyte),
        await app.put(path, alice, json=megabyte),
        await app.post(f"{path}/replies", organiser, json=megabyte),
    ]

    assert [answer.status_code for answer in answers] == [413] * 3
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert len(await listed(app, show, alice)) == 1


def _of_every_script() -> list[str]:
    """Texts with some letters, marks and signs of each script that has names for them."""
    found: dict[str, list[str]] = defaultdict(list)
    for point in range(0x110000):
        character = chr(point)
        if unicodedata.category(character)[0] in "LMNPS":
            script = found[unicodedata.name(character, "?").partition(" ")[0]]
            if len(script) < EACH:
                script.append(character)
    words = "".join(f"x{' '.join(script)}. " for script in found.values())
    pieces = (words[start : start + LONGEST] for start in range(0, len(words), LONGEST))
    return [piece.strip() for piece in pieces]
