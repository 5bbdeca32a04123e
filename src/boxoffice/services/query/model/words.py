"""Words as they are looked for: whole ones where words have spaces between them, pairs elsewhere.

Chinese, Japanese and Korean are taken apart into pairs of neighbours (and, for questions of one
character, into single ones), since no list of words is needed to find those again. Everything else
is found by how a word begins.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

LONGEST_WORD = 60  # characters of a word that count: names of chemicals end here
MARKED = 4  # letters of a word that leave marks: few words begin with the same four
MARKS = 256  # bits: a show has some fifty beginnings and pairs
JOINTS = "'\u2019.-\u2010&"  # some write them inside of a word, and some leave them out
ACCENTS = range(0x300, 0x370)  # of Latin, Greek and Cyrillic; in other scripts marks are letters
SPACE = ord(" ")

_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"
_HAN = "\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_OTHERS = "\u3005-\u3007\u3021-\u303c\u3100-\u31bf"  # repetitions, numbers, bopomofo
_UNSPACED = _HANGUL + _KANA + _HAN + _OTHERS
_RUNS = re.compile(f"([{_UNSPACED}]+)|([^{_UNSPACED} ]+)")


@dataclass(frozen=True, slots=True)
class Words:
    """What a text is made of, or what is asked for: words, and pairs of letters without spaces."""

    spaced: frozenset[str]
    pairs: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.spaced and not self.pairs

    @property
    def marks(self) -> str:
        """One bit for each beginning and pair: a text without all of what is asked for lacks some.

        Two may have the same bit, so that a text which has all bits may still lack a word.
        """
        begins = {word[:length] for word in self.spaced for length in range(1, MARKED + 1)}
        bits = {crc32(one.encode()) % MARKS for one in begins | self.pairs}
        return f"{sum(1 << bit for bit in bits):0{MARKS}b}"


def words_of(texts: Iterable[str]) -> Words:
    """Return all by which these texts are to be found."""
    spaced: set[str] = set()
    pairs: set[str] = set()
    for text in texts:
        letters = fold(text)
        for unspaced, word in _RUNS.findall(letters.translate(_PARTED)):
            if word:
                spaced.add(word[:LONGEST_WORD])
            pairs.update(unspaced, _pairs(unspaced))
        joined = letters.translate(_JOINED)
        if len(joined) < len(letters):  # `spiderman` and `oneill` are Spider-Man and O'Neill too
            spaced.update(word[:LONGEST_WORD] for _, word in _RUNS.findall(joined) if word)
    return Words(frozenset(spaced), frozenset(pairs))


def asked_for(text: str) -> Words:
    """Return what somebody who writes this looks for: what is found has all of it."""
    spaced: set[str] = set()
    pairs: set[str] = set()
    for unspaced, word in _RUNS.findall(fold(text).translate(_PARTED)):
        if word:
            spaced.add(word[:LONGEST_WORD])
        pairs.update(_pairs(unspaced) or [unspaced] if unspaced else ())
    return Words(frozenset(spaced), frozenset(pairs))


def fold(text: str) -> str:
    """Return the one form of all spellings of a text: of width, letter case and accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = unicodedata.normalize("NFKD", folded).translate(_BARE)
    return unicodedata.normalize("NFKC", bare)


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]


class _Table(dict[int, int | None]):
    """What becomes of each letter, for `str.translate`; worked out when it is first met."""

    def __init__(self, joints: int | None) -> None:
        super().__init__({ord(joint): joints for joint in JOINTS})

    def __missing__(self, code: int) -> int:
        self[code] = kept = code if unicodedata.category(chr(code))[0] in "LMN" else SPACE
        return kept


class _Bare(dict[int, int | None]):
    """The same, without accents and what cannot be seen."""

    def __missing__(self, code: int) -> int | None:
        hidden = code in ACCENTS or unicodedata.category(chr(code)) == "Cf"
        self[code] = kept = None if hidden else code
        return kept


_PARTED = _Table(joints=SPACE)
_JOINED = _Table(joints=None)
_BARE = _Bare()
