"""A line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    key: str
    what: str
    per_s: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    note: str = ""
