"""Where what services say is kept, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """A named log on the bus: what it takes, and whether it keeps all or only the latest."""

    name: str
    subjects: str
    latest_only: bool = False


FACTS = Stream("EVENTS", "events.>")  # for ever: history can be replayed
PEOPLE = Stream("PEOPLE", "people.*", latest_only=True)  # erased with the account

STREAMS = (FACTS, PEOPLE)
