"""A long history, as the services would have told it: shows, listings, orders, payments, texts."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from boxoffice.events.event import Event
from boxoffice.events.identity import PersonChanged
from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.orders import (
    OrderAwaitingPayment,
    OrderCompleted,
    OrderedItem,
    OrderPlaced,
)
from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured
from boxoffice.events.reviews import ReviewState, ReviewUpdated, ReviewWritten
from boxoffice.events.shows import PerformanceScheduled, Section, ShowAdded
from boxoffice.events.tickets import (
    AdmissionIssued,
    TicketListed,
    TicketLocked,
    TicketSold,
    TicketState,
)
from boxoffice.kit import clock

ORDERS_A_SHOW = 200
AT = clock.now()


def story(orders: int) -> Iterator[Event]:
    """All that is said while so many orders of two seats are paid, some 13 events each.

    One buyer in two sells a ticket of the market, and writes about the show.
    """
    show_id = performance_id = clock.new_id()
    for nth in range(orders):
        if nth % ORDERS_A_SHOW == 0:
            show_id, performance_id = clock.new_id(), clock.new_id()
            yield from _show(show_id, performance_id)
        person = clock.new_id()
        yield PersonChanged(person_id=person, version=0, email="a@example.com", name="Ada")
        yield from _order(person, performance_id)
        if nth % 2:
            yield from _listing(person)
            yield from _text(person, show_id)


def _show(show_id: UUID, performance_id: UUID) -> Iterator[Event]:
    organiser = clock.new_id()
    yield ShowAdded(
        show_id=show_id,
        version=0,
        organiser_id=organiser,
        title=f"The Tempest {show_id.hex[-6:]}",
        genre="play",
        story="An island, a storm, and what becomes of both.",
        cast=("Prospero", "Miranda", "Ariel"),
        running_minutes=150,
        age=None,
        pictures=(),
    )
    yield PerformanceScheduled(
        performance_id=performance_id,
        version=1,
        show_id=show_id,
        organiser_id=organiser,
        title="The Tempest",
        venue_id=clock.new_id(),
        venue="Globe",
        city="London",
        time_zone="Europe/London",
        starts_at=AT + timedelta(days=30),
        doors_at=None,
        on_sale_at=AT,
        currency="USD",
        state="published",
        sections=(Section(name="Floor", price_minor=3000, capacity=2 * ORDERS_A_SHOW),),
    )


def _order(buyer: UUID, performance_id: UUID) -> Iterator[Event]:
    order_id = clock.new_id()
    items = tuple(
        OrderedItem(
            offer_id=clock.new_id(),
            seller_id=buyer,
            label=f"Floor/{place}",
            price_minor=3000,
            hold_version=1,
        )
        for place in (1, 2)
    )
    order = {
        "order_id": order_id,
        "buyer_id": buyer,
        "total_minor": 6000,
        "currency": "USD",
        "placed_at": AT,
        "expires_at": AT,
        "performance_id": performance_id,
        "items": items,
    }
    payment = {
        "payment_id": order_id,
        "order_id": order_id,
        "buyer_id": buyer,
        "amount_minor": 6000,
        "currency": "USD",
    }
    steps: tuple[tuple[type[Event], Mapping[str, object], int, str], ...] = (
        (OrderPlaced, order, 0, "created"),
        (PaymentAuthorized, payment, 1, "authorized"),
        (OrderAwaitingPayment, order, 1, "awaiting:payment"),
        (PaymentCaptured, payment, 2, "captured"),
        (OrderCompleted, order, 2, "complete"),
    )
    for kind, fields, version, status in steps:
        yield kind.model_validate({**fields, "version": version, "status": status})
    for item in items:
        yield _admission(order_id, performance_id, buyer, item.label)


def _admission(order_id: UUID, performance_id: UUID, buyer: UUID, seat: str) -> AdmissionIssued:
    return AdmissionIssued(
        admission_id=clock.new_id(),
        version=0,
        order_id=order_id,
        performance_id=performance_id,
        holder_id=buyer,
        seat=seat,
        is_valid=True,
    )


def _listing(seller: UUID) -> Iterator[Event]:
    ticket_id = clock.new_id()
    kinds: tuple[tuple[type[TicketState], str], ...] = (
        (TicketListed, "listed"),
        (TicketLocked, "locked"),
        (TicketSold, "sold"),
    )
    for version, (kind, status) in enumerate(kinds):
        yield kind.model_validate(
            {
                "ticket_id": ticket_id,
                "version": version,
                "seller_id": seller,
                "title": "Hamlet, row C",
                "price_minor": 2500,
                "currency": "USD",
                "status": status,
                "order_id": ticket_id if version else None,
            }
        )


def _text(author: UUID, show_id: UUID) -> Iterator[Event]:
    review_id = clock.new_id()

    def text(kind: type[ReviewState], version: int, status: str) -> ReviewState:
        return kind.model_validate(
            {
                "review_id": review_id,
                "version": version,
                "author_id": author,
                "show_id": show_id,
                "ticket_id": None,
                "reply_to": None,
                "text": "A storm, an island, and three hours that passed like one.",
                "text_version": 1,
                "stars": 4,
                "status": status,
                "reason": None,
                "helpful": 0,
                "written_at": AT,
                "edited_at": None,
            }
        )

    yield text(ReviewWritten, 0, "pending")
    yield ReviewModerated(
        review_id=review_id,
        version=1,
        text_version=1,
        status="approved",
        reason=None,
        rule="Harmless",
        rules_version=1,
        decided_by=None,
        decided_at=AT,
        waits_for=None,
        complaints=0,
        appeal=None,
    )
    yield text(ReviewUpdated, 1, "approved")
