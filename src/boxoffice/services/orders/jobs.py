"""What orders does by the clock."""

from datetime import datetime

from boxoffice.kit import clock
from boxoffice.kit.database import Queries
from boxoffice.kit.service import Running
from boxoffice.services.orders import commands, store

AT_ONCE = 20  # orders a transaction: its locks are gone in some milliseconds
COUNTED_AT_ONCE = 50  # performances; one of 100,000 places takes some 20 ms


async def heed_bans(running: Running) -> datetime | None:
    """Cancel open orders of people who are banned; return now when there may be more."""
    at = clock.now()
    done = await commands.heed_bans(running.db, at, AT_ONCE)
    return at if done == AT_ONCE else None


async def empty_cancelled(running: Running) -> datetime | None:
    """Cancel orders of performances that are cancelled; return now when there may be more."""
    at = clock.now()
    done = await commands.empty_cancelled(running.db, at, AT_ONCE)
    return at if done == AT_ONCE else None


async def count_seats(running: Running) -> datetime | None:
    """Say how many places are held and sold of performances where that has changed."""
    boards: commands.Boards = running.outside.boards
    touched = [boards.touched.pop() for _ in range(min(len(boards.touched), COUNTED_AT_ONCE))]
    try:
        counted = await commands.count_seats(running.db, touched, clock.now())
    except BaseException:
        boards.touched.update(touched)
        raise
    boards.touched.update(set(touched) - counted)
    return None


async def count_held(db: Queries, at: datetime) -> float:
    """Return how many places of performances to come are held."""
    held, _ = await store.select_held_and_sold(db, at)
    return held


async def count_sold(db: Queries, at: datetime) -> float:
    """Return how many places of performances to come are sold."""
    _, sold = await store.select_held_and_sold(db, at)
    return sold
