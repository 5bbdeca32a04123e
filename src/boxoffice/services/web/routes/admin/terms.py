"""For how long people are banned, as the form offers it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from boxoffice.services.web.model import Answer

TERMS = {
    "a day": timedelta(days=1),
    "a week": timedelta(weeks=1),
    "30 days": timedelta(days=30),
}
ROUNDED_UP = timedelta(minutes=1)  # to full ones: a form that is sent twice is one ban
FOR_GOOD, UNTIL = "for good", "until a time"
CHOICES: Mapping[str, str] = {**dict.fromkeys([*TERMS, FOR_GOOD], ""), UNTIL: "given below"}


def read_end(term: str, until: str, at: datetime) -> tuple[datetime | None, Answer | None]:
    """Return when a ban ends, None for good; and what is wrong with how that was said."""
    if term == FOR_GOOD:
        return None, None
    if term in TERMS:
        return (at + TERMS[term]).replace(second=0, microsecond=0) + ROUNDED_UP, None
    if term != UNTIL:
        return None, Answer.wrong("term", "Choose for how long")
    try:
        ends = datetime.fromisoformat(until.strip())
    except ValueError:
        return None, Answer.wrong("until", "Type a day and a time, such as 2026-12-31 18:00")
    return ends if ends.tzinfo else ends.replace(tzinfo=UTC), None
