"""What moderation does about news of texts."""

from collections.abc import Sequence

from boxoffice.events.reviews import ReviewState
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.services.moderation import commands


async def judge_texts(tx: Tx, news: Sequence[ReviewState]) -> None:
    """Judge new texts by the rules, close what is withdrawn, hear complaints.

    Several at once, so that their cases are locked in one order, as moderators lock them.
    """
    await commands.judge_news(tx, news, clock.now())
