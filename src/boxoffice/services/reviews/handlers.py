"""What reviews does about news: it knows what is written about and who was there, and obeys."""

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import ReviewUpdated
from boxoffice.events.shows import PerformanceNews, ShowState
from boxoffice.events.tickets import AdmissionState, TicketState
from boxoffice.kit.database import Tx
from boxoffice.services.reviews import store


async def obey_verdict(tx: Tx, word: ReviewModerated) -> None:
    """Show a text, or not, as moderation wants it; a word about another text than it has is past."""
    review = await store.select_review_for_update(tx, word.review_id)
    if review is None:  # none of ours, so that it never will be
        return
    judged = review.judge(word.text_version, word.version, word.status, word.reason)
    if judged.version > review.version:
        await store.update_review(tx, judged)
        await tx.emit(ReviewUpdated.of(judged))
    elif judged is not review:
        await store.update_verdict_version(tx, judged)


async def copy_show(tx: Tx, show: ShowState) -> None:
    """Know whose a show is."""
    await store.upsert_show(tx, show)


async def copy_ticket(tx: Tx, ticket: TicketState) -> None:
    """Know whose a ticket is, and whether it is offered still."""
    await store.upsert_ticket(tx, ticket)


async def copy_performance(tx: Tx, performance: PerformanceNews) -> None:
    """Know when a performance is."""
    await store.upsert_performance(tx, performance)


async def copy_admission(tx: Tx, admission: AdmissionState) -> None:
    """Know who may enter."""
    await store.upsert_admission(tx, admission)
