"""`boxoffice dead-letters`: the events that a service gave up on, and their second chance."""

from collections.abc import Sequence
from uuid import UUID

from boxoffice.events.event import events_by_name
from boxoffice.kit import inbox
from boxoffice.kit.database import open_database
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.kit.inbox import DeadLetter
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import new_trace, traced

LISTED = 100  # letters a service; the newest tell what is wrong


async def list_letters(
    services: Sequence[Service], settings: Settings
) -> list[tuple[str, DeadLetter]]:
    """Return the newest dead letters of each service, with its name."""
    found: list[tuple[str, DeadLetter]] = []
    for service in services:
        async with open_database(service.name, settings) as db:
            letters = await inbox.select_dead_letters(db, LISTED)
            found += [(service.name, letter) for letter in letters]
    return found


async def replay_letter(service: Service, letter_id: UUID, settings: Settings) -> DeadLetter:
    """Have a service handle one of its dead letters now. It stays dead when that is refused.

    NotFound when the service has no such letter or no handler for it, Conflict when that fails.
    """
    async with open_database(service.name, settings) as db, db.transaction() as tx:
        letter = await inbox.select_dead_letter(tx, letter_id)
        if letter is None:
            raise NotFound(f"{service.name} has no dead letter {letter_id}")
        if not letter.body:
            raise Conflict(
                "What a letter with a secret said is not kept; it must be asked for again"
            )
        kind = events_by_name().get(letter.name)
        if kind is None or kind not in service.reactions:
            raise NotFound(f"{service.name} does not react to {letter.name}")
        try:
            with traced(new_trace(cause=letter.id)):
                await service.reactions[kind].to(tx, kind.model_validate_json(letter.body))
        except Exception as error:
            raise Conflict(f"{service.name} cannot handle it yet: {error!r}") from error
        await inbox.insert_heard(tx, [letter.id])
        await inbox.delete_dead_letter(tx, letter.id)
    return letter
