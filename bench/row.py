"""A line of the table."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `cost` is in milliseconds of a core, by part."""

    key: str
    what: str
    per_s: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    note: str = ""
    cost: Mapping[str, float] | None = None
