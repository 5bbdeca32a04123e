"""What somebody did that may have to be answered for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from boxoffice.events.identity import Action

COMMAND_LINE = "command line"  # the device of who runs a command on the server


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: who did what to whom, when and from where."""

    entry_id: UUID
    action: Action
    at: datetime
    by_id: UUID | None
    person_id: UUID | None
    address: str
    device: str
    detail: str


@dataclass(frozen=True, slots=True)
class Named:
    """An entry with the addresses of those in it, as they are now; None where they are unknown."""

    entry: Entry
    by_email: str | None
    person_email: str | None

    def seen_by(self, person_id: UUID) -> Self:
        """Return what somebody in it may see: of others no address, nor which of them did it."""
        seen = self if self.entry.person_id == person_id else replace(self, person_email=None)
        if self.entry.by_id in (None, person_id):
            return seen
        entry = replace(self.entry, by_id=None, address="", device="")
        return replace(seen, entry=entry, by_email=None)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries to show; None is all."""

    action: Action | None = None
    person_id: UUID | None = None  # who did it or whom it befell
    address: str | None = None
    since: datetime | None = None
    until: datetime | None = None
