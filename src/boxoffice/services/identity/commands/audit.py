"""What is noted of what somebody did: a line here, and an event for whoever keeps watch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.identity import Action, AuditRecorded
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Tx
from boxoffice.services.identity import store
from boxoffice.services.identity.model import Asker, Entry, Named, Sought

LARGEST_EXPORT = 10_000  # entries: a few megabytes; who needs more asks for a shorter time


async def record(
    tx: Tx,
    action: Action,
    asker: Asker,
    at: datetime,
    *,
    by: UUID | None = None,
    person: UUID | None = None,
    detail: str = "",
) -> None:
    """Note who did what to whom, when and from where."""
    entry = Entry(clock.new_id(), action, at, by, person, asker.address, asker.device, detail)
    await store.insert_entry(tx, entry)
    await tx.emit(AuditRecorded.of(entry))


async def export_entries(
    db: Database, sought: Sought, by: UUID, asker: Asker, at: datetime
) -> Sequence[Named]:
    """Return up to `LARGEST_EXPORT` entries for a file; that it was made is noted."""
    async with db.transaction() as tx:
        await record(tx, "exported", asker, at, by=by, detail="the audit")
        return await store.select_entries(tx, sought, None, LARGEST_EXPORT)
