"""What query does about news of what people offer, buy, write and are called: it keeps copies."""

from collections.abc import Sequence

from boxoffice.events.identity import PersonChanged
from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.orders import OrderState
from boxoffice.events.reviews import ReviewState
from boxoffice.events.tickets import AdmissionState, TicketState
from boxoffice.kit.database import Tx
from boxoffice.kit.heard import newest
from boxoffice.services.query import model, store


async def copy_people(tx: Tx, news: Sequence[PersonChanged]) -> None:
    """Know what people are called."""
    await store.upsert_people(tx, [(one.person_id, one.version, one.name) for one in newest(news)])


async def copy_tickets(tx: Tx, news: Sequence[TicketState]) -> None:
    """Know what is offered on the market."""
    await store.upsert_tickets(
        tx,
        [
            (
                one.ticket_id,
                one.version,
                one.seller_id,
                one.status,
                one.order_id,
                model.view_of_ticket(one),
            )
            for one in newest(news)
        ],
    )


async def copy_orders(tx: Tx, news: Sequence[OrderState]) -> None:
    """Know who holds and has bought what."""
    await store.upsert_orders(
        tx,
        [
            (
                one.order_id,
                one.version,
                one.buyer_id,
                one.performance_id,
                one.status,
                model.view_of_order(one),
            )
            for one in newest(news)
        ],
    )


async def copy_admissions(tx: Tx, news: Sequence[AdmissionState]) -> None:
    """Know who may take which place."""
    await store.upsert_admissions(
        tx,
        [
            (
                one.admission_id,
                one.version,
                one.order_id,
                one.performance_id,
                one.holder_id,
                one.is_valid,
                model.view_of_admission(one),
            )
            for one in newest(news)
        ],
    )


async def copy_reviews(tx: Tx, news: Sequence[ReviewState]) -> None:
    """Know what people write, and what stars they give."""
    await store.upsert_reviews(
        tx,
        [
            (
                one.review_id,
                one.version,
                one.author_id,
                one.show_id or one.ticket_id,
                one.reply_to,
                one.status,
                one.stars,
                model.view_of_review(one),
            )
            for one in newest(news)
        ],
    )
    rated = {one.show_id for one in news if one.show_id and not one.reply_to}
    if rated:
        await store.renew_ratings(tx, sorted(rated))


async def copy_cases(tx: Tx, news: Sequence[ReviewModerated]) -> None:
    """Know what waits for a moderator."""
    await store.upsert_cases(
        tx,
        [
            (
                one.review_id,
                one.version,
                one.text_version,
                one.waits_for,
                model.view_of_case(one),
            )
            for one in newest(news)
        ],
    )
