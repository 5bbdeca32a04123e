"""Sets of rules by their versions, and the running of one over texts that others judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from boxoffice.events.moderation import Verdict
from boxoffice.services.moderation.model.judging import Judge, ready
from boxoffice.services.moderation.model.rules import RULES, Rule


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one version, as JSON, and who made them: nobody, or a moderator."""

    version: int
    rules: str
    made_by: UUID | None
    made_at: datetime

    @classmethod
    def of(
        cls, version: int, rules: Sequence[Rule], made_by: UUID | None, made_at: datetime
    ) -> "RuleSet":
        """Return a set of rules."""
        return cls(version, as_json(rules), made_by, made_at)

    def read(self) -> Sequence[Rule]:
        """Return its rules."""
        return RULES.validate_json(self.rules)

    def judge(self) -> Judge:
        """Return who judges by these rules."""
        return ready(self.rules)

    def says(self, rules: Sequence[Rule]) -> bool:
        """Whether these are its rules."""
        return tuple(self.read()) == tuple(rules)


def as_json(rules: Sequence[Rule]) -> str:
    """Return rules as they are kept."""
    return RULES.dump_json(tuple(rules), by_alias=True, exclude_none=True).decode()


@dataclass(frozen=True, slots=True)
class Application:
    """Rules that are run over old texts: how many they have looked at, and how many changed."""

    version: int
    asked_by: UUID
    asked_at: datetime
    reached: UUID | None  # the last text that was looked at, the oldest first
    looked_at: int
    changed: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of which rules that are tried would think otherwise."""

    review_id: UUID
    text: str
    was: Verdict
    would_be: Verdict
    reason: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What rules would change that are tried: of how many texts how many, and some of these."""

    texts: int
    changes: int
    samples: Sequence[Sample]
