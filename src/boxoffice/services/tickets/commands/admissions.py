"""What can be done with the right to a place: it is shown, issued anew, checked and mailed."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from boxoffice.events.tickets import AdmissionReissued, IssuedTicket, SendTickets
from boxoffice.kit import clock
from boxoffice.kit.auth import Person
from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import NotFound
from boxoffice.services.tickets import store
from boxoffice.services.tickets.commands.keys import Stamp
from boxoffice.services.tickets.model import Admission, Order, Performance


async def get_own_admission(
    db: Queries, admission_id: UUID, person_id: UUID
) -> tuple[Admission, Performance]:
    """Return an admission to its holder, and what to. NotFound, Forbidden to others."""
    admission = await store.select_admission(db, admission_id)
    if admission is None:
        raise NotFound("There is no such ticket")
    admission.require_holder(person_id)
    return admission, await _performance_of(db, admission)


async def reissue_admission(db: Database, admission: Admission, nonce: bytes) -> Admission:
    """Give an admission another code, have it mailed, and return it; the old one opens nothing.

    Conflict when it is void, StaleVersion when somebody else was faster.
    """
    reissued = admission.reissue(nonce)
    async with db.transaction() as tx:
        await store.update_to_tell(tx, reissued.order_id)  # first, as news of the order has it
        await store.update_admission(tx, reissued)
        await tx.emit(AdmissionReissued.of(reissued))
        tx.wake_jobs()
    return reissued


async def check_code(
    stamp: Stamp, db: Queries, code: str, person: Person
) -> tuple[Admission, Performance]:
    """Return the admission that a code opens at this moment, and what to.

    BadInput for a code that is not ours, Forbidden to all but the organiser and admins, Conflict
    when it was issued anew or voided since, or nobody is let in.
    """
    claim = stamp.read(code)
    admission = await store.select_admission(db, claim.admission_id)
    if admission is None:
        raise NotFound("There is no such ticket")
    performance = await _performance_of(db, admission)
    if not person.may("admin"):
        performance.require_organiser(person.id)
    admission.require_opened_by(claim)
    performance.require_open()
    return admission, performance


async def mail_tickets(stamp: Stamp, db: Database, limit: int) -> int:
    """Have the tickets of so many orders mailed; return of how many.

    First those that were paid or have another code, then those whose performance moved.
    """
    async with db.transaction() as tx:
        orders = await store.select_untold_for_update(tx, limit)
        if not orders:
            orders = await store.select_moved_for_update(tx, limit)
        if not orders:
            return 0
        found = await store.select_performances(tx, {order.performance_id for order in orders})
        admissions = await store.select_of_orders(tx, [order.order_id for order in orders])
        told = [
            replace(order, told_version=found[order.performance_id].version) for order in orders
        ]
        await store.update_told(tx, told)
        letters = [
            _letter(stamp, order, found[order.performance_id], own)
            for order in orders
            if (own := [one for one in admissions if one.order_id == order.order_id])
        ]
        await tx.emit(*letters)
    return len(orders)


def _letter(
    stamp: Stamp, order: Order, performance: Performance, admissions: Sequence[Admission]
) -> SendTickets:
    return SendTickets(
        letter_id=clock.new_id(),
        why=order.why_told(performance),
        order_id=order.order_id,
        person_id=order.holder_id,
        title=performance.title,
        venue=performance.venue,
        city=performance.city,
        time_zone=performance.time_zone,
        starts_at=performance.starts_at,
        is_date_known=performance.is_date_known,
        doors_at=performance.doors_at,
        total_minor=order.total_minor,
        currency=order.currency,
        tickets=tuple(
            IssuedTicket(
                admission_id=admission.admission_id,
                seat=admission.seat,
                code=stamp.code(admission),
            )
            for admission in admissions
        ),
    )


async def _performance_of(db: Queries, admission: Admission) -> Performance:
    performance = await store.select_performance(db, admission.performance_id)
    if performance is None:  # it was known when the admission was issued
        raise NotFound("There is no such performance")
    return performance
