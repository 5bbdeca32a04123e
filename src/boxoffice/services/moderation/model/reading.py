"""A text as rules look at it: what is found out once, when the first rule asks."""

import re
from collections import Counter
from functools import cached_property
from typing import Final

from boxoffice.services.moderation.model import disguises, letters

LONGEST_TEXT = 8_000  # characters that are looked at: twice what reviews takes

_SURE = "com net org info biz edu gov app dev xyz ru cn uk jp kr fr br pl nl eu gg ly cc tk рф"
# Words of some language, too, which stand behind a full stop where a space was forgotten.
_UNSURE = "io me tv co de it es us in at to is be ch ca au online site shop store club top link"
_TAIL = r"(?:[/?#:][^\s]*)?"
_LINK: Final = re.compile(
    r"://\S+"
    r"|(?<!\w)www\.\w\S*"
    r"|(?<=\w)@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    rf"|(?<![\w.@-])(?:[\w-]{{1,63}}\.){{1,10}}(?:{'|'.join(_SURE.split())})(?![\w-]){_TAIL}"
    rf"|(?<![\w.@-])(?:[\w-]{{1,63}}\.){{1,10}}(?:{'|'.join(_UNSURE.split())})/\S*"
)
_DOT: Final = re.compile(
    r" ?[\[({<] ?(?:\.|dot|punkt|punto|point) ?[\])}>] ?| dot (?=(?:com|net|org)\b)"
)
_AT: Final = re.compile(r" ?[\[({<] ?(?:@|at) ?[\])}>] ?")


class Reading:
    """A text that is being judged. Each of these takes time in proportion to its length."""

    def __init__(self, text: str) -> None:
        self._text = text[:LONGEST_TEXT]

    @cached_property
    def length(self) -> int:
        """How many characters of it can be seen, and spaces between them."""
        return len(letters.UNSEEN.sub("", self._text).strip())

    @cached_property
    def line(self) -> str:
        """Its plain words, with a space before, between and after them."""
        return f" {' '.join(self.words)} "

    @cached_property
    def words(self) -> list[str]:
        """Its plain words."""
        return letters.words(self._plain)

    @cached_property
    def disguised(self) -> str:
        """What may be words in disguise, unmasked, with a space before, between and after them."""
        return f" {' '.join(disguises.disguised(self._bare))} "

    @cached_property
    def links(self) -> int:
        """How many addresses it has: of pages, of sites, of people."""
        text = _AT.sub("@", _DOT.sub(".", self._plain))
        return sum(1 for _ in _LINK.finditer(text))

    @cached_property
    def cased_letters(self) -> int:
        """How many letters it has that are either capital or small."""
        return self._capitals + sum(map(str.islower, self._bare))

    @cached_property
    def share_of_capitals(self) -> float:
        """How many of those letters are capitals, 0 to 1."""
        return self._capitals / (self.cased_letters or 1)

    @cached_property
    def commonest_character(self) -> tuple[int, float]:
        """How often the commonest character comes, and what share of all it is; without spaces."""
        return _commonest("".join(self._plain.split()))

    @cached_property
    def commonest_word(self) -> tuple[int, float]:
        """How often the commonest word comes, and what share of all words it is."""
        return _commonest(self.words)

    @cached_property
    def _capitals(self) -> int:
        return sum(map(str.isupper, self._bare))

    @cached_property
    def _bare(self) -> str:
        return letters.bare(self._text)

    @cached_property
    def _plain(self) -> str:
        return letters.plain(self._bare)


def _commonest(parts: str | list[str]) -> tuple[int, float]:
    if not parts:
        return 0, 0.0
    ((_, count),) = Counter(parts).most_common(1)
    return count, count / len(parts)
