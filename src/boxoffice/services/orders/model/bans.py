"""Who may have nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Ban:
    """Whether a person is banned: since `banned_at`, until `banned_until` or for good."""

    person_id: UUID
    version: int
    banned_at: datetime | None
    banned_until: datetime | None
