"""What every event has: a name, a publisher, what it is about and the stream that keeps it."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from boxoffice.events.streams import FACTS, Stream


class Part(BaseModel):
    """A frozen piece of an event, camelCase on the wire."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, from_attributes=True
    )


class Event(Part):
    """A fact in the past tense. It carries the whole state of its aggregate, and its version."""

    stream: ClassVar[Stream] = FACTS
    subjects: ClassVar[str] = ""  # where it is said, if not among the facts
    publisher: ClassVar[str]
    about: ClassVar[str]  # the field whose id this fact is about

    @classmethod
    def of(cls, state: object) -> Self:
        """Say it of an object that has this event's fields as attributes."""
        return cls.model_validate(state)

    @classmethod
    def every(cls) -> str:
        """Return the subject that matches every such event."""
        return cls.subjects or f"events.{cls.publisher}.{cls.__name__}.*"

    @property
    def about_id(self) -> UUID:
        """The id of what this fact is about."""
        return getattr(self, self.about)

    @property
    def subject(self) -> str:
        """The subject of this one event: who says what of which."""
        return self.every().replace("*", str(self.about_id))


def events_by_name(kind: type[Event] = Event) -> dict[str, type[Event]]:
    """Return every declared event that can be said, by its name."""
    found = {kind.__name__: kind} if "about" in dir(kind) and not kind.__subclasses__() else {}
    for child in kind.__subclasses__():
        found |= events_by_name(child)
    return found
