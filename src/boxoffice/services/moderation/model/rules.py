"""Rules as plain data: what they look at, what they decide, and why they cannot be otherwise."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)
from pydantic.alias_generators import to_camel

from boxoffice.kit.http.wire import Line
from boxoffice.services.moderation.model import letters

MOST_RULES = 200  # all of them are read by a person who wonders about a verdict
MOST_WORDS = 500  # of a rule; more are another rule, with a name of its own
LONGEST_NAME = 80
LONGEST_REASON = 300  # characters: two sentences for an author
LONGEST_WORD = 60  # characters: the longest words of German, and phrases of some words
LONGEST_RULED = 8_000  # characters, twice what a review has

Decision = Literal["approve", "ask", "reject"]


def _word(word: str) -> str:
    if not letters.words(letters.plain(letters.bare(word))):
        raise ValueError(f"“{word}” has no letter to look for")
    return word


Word = Annotated[Line, Field(min_length=1, max_length=LONGEST_WORD), AfterValidator(_word)]
Words = Annotated[tuple[Word, ...], Field(max_length=MOST_WORDS)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Length = Annotated[int, Field(ge=0, le=LONGEST_RULED)]


class Ruling(BaseModel):
    """What every rule has. `ask` has a moderator decide; the author reads the reason."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid"
    )

    name: Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME)]
    decides: Decision
    reason: Annotated[Line, Field(min_length=1, max_length=LONGEST_REASON)]


class WordsRule(Ruling):
    """It applies to a text with one of these words, whole or anywhere, however it is written.

    What stands within one of `unless` does not count: `mother's` is not what is in the middle.
    """

    kind: Literal["words"]
    words: Annotated[Words, Field(min_length=1)]
    match: Literal["whole", "anywhere"] = "whole"
    unless: Words = ()


class LinksRule(Ruling):
    """It applies to a text with more than so many addresses of pages, sites or people."""

    kind: Literal["links"]
    more_than: Annotated[int, Field(ge=0, le=100)] = 0


class RepetitionRule(Ruling):
    """It applies where one character or word comes so often, and is such a share of the text."""

    kind: Literal["repetition"]
    of: Literal["character", "word"]
    count: Annotated[int, Field(ge=2, le=LONGEST_RULED)]
    share: Share


class LengthRule(Ruling):
    """It applies to a text for which all that is given holds. Lengths are in characters.

    `shouting` is the share of capitals from which on a text shouts, if it has letters enough.
    """

    kind: Literal["length"]
    shorter_than: Length | None = None
    longer_than: Length | None = None
    shouting: Share | None = None

    @model_validator(mode="after")
    def _holds_for_some(self) -> Self:
        if self.shorter_than is None and self.longer_than is None and self.shouting is None:
            raise ValueError("one of shorterThan, longerThan and shouting is needed")
        shorter, longer = self.shorter_than, self.longer_than
        if shorter == 0 or (shorter is not None and longer is not None and shorter - longer < 2):  # noqa: PLR2004 - one length between
            raise ValueError("no text is as long as that")
        return self


Rule: TypeAlias = Annotated[
    WordsRule | LinksRule | RepetitionRule | LengthRule, Field(discriminator="kind")
]
RULES: Final[TypeAdapter[tuple[Rule, ...]]] = TypeAdapter(tuple[Rule, ...])  # what is kept


def repeated_name(rules: Sequence[Rule]) -> str | None:
    """Return a name that two rules have, if there is one: people tell rules by their names."""
    seen: set[str] = set()
    for rule in rules:
        if rule.name.casefold() in seen:
            return rule.name
        seen.add(rule.name.casefold())
    return None
