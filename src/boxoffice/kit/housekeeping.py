"""What every service does by the clock to stay small: it forgets what nobody may need again."""

from datetime import datetime, timedelta

from boxoffice.kit import clock, inbox, outbox
from boxoffice.kit.http import idempotency
from boxoffice.kit.service import Job, Running


async def forget(running: Running) -> datetime | None:
    """Delete sent events, heard ids and answers to idempotent requests past their time."""
    at = clock.now()
    async with running.db.transaction() as tx:
        await outbox.delete_sent(tx, at - outbox.KEPT)
        await inbox.delete_heard(tx, at - inbox.KEPT)
        await idempotency.delete_old_keys(tx, at)
    return None


FORGETTING = Job(forget, every=timedelta(hours=1))
