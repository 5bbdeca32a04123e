"""What HTTP may ask of others' texts: replies, votes and reports."""

from uuid import UUID

from boxoffice.kit import clock, limits
from boxoffice.kit.errors import TooMany
from boxoffice.kit.http.routing import Here, Me, Now, Router, allow, refuses
from boxoffice.services.reviews import commands
from boxoffice.services.reviews.routes.wire import (
    REPORTS,
    TEXTS,
    VOTES,
    HelpfulView,
    Reply,
    Report,
    ReviewView,
)

router = Router()


@router.post("/api/reviews/{review_id}/replies", status_code=201)
@allow("member", verified=True)
@refuses(TooMany)
async def post_reply(review_id: UUID, reply: Reply, me: Me, here: Here, now: Now) -> ReviewView:
    """Reply to an approved text about one's own show or ticket."""
    await limits.take(here, TEXTS, str(me.id), now)
    written = await commands.reply_to(here.db, review_id, clock.new_id(), me, reply.text, now)
    return ReviewView.of(written, me)


@router.put("/api/reviews/{review_id}/helpful")
@allow("member")
@refuses(TooMany)
async def put_helpful(review_id: UUID, me: Me, here: Here, now: Now) -> HelpfulView:
    """Find somebody else's review helpful."""
    await limits.take(here, VOTES, str(me.id), now)
    return HelpfulView(helpful=await commands.find_helpful(here.db, review_id, me))


@router.delete("/api/reviews/{review_id}/helpful", status_code=204)
@allow("member")
@refuses(TooMany)
async def delete_helpful(review_id: UUID, me: Me, here: Here, now: Now) -> None:
    """Find somebody else's review helpful no more."""
    await limits.take(here, VOTES, str(me.id), now)
    await commands.find_helpful_no_more(here.db, review_id, me)


@router.put("/api/reviews/{review_id}/report", status_code=204)
@allow("member")
@refuses(TooMany)
async def put_report(review_id: UUID, report: Report, me: Me, here: Here, now: Now) -> None:
    """Report somebody else's text to the moderators."""
    await limits.take(here, REPORTS, str(me.id), now)
    await commands.report_review(here.db, review_id, me, report.reason, now)
