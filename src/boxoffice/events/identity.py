"""What identity says: who there is."""

from typing import ClassVar
from uuid import UUID

from boxoffice.events.event import Event
from boxoffice.events.streams import PEOPLE, Stream


class PersonSignedUp(Event):
    """Somebody has an account now. Facts are kept for ever, so this is an id alone."""

    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "person_id"

    person_id: UUID
    version: int


class PersonChanged(Event):
    """How to reach and address a person, as of now."""

    stream: ClassVar[Stream] = PEOPLE
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "person_id"

    person_id: UUID
    version: int
    email: str
    name: str

    @classmethod
    def every(cls) -> str:
        """Return the subject that matches every person."""
        return "people.*"
