"""The SQL of what is written about, and of who was there."""

from datetime import datetime
from uuid import UUID

from boxoffice.events.shows import PerformanceNews, ShowState
from boxoffice.events.tickets import AdmissionState, TicketState
from boxoffice.kit.database import Queries, Tx
from boxoffice.services.reviews.model import Subject


async def upsert_show(tx: Tx, show: ShowState) -> None:
    """Copy whose a show is, as shows says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO shows (show_id, version, organiser_id) VALUES ($1, $2, $3)
        ON CONFLICT (show_id) DO UPDATE SET
            version = excluded.version, organiser_id = excluded.organiser_id
        WHERE shows.version < excluded.version
        """,
        show.show_id,
        show.version,
        show.organiser_id,
    )


async def upsert_ticket(tx: Tx, ticket: TicketState) -> None:
    """Copy whose a ticket is, as tickets says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO tickets (ticket_id, version, seller_id, is_withdrawn) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ticket_id) DO UPDATE SET
            version = excluded.version, seller_id = excluded.seller_id,
            is_withdrawn = excluded.is_withdrawn
        WHERE tickets.version < excluded.version
        """,
        ticket.ticket_id,
        ticket.version,
        ticket.seller_id,
        ticket.status == "withdrawn",
    )


async def upsert_performance(tx: Tx, performance: PerformanceNews) -> None:
    """Copy when a performance is, as shows says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO performances (performance_id, version, show_id, starts_at, state)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, show_id = excluded.show_id,
            starts_at = excluded.starts_at, state = excluded.state
        WHERE performances.version < excluded.version
        """,
        performance.performance_id,
        performance.version,
        performance.show_id,
        performance.starts_at,
        performance.state,
    )


async def upsert_admission(tx: Tx, admission: AdmissionState) -> None:
    """Copy who may enter, as tickets says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO admissions (admission_id, version, performance_id, holder_id, is_valid)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (admission_id) DO UPDATE SET
            version = excluded.version, performance_id = excluded.performance_id,
            holder_id = excluded.holder_id, is_valid = excluded.is_valid
        WHERE admissions.version < excluded.version
        """,
        admission.admission_id,
        admission.version,
        admission.performance_id,
        admission.holder_id,
        admission.is_valid,
    )


async def select_subject(
    db: Queries, show_id: UUID | None, ticket_id: UUID | None
) -> Subject | None:
    """Return what is to be written about; None when it is unknown, or a ticket that is gone."""
    row = await db.fetchrow(
        """
        SELECT organiser_id AS owner_id FROM shows WHERE show_id = $1
        UNION ALL SELECT seller_id FROM tickets WHERE ticket_id = $2 AND NOT is_withdrawn
        """,
        show_id,
        ticket_id,
    )
    return Subject(row["owner_id"]) if row else None


async def select_was_there(
    db: Queries, person_id: UUID, show_id: UUID | None, at: datetime
) -> bool:
    """Whether a person could enter a performance of a show that has begun by this time.

    One that is postponed to a day not known yet has not begun, whatever its old date.
    """
    return await db.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM admissions JOIN performances USING (performance_id)
            WHERE holder_id = $1 AND is_valid
                AND show_id = $2 AND state = 'published' AND starts_at <= $3
        )
        """,
        person_id,
        show_id,
        at,
    )
