"""Many words looked for at once, in one walk along a text however many they are (Aho-Corasick)."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from boxoffice.services.moderation.model.letters import stands_alone


@dataclass(frozen=True, slots=True)
class Entry:
    """What it means that a word is found: for the rule of this number, or against it."""

    rule: int
    is_whole: bool = False  # only where it is no part of another word
    is_spared: bool = False  # what lies within it does not count


class Lexicon:
    """Words of rules. It tells which rules have a word in a line of plain words."""

    def __init__(self, entries: Iterable[tuple[str, Entry]]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        for word, entry in entries:
            self._entries.setdefault(word, []).append(entry)
        self._sparing = {
            one.rule for several in self._entries.values() for one in several if one.is_spared
        }
        self._next: list[dict[str, int]] = [{}]
        self._word: list[str] = [""]
        self._back: list[int] = [0]  # where to go on when the next letter does not fit
        self._shorter: list[int] = [0]  # the next shorter word that ends where this one does
        for word in self._entries:
            self._add(word)
        self._join()

    def rules_in(self, line: str) -> set[int]:
        """Return the numbers of the rules that have a word in a line between two spaces."""
        found: set[int] = set()
        hits: dict[int, list[tuple[int, int]]] = {}
        spared: dict[int, list[tuple[int, int]]] = {}
        for start, end in self._walk(line):
            for entry in self._entries[line[start:end]]:
                if entry.rule in found or (entry.is_whole and not stands_alone(line, start, end)):
                    continue
                if entry.rule not in self._sparing:
                    found.add(entry.rule)
                else:
                    places = spared if entry.is_spared else hits
                    places.setdefault(entry.rule, []).append((start, end))
        for rule, places in hits.items():
            if _outside(places, spared.get(rule, [])):
                found.add(rule)
        return found

    def _walk(self, line: str) -> Iterator[tuple[int, int]]:
        """Yield where each word begins and ends."""
        follow, back, shorter, words = self._next, self._back, self._shorter, self._word
        node = 0
        for place, letter in enumerate(line, 1):
            edges = follow[node]
            while node and letter not in edges:
                node = back[node]
                edges = follow[node]
            node = edges.get(letter, 0)
            if not node:
                continue
            found = node if words[node] else shorter[node]
            while found:
                yield place - len(words[found]), place
                found = shorter[found]

    def _add(self, word: str) -> None:
        node = 0
        for letter in word:
            if letter not in self._next[node]:
                self._next[node][letter] = len(self._next)
                self._next.append({})
                self._word.append("")
                self._back.append(0)
                self._shorter.append(0)
            node = self._next[node][letter]
        self._word[node] = word

    def _join(self) -> None:
        waiting = deque(self._next[0].values())
        while waiting:
            node = waiting.popleft()
            for letter, child in self._next[node].items():
                back = self._back[node]
                while back and letter not in self._next[back]:
                    back = self._back[back]
                back = self._next[back].get(letter, 0)
                self._back[child] = back
                self._shorter[child] = back if self._word[back] else self._shorter[back]
                waiting.append(child)


def _outside(places: list[tuple[int, int]], spared: list[tuple[int, int]]) -> bool:
    """Whether one of these places lies within none of those that are spared."""
    spared.sort()
    starts = [start for start, _ in spared]
    ends = [0, *accumulate((end for _, end in spared), max)]
    return any(ends[bisect_right(starts, start)] < end for start, end in places)
