"""A history that query may have heard: tickets, orders, names and texts, in many versions."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from boxoffice.events.event import Event
from boxoffice.events.identity import PersonChanged
from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.reviews import ReviewUpdated, ReviewWritten
from boxoffice.events.tickets import TicketEdited, TicketListed, TicketLocked
from boxoffice.kit import clock
from stage import Someone
from stage.facts import order_news, ticket_news


def history(seed: int, things: int) -> list[Event]:
    """All that happened to so many tickets, people, orders and texts, in some order."""
    chance = Random(seed)  # noqa: S311 - which of many histories
    told: list[Event] = []
    for _ in range(things):
        seller, buyer = (Someone(name, id=clock.new_id()) for name in ("alice", "bob"))
        ticket_id, order_id, show_id = (clock.new_id() for _ in range(3))
        told += [person(one) for one in (seller, buyer)]
        told += [
            ticket_news(seller, ticket_id, TicketListed),
            ticket_news(seller, ticket_id, TicketEdited, version=1, title="Lear"),
            ticket_news(seller, ticket_id, TicketLocked, version=2, status="locked"),
            order_news(OrderPlaced, ticket_id, 1, order_id, buyer_id=buyer.id),
        ]
        kind, status = chance.choice([(OrderCompleted, "complete"), (OrderCancelled, "cancelled")])
        told.append(
            order_news(kind, ticket_id, 2, order_id, buyer_id=buyer.id, version=1, status=status)
        )
        told += review(buyer.id, show_id, stars=chance.randint(1, 5))
    chance.shuffle(told)
    return told


def person(who: Someone, version: int = 0, **changes: object) -> PersonChanged:
    """What identity says of how somebody is called."""
    usual: dict[str, object] = {
        "person_id": who.id,
        "version": version,
        "email": f"{who.name}@example.com",
        "name": who.name,
    }
    return PersonChanged.model_validate(usual | changes)


def written(author_id: UUID, show_id: UUID | None, **changes: object) -> ReviewWritten:
    """What reviews says of a text about a show, which is pending."""
    usual: dict[str, object] = {
        "review_id": clock.new_id(),
        "version": 0,
        "author_id": author_id,
        "show_id": show_id,
        "ticket_id": None,
        "reply_to": None,
        "text": "A storm",
        "text_version": 1,
        "stars": None,
        "status": "pending",
        "reason": None,
        "helpful": 0,
        "written_at": clock.now() - timedelta(minutes=5),
        "edited_at": None,
    }
    return ReviewWritten.model_validate(usual | changes)


def approved(text: ReviewWritten, **changes: object) -> ReviewUpdated:
    """What reviews says of a text when it is approved."""
    fields = text.model_dump() | {"version": text.version + 1, "status": "approved"}
    return ReviewUpdated.model_validate(fields | changes)


def replies(
    text: ReviewWritten | ReviewUpdated, author_id: UUID, count: int
) -> list[ReviewUpdated]:
    """What reviews says of so many approved replies to a text, the oldest first."""
    return [
        approved(
            written(
                author_id,
                text.show_id,
                ticket_id=text.ticket_id,
                review_id=one,
                reply_to=text.review_id,
                text=f"Answer {nth}.",
            )
        )
        for nth, one in enumerate(ids_in_order(count))
    ]


def ids_in_order(count: int) -> list[UUID]:
    """New ids, the oldest first: those of one millisecond come in any order."""
    return sorted(clock.new_id() for _ in range(count))


def moderated(text: ReviewWritten, **changes: object) -> ReviewModerated:
    """What moderation says of a text: a rule approves it."""
    usual: dict[str, object] = {
        "review_id": text.review_id,
        "version": 1,
        "text_version": text.text_version,
        "status": "approved",
        "reason": None,
        "rule": "harmless",
        "rules_version": 1,
        "decided_by": None,
        "decided_at": clock.now(),
        "waits_for": None,
        "complaints": 0,
        "appeal": None,
    }
    return ReviewModerated.model_validate(usual | changes)


def review(author_id: UUID, show_id: UUID, **changes: object) -> Sequence[Event]:
    """All that is said of a text from when it is written until it is found helpful."""
    text = written(author_id, show_id, **changes)
    seen = approved(text)
    return [text, moderated(text), seen, approved(text, version=2, helpful=1)]
