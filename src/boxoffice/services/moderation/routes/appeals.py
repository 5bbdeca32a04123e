"""What HTTP may ask of appeals: what an author says against a rejection."""

from datetime import timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from boxoffice.events.moderation import Waiting
from boxoffice.kit.http.routing import Db, Me, Now, Router, allow, limited
from boxoffice.kit.http.wire import Body, Prose, View
from boxoffice.kit.lag import once_known
from boxoffice.kit.limits import Limit
from boxoffice.services.moderation import commands
from boxoffice.services.moderation.model import Case, Status

router = Router()
APPEALS = Limit("appeals", at_once=20, every=timedelta(seconds=30))  # a moderator reads each
LONGEST_APPEAL = 1_000  # characters: room to explain, and soon read


class Appeal(Body):
    """What an author says against a rejection."""

    text: Annotated[Prose, Field(min_length=1, max_length=LONGEST_APPEAL)]


class AppealView(View):
    """How a text stands, for its author: why it is rejected, and what they said against that."""

    status: Status
    reason: str | None
    waits_for: Waiting | None
    appeal: str | None
    can_appeal: bool

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return the view of how a text stands."""
        return cls.model_validate(case)


@router.put("/api/moderation/cases/{review_id}/appeal", response_model_exclude_none=True)
@allow("member")
@limited(APPEALS)
async def put_appeal(review_id: UUID, said: Appeal, me: Me, db: Db, now: Now) -> AppealView:
    """Ask a moderator to look at a rejected text of one's own; it stays rejected meanwhile."""
    return AppealView.of(await commands.appeal(db, review_id, me.id, said.text, now))


@router.get("/api/moderation/cases/{review_id}/appeal", response_model_exclude_none=True)
@allow("member")
async def get_appeal(review_id: UUID, me: Me, db: Db) -> AppealView:
    """Return how a text of one's own stands, and whether one may appeal."""
    return AppealView.of(await once_known(lambda: commands.get_own_case(db, review_id, me.id)))
