"""What letters are to a rule: one form for each, however it is written, in every script."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

LONGEST_PARTICLE = 3  # letters
KANA, HANGUL, FREE, SPACED, GAP = "kana", "hangul", "free", "spaced", "gap"


def _letters(*ranges: tuple[int, int]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


# What nobody sees: soft hyphens, joiners, direction marks, fillers, selectors and tags.
_UNSEEN = _letters(
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)
# Marks on letters that are read without them: accents, Hebrew points, Arabic harakat and tatweel.
# Not the vowels of Thai or the scripts of India, nor the dakuten of kana: these are other letters.
# The price is Vietnamese, where `ngu` and `ngủ` are one here: a rule that asks suits it better.
_MARKS = _letters(
    (0x300, 0x36F),
    (0x483, 0x489),
    (0x591, 0x5BD),
    (0x5BF, 0x5BF),
    (0x5C1, 0x5C2),
    (0x5C4, 0x5C5),
    (0x610, 0x61A),
    (0x640, 0x640),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x6D6, 0x6DC),
    (0x6DF, 0x6E4),
    (0x6E7, 0x6E8),
    (0x6EA, 0x6ED),
    (0x711, 0x711),
    (0x730, 0x74A),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
# Signs that stand for whole phrases or measures, of up to eighteen letters: they are a space here.
_PHRASES: Final = re.compile("[\u3300-\u33ff\ufdf0-\ufdff]")
_DROPPED: Final = re.compile(f"[{_UNSEEN}{_MARKS}]+")
UNSEEN: Final = re.compile(f"[{_UNSEEN}]+")

# Letters that no decomposition makes plain, and Katakana, which is Hiragana in another hand.
_PLAIN: Final[Mapping[int, str]] = {
    **str.maketrans(
        {
            "ı": "i",  # noqa: RUF001 - Turkish, without its dot
            "æ": "ae",
            "œ": "oe",
            "ø": "o",
            "đ": "d",
            "ð": "d",
            "þ": "th",
            "ł": "l",
            "ħ": "h",
            "ŧ": "t",
            "ŋ": "n",
            "ى": "ي",
            "ی": "ي",
            "ک": "ك",
            **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
        }
    ),
    **{first + n: chr(0x61 + n) for first in (0x1F150, 0x1F170) for n in range(26)},
    **{katakana: chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)},
}

# Vowels and other signs that belong to words of India and South-East Asia, though Python's `\w`
# passes them over; full stops (danda) are left out.
_SIGNS = _letters(
    (0x900, 0x963),
    (0x966, 0xDF3),
    (0xE01, 0xE3A),
    (0xE40, 0xE4E),
    (0xE81, 0xECE),
    (0xF71, 0xF84),
    (0x1000, 0x1049),
    (0x1050, 0x109D),
    (0x1780, 0x17D3),
    (0x3099, 0x309A),
)
WORD: Final = re.compile(rf"[\w{_SIGNS}]+")

_KANA = (0x3041, 0x30FF)
_KANA_LETTERS = ((0x3041, 0x30FA), (0x30FC, 0x30FF))
_HANGUL = (0xAC00, 0xD7A3)
_FREE = (  # scripts that put no space between words
    (0xE01, 0xEDF),
    (0x1000, 0x109F),
    (0x1780, 0x17D3),
    (0x3005, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
UNSPACED: Final = f"[{_letters(*_KANA_LETTERS, *_FREE)}]"  # a letter of such a script, as a pattern
NO_WORD: Final = rf"[^\w{_SIGNS}]"  # what stands between words, as a pattern


def bare(text: str) -> str:
    """Return a text without what nobody sees and what is put on letters, in its own case.

    It takes time in proportion to the length, whatever the text: marks are taken off before
    anything is put in order, which would take the square of their number.
    """
    if text.isascii():
        return text.replace("_", " ")
    short = _PHRASES.sub(" ", _DROPPED.sub("", text))
    letters = _DROPPED.sub("", unicodedata.normalize("NFKD", short))
    return unicodedata.normalize("NFC", letters).replace("_", " ")


def plain(bared: str) -> str:
    """Return a bare text as rules read it: letters in one form each."""
    if bared.isascii():
        return bared.lower()
    folded = _DROPPED.sub("", bared.casefold()).translate(_PLAIN)
    return unicodedata.normalize("NFC", folded)


def words(text: str) -> list[str]:
    """Return the words of a text, bare or plain; where a script has no spaces, what is between signs."""
    return WORD.findall(text)


def kind_of(letter: str) -> str:
    """Return how words of the script of a letter are told apart; GAP for a space."""
    code = ord(letter)
    if code < 0xE01:  # noqa: PLR2004 - Thai begins there: all scripts before it have spaces
        return GAP if letter == " " else SPACED
    if _KANA[0] <= code <= _KANA[1]:
        return KANA
    if _HANGUL[0] <= code <= _HANGUL[1]:
        return HANGUL
    return FREE if _is_in(code, _FREE) else SPACED


def _is_in(code: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in ranges)


# Particles that stand right behind a word, or before it: what is left is the word itself.
_AFTER_HANGUL = frozenset(
    (
        *("은", "는", "이", "가", "을", "를", "의", "에", "도", "만", "과", "와", "야", "아", "로"),
        *(
            "으로",
            "에서",
            "에게",
            "한테",
            "께",
            "랑",
            "이랑",
            "같은",
            "같이",
            "처럼",
            "보다",
            "부터",
        ),
        *(
            "들",
            "들은",
            "들이",
            "들아",
            "들을",
            "들의",
            "까지",
            "인",
            "이다",
            "입니다",
            "이야",
            "이네",
        ),
        *("네", "냐", "이냐", "놈", "님"),
    )
)
_AFTER_KANA = (
    *("だ", "です", "な", "の", "は", "が", "を", "に", "で", "も", "と", "か", "や", "よ", "ね"),
    *("じゃ", "さん", "め", "ども", "たち", "すぎ", "って"),
)
_BEFORE_KANA = frozenset("はがもをのにでとやお")


def stands_alone(line: str, start: int, end: int) -> bool:
    """Whether what is at these places of a line of words is a word, and no part of another.

    The line begins and ends with a space. Where words have no spaces, particles tell; in Chinese
    or Thai nothing does short of a dictionary, and it is taken for a word.
    """
    return _begins(line, start) and _ends(line, end)


def _begins(line: str, start: int) -> bool:
    kind, before = kind_of(line[start]), line[start - 1]
    if kind == FREE or kind_of(before) != kind:
        return True
    return kind == KANA and before in _BEFORE_KANA


def _ends(line: str, end: int) -> bool:
    kind = kind_of(line[end - 1])
    if kind == FREE or kind_of(line[end]) != kind:
        return True
    if kind == KANA:
        return line.startswith(_AFTER_KANA, end)
    if kind == HANGUL:
        return line[end : end + LONGEST_PARTICLE + 1].partition(" ")[0] in _AFTER_HANGUL
    return False
