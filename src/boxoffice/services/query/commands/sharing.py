"""What everybody is told alike is found once for all who ask within a moment."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from boxoffice.kit.database import Database
from boxoffice.kit.settings import Settings
from boxoffice.kit.sharing import Sharing


@asynccontextmanager
async def open_sharing(settings: Settings, _: Database) -> AsyncGenerator[Sharing]:
    """Yield what keeps the answers."""
    yield Sharing(settings.shared_answer_ms / 1_000)
