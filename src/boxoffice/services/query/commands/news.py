"""Waiting for one's own news."""

from contextlib import suppress
from functools import partial

from boxoffice.kit.database import Queries
from boxoffice.kit.errors import NotFound
from boxoffice.kit.lag import once_known
from boxoffice.kit.receipts import Receipt
from boxoffice.services.query import store


async def wait_for(db: Queries, receipt: Receipt) -> None:
    """Return once this version or a newer one is known, or after a second all the same."""
    with suppress(NotFound):
        await once_known(partial(_require, db, receipt))


async def _require(db: Queries, receipt: Receipt) -> None:
    known = await store.select_version(db, receipt.service, receipt.about_id)
    if known is None or known < receipt.version:
        raise NotFound("This is not known yet")
