"""What query does by the clock."""

from datetime import UTC, datetime, time, timedelta

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.services.query import commands, store

AT_ONCE = 200  # shows a transaction: some tenths of a second
A_DAY = timedelta(days=1)


async def pass_on(running: Running) -> datetime | None:
    """Let performances go that have begun; return when the next one begins.

    What is found is to come, whether this has run or not. This keeps what is searched small, and
    the quick ways to it open.
    """
    await commands.pass_on_begun(running.db, clock.now(), AT_ONCE)
    return await store.select_next_start(running.db)


async def rank_anew(running: Running) -> datetime | None:
    """Forget what was sold more than seven days ago; return when the next day begins."""
    now = clock.now()
    done = await commands.rank_outdated(running.db, now, AT_ONCE)
    return now if done == AT_ONCE else datetime.combine(now + A_DAY, time(), UTC)
