"""What mail does about news of people and orders, and about letters that it is asked to send."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.identity import PersonChanged, SendMessage, SendVerification
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderedItem, OrderState
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
    Person,
    one_line,
)


async def copy_person(tx: Tx, person: PersonChanged) -> None:
    """Know how to reach a person."""
    await store.upsert_person(
        tx, Person(person.person_id, person.version, person.email, person.name)
    )


async def write_receipt(tx: Tx, order: OrderCompleted) -> None:
    """Tell the buyer what they have, and each seller what they sold."""
    await _write(tx, "receipt", order, order.buyer_id, order.items)
    for seller_id in dict.fromkeys(item.seller_id for item in order.items):
        sold = [item for item in order.items if item.seller_id == seller_id]
        await _write(tx, "sale", order, seller_id, sold)


async def write_apology(tx: Tx, order: OrderCancelled) -> None:
    """Tell the buyer that the time was up or the payment failed; who cancels knows it already."""
    if order.cancelled_because in ("expired", "refused"):
        await _write(tx, order.cancelled_because, order, order.buyer_id, order.items)


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
    person = await store.select_person(tx, person_id)
    if person is None:
        raise NotYet(f"the address of {person_id} is unknown")
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
        ),
        written_at=at,
        due_at=at,
    )
    await store.insert_letter(tx, letter)
    tx.wake_jobs()
