"""A message of the bus, as the news that it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from nats.aio.msg import Msg
from pydantic import ValidationError

from boxoffice.events.event import Event
from boxoffice.kit.service import Reaction


class Versioned(Protocol):
    """News with the whole state of what it is about."""

    @property
    def about_id(self) -> UUID:
        """The id of that."""
        ...

    @property
    def version(self) -> int:
        """How new the state is."""
        ...


V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was understood."""

    id: UUID
    event: Event
    parent: str | None
    message: Msg


class Undecodable(Exception):  # noqa: N818 - it names the outcome
    """A message that no version of this service could understand."""


def subjects_of(events: Iterable[type[Event]]) -> frozenset[str]:
    """Return what the subjects of these events begin with, or are."""
    return frozenset(event.every().removesuffix(".*") for event in events)


def is_on(message: Msg, subjects: Collection[str]) -> bool:
    """Whether a message came on one of these subjects: a consumer may get others, too."""
    return message.subject in subjects or message.subject.rpartition(".")[0] in subjects


def read(message: Msg, events: Mapping[str, type[Event]]) -> Heard:
    """Return the news that a message brings. Undecodable unless it is one of these events."""
    headers = message.headers or {}
    try:
        event = events[headers["Event"]]
        return Heard(
            UUID(headers["Event-Id"]),
            event.model_validate_json(message.data),
            headers.get("traceparent"),
            message,
        )
    except (KeyError, ValueError, ValidationError) as error:
        raise Undecodable(repr(error)) from error


def newest(news: Iterable[V]) -> list[V]:
    """Return the newest of this news about each thing: what came before says nothing any more."""
    found: dict[UUID, V] = {}
    for one in news:
        known = found.get(one.about_id)
        if known is None or known.version < one.version:
            found[one.about_id] = one
    return list(found.values())


def by_reaction(
    heard: Sequence[Heard], reactions: Mapping[type[Event], Reaction]
) -> list[tuple[Reaction, Sequence[Heard]]]:
    """Return who is to see to what: single news first, in order, then what is taken together.

    The latter as the service declares it, so that no two replicas lock in a circle.
    """
    single: list[tuple[Reaction, Sequence[Heard]]] = []
    together = {reaction.handler: (reaction, list[Heard]()) for reaction in reactions.values()}
    for one in heard:
        reaction = reactions[type(one.event)]
        if reaction.is_together:
            together[reaction.handler][1].append(one)
        else:
            single.append((reaction, [one]))
    return [*single, *(each for each in together.values() if each[1])]
