"""What an import brings, from wherever it comes, and what is to be done about it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from boxoffice.kit.errors import BadInput
from boxoffice.services.shows.model.performances import State, Terms
from boxoffice.services.shows.model.shows import Billing
from boxoffice.services.shows.model.venues import Premises

LONGEST_SOURCE = 40  # characters of where something comes from
LONGEST_SOURCE_ID = 100  # characters of what it is called there
MOST_FAULTS = 100  # that are told; the rest is counted

Kind: TypeAlias = Literal["venues", "shows", "performances"]
Fate: TypeAlias = Literal["new", "changed", "as before", "left out", "no longer listed"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import comes from, and whose it will be."""

    source: str
    organiser_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedVenue:
    """A venue as it is there; `line` is where that is said."""

    source_id: str
    premises: Premises
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPerformance:
    """A performance as it is there, at the venue of this source id.

    With a `capacity`, a section that the map of the venue lacks is general admission with so many
    places; without one the prices name exactly the sections of the map.
    """

    source_id: str
    venue: str
    terms: Terms
    currency: str
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedShow:
    """A show as it is there, with its performances; `line` is where that is said."""

    source_id: str
    billing: Billing
    performances: Sequence[ImportedPerformance]
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerformance(Terms):
    """A performance that an earlier import brought, as it is now, but for its map."""

    performance_id: UUID
    source_id: str
    venue_id: UUID
    state: State
    currency: str

    def is_settled(self, at: datetime) -> bool:
        """Whether an import has no say any more: it is cancelled, over, or a draft again."""
        return self.state in {"draft", "cancelled"} or self.starts_at <= at

    def is_on(self, terms: Terms) -> bool:
        """Whether these are its terms.

        What its organiser has postponed stays so until there is another date for it.
        """
        if terms.starts_at != self.starts_at or self.state == "postponed":
            return terms.starts_at == self.starts_at
        kept = replace(terms, on_sale_at=terms.on_sale_at or self.on_sale_at)
        return (kept.doors_at, kept.on_sale_at, dict(kept.prices)) == (
            self.doors_at,
            self.on_sale_at,
            dict(self.prices),
        )


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong on a line, and with which field of it; `source_id` is what the line is about."""

    line: int
    field: str
    message: str
    source_id: str = ""

    @property
    def sentence(self) -> str:
        """Return it for people."""
        return f"{self.field}: {self.message}" if self.field else self.message


class Faults:
    """What is wrong: the first faults in the order of their lines, how many, and with what."""

    def __init__(self) -> None:
        self.count = 0
        self.source_ids: set[str] = set()
        self._found: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Note what is wrong; of very many the first are kept."""
        self.count += 1
        self.source_ids.add(fault.source_id)
        self._found.append(fault)
        if len(self._found) > 2 * MOST_FAULTS:
            self._found = self.first()

    def first(self) -> list[Fault]:
        """Return those that are told."""
        return sorted(self._found)[:MOST_FAULTS]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of what came, what is wrong with it, and why something was left out."""

    fates: Counter[tuple[Kind, Fate]] = field(default_factory=Counter[tuple[Kind, Fate]])
    reasons: Counter[str] = field(default_factory=Counter[str])
    left_out: list[str] = field(default_factory=list[str])  # the first, in words
    faults: Faults = field(default_factory=Faults)

    def count(self, kind: Kind, fate: Fate, number: int = 1) -> None:
        """Count what became of so many."""
        if number:
            self.fates[kind, fate] += number

    def leave_out(self, kind: Kind, reason: str, sentence: str) -> None:
        """Count one that is left out, and why; of the first it is kept in words."""
        self.fates[kind, "left out"] += 1
        self.reasons[reason] += 1
        if len(self.left_out) < MOST_FAULTS:
            self.left_out.append(sentence)

    def find(self, fault: Fault) -> None:
        """Note what is wrong."""
        self.faults.add(fault)


class ImportRefused(BadInput):
    """Something is wrong with what came, so that nothing of it was imported."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(f"Nothing was imported: {faults.count} mistakes")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Import:
    """An import at work: from where, for whom, when, and what became of it so far."""

    origin: Origin
    at: datetime
    outcome: Outcome = field(default_factory=Outcome)
