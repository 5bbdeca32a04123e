"""What mail does about news of people and orders."""

from collections.abc import Sequence
from uuid import UUID

from boxoffice.events.identity import PersonChanged
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderedItem, OrderState
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.kit.errors import NotYet
from boxoffice.services.mail import store
from boxoffice.services.mail.model import Facts, Kind, Letter, Line, Person, one_line


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


async def _write(
    tx: Tx, kind: Kind, order: OrderState, person_id: UUID, items: Sequence[OrderedItem]
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
        facts=Facts(
            lines=[Line(item.offer_id, one_line(item.label), item.price_minor) for item in items],
            total_minor=sum(item.price_minor for item in items),
            currency=order.currency,
            at=order.placed_at,
        ),
        written_at=at,
        tries=0,
        due_at=at,
        sent_at=None,
        error=None,
    )
    await store.insert_letter(tx, letter)
    tx.wake_jobs()
