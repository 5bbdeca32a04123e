"""Rules made ready to judge: the first that applies to a text decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from boxoffice.events.moderation import Verdict
from boxoffice.services.moderation.model import disguises, letters
from boxoffice.services.moderation.model.lexicon import Entry, Lexicon
from boxoffice.services.moderation.model.reading import Reading
from boxoffice.services.moderation.model.rules import (
    RULES,
    Decision,
    LengthRule,
    LinksRule,
    RepetitionRule,
    Rule,
    WordsRule,
)

FEWEST_CASED = 20  # letters of a text that can be said to shout: WOW is none
KEPT_READY = 4  # sets of rules: the present one, the one before, and what is being tried
STATUS: Final[dict[Decision, Verdict]] = {
    "approve": "approved",
    "ask": "pending",
    "reject": "rejected",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What rules think of a text: the one that decided and its reason, or pending by none."""

    status: Verdict
    rule: str | None = None
    reason: str | None = None


UNDECIDED = Ruling("pending")


class Judge:
    """A set of rules that is ready. It judges 4,000 characters in a few milliseconds."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        words = [(nth, rule) for nth, rule in enumerate(rules) if isinstance(rule, WordsRule)]
        self._has_words = bool(words)
        self._open = Lexicon(one for nth, rule in words for one in _entries(nth, rule))
        self._masked = Lexicon(one for nth, rule in words for one in _masked_entries(nth, rule))

    def judge(self, text: str) -> Ruling:
        """Return what the first rule that applies decides; pending when none does."""
        reading = Reading(text)
        having: set[int] = set()
        if self._has_words:
            having = self._open.rules_in(reading.line) | self._masked.rules_in(reading.disguised)
        for nth, rule in enumerate(self._rules):
            if nth in having or _applies(rule, reading):
                reason = None if rule.decides == "approve" else rule.reason
                return Ruling(STATUS[rule.decides], rule.name, reason)
        return UNDECIDED


@lru_cache(KEPT_READY)
def ready(rules: str) -> Judge:
    """Return the judge of rules that are written as JSON, as they are kept."""
    return Judge(RULES.validate_json(rules))


def _entries(nth: int, rule: WordsRule) -> Iterator[tuple[str, Entry]]:
    """Yield what is looked for in plain words; several in a row have a space between them."""
    for word in rule.words:
        yield _line(word), Entry(nth, is_whole=rule.match == "whole")
    for word in rule.unless:
        yield _line(word), Entry(nth, is_spared=True)


def _masked_entries(nth: int, rule: WordsRule) -> Iterator[tuple[str, Entry]]:
    """Yield what is looked for among words in disguise."""
    for word, entry in _entries(nth, rule):
        if disguises.may_hide(word):
            yield disguises.unmask(word), entry


def _line(word: str) -> str:
    return " ".join(letters.words(letters.plain(letters.bare(word))))


def _applies(rule: Rule, reading: Reading) -> bool:
    match rule:
        case WordsRule():
            return False
        case LinksRule():
            return reading.links > rule.more_than
        case RepetitionRule():
            by_character = rule.of == "character"
            found = reading.commonest_character if by_character else reading.commonest_word
            return found[0] >= rule.count and found[1] >= rule.share
        case LengthRule():
            return _has_length(rule, reading)


def _has_length(rule: LengthRule, reading: Reading) -> bool:
    if rule.shorter_than is not None and reading.length >= rule.shorter_than:
        return False
    if rule.longer_than is not None and reading.length <= rule.longer_than:
        return False
    return rule.shouting is None or (
        reading.cased_letters >= FEWEST_CASED and reading.share_of_capitals >= rule.shouting
    )
