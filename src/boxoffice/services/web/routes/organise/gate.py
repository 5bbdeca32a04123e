"""Who gets to see what organisers see, and what is theirs of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends

from boxoffice.kit.auth import require
from boxoffice.kit.errors import Forbidden
from boxoffice.services.web.model import UNVERIFIED, Unverified
from boxoffice.services.web.routes.visit import Member, Visit


async def _organiser(visit: Member) -> Visit:
    person = require(visit.person)
    if not person.may("organiser"):
        raise Forbidden("This is for organisers alone")
    if visit.settings.require_verified and not person.verified:
        raise Unverified(UNVERIFIED)  # before a form is filled in that would be refused
    return visit


Organiser = Annotated[Visit, Depends(_organiser, scope="function")]


async def get_own(visit: Visit, path: str) -> Any:
    """Return a venue, show or performance of this organiser; of anyone to an admin.

    Forbidden where it is somebody else's; refused as the service refuses.
    """
    found = (await visit.ask("shows", "GET", path)).found()
    if not is_own(visit, found):
        raise Forbidden("This is another organiser's")
    return found


def is_own(visit: Visit, thing: Mapping[str, Any]) -> bool:
    """Whether this organiser may change a thing that shows tells of."""
    person = require(visit.person)
    return str(person.id) == thing["organiserId"] or person.may("admin")
