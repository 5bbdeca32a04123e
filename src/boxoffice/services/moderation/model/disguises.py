"""Words in disguise: other scripts' letters, digits for letters, letters apart or stretched.

What is disguised is read in a form of its own, in which look-alikes are one letter; a text that
plays no tricks has nothing to read here, so that its innocent words stay what they are.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Final

from boxoffice.services.moderation.model import letters

FEWEST_LETTERS = 3  # of a word that is looked for in disguise: with two, everything is one
FEWEST_SYLLABLES = 2  # where a letter is a syllable or a word
MOST_STRETCHED = 3  # places of a word that are tried short and double: eight forms at the most
LONGEST_GAP = 3  # characters between letters that stand apart

# Cyrillic and Greek letters by the Latin ones that they look like; capitals look otherwise.
_LOOKS: Final = str.maketrans(
    "аеорсухіјѕԁһкмтнвпԛԝАВЕКМНОРСТУХІЈЅαβειορκντυχωγηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhkmthbnqwABEKMHOPCTYXIJSabeiopkvtuxwynABEZHIKMNOPTYX",
)
_DIGITS: Final = str.maketrans("013456789@$!|+€£¡l", "oieasgtbgasiiteiii")
_SIGNS = "@$!|+€£¡"
_LATIN: Final = re.compile("[A-Za-z]")
_LOOKING: Final = re.compile("[" + "".join(map(chr, _LOOKS)) + "]")
_SIGNED: Final = re.compile(rf"[\w{re.escape(_SIGNS)}]+")
_SIGN: Final = re.compile(rf"[0-9{re.escape(_SIGNS)}]")
_SINGLE, _GAP = r"\w(?!\w)", rf"{letters.NO_WORD}{{1,{LONGEST_GAP}}}"
_APART: Final = (  # first with the same between all letters, then with anything
    re.compile(rf"(?<!\w){_SINGLE}({_GAP}){_SINGLE}(?:\1{_SINGLE})+"),
    re.compile(rf"(?<!\w){_SINGLE}(?:{_GAP}{_SINGLE}){{2,}}"),
)
_HOLE: Final = re.compile(rf"(?<={letters.UNSPACED})[ .*~·・-]{{1,2}}(?={letters.UNSPACED})")
_STRETCHED: Final = re.compile(r"(\w)\1{2,}", re.IGNORECASE)


def unmask(word: str) -> str:
    """Return a word, bare or plain, in the form in which disguised words are compared."""
    return letters.plain(word.translate(_LOOKS)).translate(_DIGITS)


def may_hide(word: str) -> bool:
    """Whether a plain word is looked for in disguise: not a short one, nor one with digits in it.

    Digits are letters here, so that `word166` would be `word199`, too.
    """
    kinds = {letters.kind_of(letter) for letter in word}
    fewest = FEWEST_LETTERS if letters.SPACED in kinds else FEWEST_SYLLABLES
    return len(word) >= fewest and not _SIGN.search(word)


def disguised(bared: str) -> Iterator[str]:
    """Yield, unmasked, every word of a bare text that may be one in disguise."""
    for word in dict.fromkeys(_suspects(bared)):
        yield from _forms(unmask(word))


def _suspects(bared: str) -> Iterator[str]:
    if _is_mixed(bared) or _STRETCHED.search(bared):
        for word in letters.words(bared):
            if _is_mixed(word) or _STRETCHED.search(word):
                yield word
    if _SIGN.search(bared):
        for match in _SIGNED.finditer(bared):
            if _is_signed(word := match[0].strip("!|+¡")):
                yield word
    for apart in _APART:
        for match in apart.finditer(bared):
            yield "".join(letters.words(match[0]))
    if _HOLE.search(bared):
        yield from letters.words(_HOLE.sub("", bared))


def _is_mixed(word: str) -> bool:
    return not word.isascii() and bool(_LATIN.search(word) and _LOOKING.search(word))


def _is_signed(word: str) -> bool:
    """Whether signs stand among letters, and are no more than these: not so in `A55`."""
    signs = len(_SIGN.findall(word))
    return 0 < signs <= len(word) - signs


def _forms(word: str) -> Iterator[str]:
    """Yield a word as it is, and with what is stretched once or twice instead."""
    yield word
    stretched = list(_STRETCHED.finditer(word))
    if not stretched:
        return
    pieces: list[tuple[str, ...]] = []
    end = 0
    for nth, match in enumerate(stretched):
        pieces.append((word[end : match.start()],))
        pieces.append((match[1], match[1] * 2) if nth < MOST_STRETCHED else (match[1],))
        end = match.end()
    pieces.append((word[end:],))
    for form in product(*pieces):
        yield "".join(form)
