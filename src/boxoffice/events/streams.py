"""Where what services say is kept, and for how long."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Stream:
    """A named log on the bus: what it takes, what of that it keeps, and for how long."""

    name: str
    subjects: str
    latest_only: bool = False  # of each subject
    is_queue: bool = False  # what is handled is gone
    kept: timedelta | None = None  # for ever without

    @property
    def bucket(self) -> str | None:
        """The key-value bucket that this stream is, if it is one."""
        return self.name.removeprefix("KV_") if self.name.startswith("KV_") else None

    @property
    def prefix(self) -> str:
        """What every subject of it begins with."""
        return self.subjects.rstrip(">*")

    @property
    def is_history(self) -> bool:
        """Whether all that was ever said on it stays: it can be replayed, and never unsaid."""
        return not self.latest_only and not self.is_queue and self.kept is None


STANDING_KEPT = timedelta(hours=2)  # twice the longest token's life: none that it overrides lives
AUDIT_KEPT = timedelta(days=400)  # a year, and the time to look back on it
MAIL_KEPT = timedelta(days=3)  # a letter that is later only confuses

FACTS = Stream("EVENTS", "events.>")  # for ever: history can be replayed
PEOPLE = Stream("PEOPLE", "people.*", latest_only=True)  # erased with the account
STANDING = Stream("KV_standing", "$KV.standing.>", latest_only=True, kept=STANDING_KEPT)
AUDIT = Stream("AUDIT", "audit.*", kept=AUDIT_KEPT)
MAIL = Stream("MAIL", "mail.*", is_queue=True, kept=MAIL_KEPT)

STREAMS = (FACTS, PEOPLE, STANDING, AUDIT, MAIL)
