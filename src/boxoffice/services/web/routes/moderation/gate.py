"""Who gets to see what moderators see."""

from typing import Annotated

from fastapi import Depends

from boxoffice.kit.auth import require
from boxoffice.kit.errors import Forbidden
from boxoffice.services.web.routes.visit import Member, Visit


async def _moderator(visit: Member) -> Visit:
    if not require(visit.person).may("moderator"):
        raise Forbidden("This is for moderators alone")
    return visit


Moderator = Annotated[Visit, Depends(_moderator, scope="function")]
