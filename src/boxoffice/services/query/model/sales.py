"""How many places of a performance are held and sold, as orders counts them."""

from dataclasses import dataclass
from datetime import UTC, date
from typing import Self
from uuid import UUID

from boxoffice.events.orders import SeatsCounted


@dataclass(frozen=True, slots=True)
class Availability:
    """How many places there are, how many somebody pays for, and how many are sold in all."""

    performance_id: UUID
    version: int
    total: int
    held: int
    sold: int
    day: date  # of UTC, on which they were counted

    @classmethod
    def of(cls, counted: SeatsCounted) -> Self:
        """Return what orders says."""
        return cls(
            performance_id=counted.performance_id,
            version=counted.version,
            total=counted.total,
            held=counted.held,
            sold=counted.sold,
            day=counted.counted_at.astimezone(UTC).date(),
        )
