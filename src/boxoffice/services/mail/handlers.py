"""What mail does about news of people, orders and shows, and letters that it is asked to send."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.identity import PersonChanged, SendMessage, SendVerification
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderedItem, OrderState
from boxoffice.events.shows import PerformanceNews
from boxoffice.events.tickets import SendTickets
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.kit.errors import NotYet
from boxoffice.services.mail import store
from boxoffice.services.mail.model import (
    AccountFacts,
    Kind,
    Letter,
    Line,
    OrderFacts,
    OrderKind,
    Performance,
    Person,
    Place,
    TicketFacts,
    TicketsKind,
    one_line,
)

TICKETS: Mapping[str, TicketsKind] = {
    "paid": "tickets",
    "reissued": "reissued",
    "postponed": "postponed",
}


async def copy_person(tx: Tx, person: PersonChanged) -> None:
    """Know how to reach a person."""
    await store.upsert_person(
        tx, Person(person.person_id, person.version, person.email, person.name)
    )


async def copy_performance(tx: Tx, news: PerformanceNews) -> None:
    """Know what to call a performance."""
    performance = Performance(
        performance_id=news.performance_id,
        version=news.version,
        title=one_line(news.title),
        venue=one_line(news.venue),
        city=one_line(news.city),
        time_zone=news.time_zone,
        starts_at=news.starts_at,
    )
    await store.upsert_performance(tx, performance)


async def write_receipt(tx: Tx, order: OrderCompleted) -> None:
    """Tell the buyer what they have, and each seller what they sold.

    Who bought places has their tickets mailed instead, and organisers look their sales up.
    """
    if order.performance_id:
        await store.insert_paid_order(tx, order.order_id)
        return
    await _write(tx, "receipt", order, order.buyer_id, order.items)
    for seller_id in dict.fromkeys(item.seller_id for item in order.items):
        sold = [item for item in order.items if item.seller_id == seller_id]
        await _write(tx, "sale", order, seller_id, sold)


async def write_apology(tx: Tx, order: OrderCancelled) -> None:
    """Tell the buyer that the time was up, the payment failed or the show is cancelled.

    Who cancels knows it already.
    """
    match order.cancelled_because:
        case "expired" | "refused" as because:
            await _write(tx, because, order, order.buyer_id, order.items)
        case "performance cancelled":
            await _write(tx, "show-cancelled", order, order.buyer_id, order.items)
        case _:
            pass


async def write_tickets(tx: Tx, asked: SendTickets) -> None:
    """Send somebody all tickets of an order. NotYet while their address is unknown."""
    person = await _person(tx, asked.person_id)
    facts = TicketFacts(
        title=one_line(asked.title),
        venue=one_line(asked.venue),
        city=one_line(asked.city),
        time_zone=asked.time_zone,
        starts_at=asked.starts_at,
        is_date_known=asked.is_date_known,
        doors_at=asked.doors_at,
        total_minor=asked.total_minor,
        currency=asked.currency,
        places=[Place(one.admission_id, one_line(one.seat), one.code) for one in asked.tickets],
    )
    at = clock.now()
    letter = Letter(
        letter_id=asked.letter_id,
        kind=TICKETS[asked.why],
        order_id=asked.order_id,
        person_id=asked.person_id,
        email=person.email,
        name=person.name,
        facts=facts,
        written_at=at,
        due_at=at,
    )
    await store.insert_letter(tx, letter)
    tx.wake_jobs()


async def write_verification(tx: Tx, asked: SendVerification) -> None:
    """Send a code and a link to an address, to see who reads there."""
    facts = AccountFacts(
        at=asked.at,
        code=asked.code,
        code_until=asked.code_until,
        token=asked.token,
        until=asked.token_until,
    )
    # No name: who reads there may be nobody that we know, and the name be written to lure them.
    await _write_account(tx, asked, "verification", "", facts, asked.token_until)


async def write_message(tx: Tx, asked: SendMessage) -> None:
    """Tell somebody what happened to their account. ValueError for a reset without its link."""
    if asked.kind == "reset" and not (asked.token and asked.until):
        raise ValueError("a reset without its link")
    facts = AccountFacts(
        at=asked.at,
        token=asked.token,
        until=asked.until,
        reason=asked.reason,
        new_email=asked.new_email,
        address=asked.address,
        device=asked.device,
    )
    useless_at = asked.until if asked.token else None
    await _write_account(tx, asked, asked.kind, asked.name, facts, useless_at)


async def _write_account(
    tx: Tx,
    asked: SendVerification | SendMessage,
    kind: Kind,
    name: str,
    facts: AccountFacts,
    useless_at: datetime | None,
) -> None:
    at = clock.now()
    letter = Letter(
        letter_id=asked.letter_id,
        kind=kind,
        order_id=None,
        person_id=asked.person_id,
        email=asked.email,
        name=name,
        facts=facts,
        written_at=at,
        due_at=at,
        useless_at=useless_at,
    )
    await store.insert_letter(tx, letter)
    tx.wake_jobs()


async def _write(
    tx: Tx, kind: OrderKind, order: OrderState, person_id: UUID, items: Sequence[OrderedItem]
) -> None:
    person = await _person(tx, person_id)
    at = clock.now()
    letter = Letter(
        letter_id=clock.new_id(),
        kind=kind,
        order_id=order.order_id,
        person_id=person_id,
        email=person.email,
        name=person.name,
        facts=OrderFacts(
            lines=[Line(item.offer_id, one_line(item.label), item.price_minor) for item in items],
            total_minor=sum(item.price_minor for item in items),
            currency=order.currency,
            at=order.placed_at,
            performance=await _performance(tx, order),
            is_paid=not order.performance_id or await store.is_paid_order(tx, order.order_id),
        ),
        written_at=at,
        due_at=at,
    )
    await store.insert_letter(tx, letter)
    tx.wake_jobs()


async def _person(tx: Tx, person_id: UUID) -> Person:
    person = await store.select_person(tx, person_id)
    if person is None:
        raise NotYet(f"the address of {person_id} is unknown")
    return person


async def _performance(tx: Tx, order: OrderState) -> Performance | None:
    if order.performance_id is None:
        return None
    performance = await store.select_performance(tx, order.performance_id)
    if performance is None:
        raise NotYet(f"performance {order.performance_id} is unknown")
    return performance
