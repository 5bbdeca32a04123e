"""The rules that a new Boxoffice has, and the one that a demonstration adds."""

from typing import Final

from boxoffice.services.moderation.model.rules import (
    LengthRule,
    LinksRule,
    RepetitionRule,
    Rule,
    WordsRule,
)

LONGEST_ORDINARY = 2_000  # characters of a text that is let through unseen: a page


def rules_to_begin_with(*, demo: bool) -> tuple[Rule, ...]:
    """Return the rules that hold until a moderator makes others.

    The words are a few mild ones that show how it is done: who runs this brings a list of their
    own, in the languages of their people. With `demo` texts about oranges are rejected, so that
    everybody can see what a rejection is.
    """
    return (TEACHING, *DEFAULTS) if demo else DEFAULTS


TEACHING: Final = WordsRule(
    kind="words",
    name="Oranges",
    decides="reject",
    reason="Texts about oranges are not shown in the demonstration",
    words=("orange",),
    match="anywhere",
)

DEFAULTS: Final[tuple[Rule, ...]] = (
    LengthRule(
        kind="length",
        name="Nothing to read",
        decides="reject",
        reason="There is nothing to read in this text",
        shorter_than=1,
    ),
    WordsRule(
        kind="words",
        name="Insults",
        decides="ask",
        reason="A moderator reads this first: it may insult somebody",
        words=(
            *("idiot", "idiots", "moron", "morons", "imbecile", "scumbag"),
            *("idiota", "imbécil", "crétin", "abruti", "trottel", "vollidiot", "cretino"),
            *(
                "идиот",
                "дебил",
                "kretyn",
                "aptal",
                "バカ",
                "馬鹿",
                "笨蛋",
                "바보",
                "멍청이",
                "أحمق",
            ),
        ),
        unless=("馬鹿馬鹿しい", "The Idiot", "L'Idiot", "Der Idiot", "Идиот Достоевского"),
    ),
    LinksRule(
        kind="links",
        name="Advertising",
        decides="reject",
        reason="This has more than two links; advertisements are not reviews",
        more_than=2,
    ),
    LinksRule(
        kind="links",
        name="A link",
        decides="ask",
        reason="A moderator looks where this link leads first",
    ),
    RepetitionRule(
        kind="repetition",
        name="The same letter over and over",
        decides="reject",
        reason="This is one letter over and over",
        of="character",
        count=20,
        share=0.6,
    ),
    RepetitionRule(
        kind="repetition",
        name="The same word over and over",
        decides="reject",
        reason="This is one word over and over",
        of="word",
        count=8,
        share=0.5,
    ),
    LengthRule(
        kind="length",
        name="Shouting",
        decides="ask",
        reason="A moderator reads this first: most of it is in capitals",
        shouting=0.7,
    ),
    LengthRule(
        kind="length",
        name="Harmless",
        decides="approve",
        reason="It is of ordinary length and has no links",
        longer_than=0,
        shorter_than=LONGEST_ORDINARY + 1,
    ),
)
