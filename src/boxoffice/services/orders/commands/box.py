"""The box office of one process: where orders are placed, and what is free is shown."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from boxoffice.kit.batch import Batch
from boxoffice.kit.database import Database
from boxoffice.kit.notices import Notices
from boxoffice.kit.settings import Settings
from boxoffice.services.orders.commands.boards import CHANNEL, Boards
from boxoffice.services.orders.commands.placing import place_orders
from boxoffice.services.orders.model import Draft, Order


@dataclass(frozen=True, slots=True)
class Box:
    """`drafts` that come together are placed in one transaction; `boards` show what is free."""

    drafts: Batch[Draft, Order]
    boards: Boards


@asynccontextmanager
async def open_box(settings: Settings, db: Database) -> AsyncGenerator[Box]:
    """Yield the box office, its boards kept up with every replica's."""
    boards = Boards(db)
    write = partial(place_orders, db, seats_per_person=settings.seats_per_person)
    notices = Notices(db.service, settings, CHANNEL, boards.hear, boards.refresh)
    listening = asyncio.create_task(notices.run())
    try:
        yield Box(Batch(db.service, write), boards)
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
