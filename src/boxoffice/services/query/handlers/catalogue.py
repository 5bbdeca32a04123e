"""What query does about news of shows and performances, and of how many of their seats are sold."""

from collections.abc import Sequence

from boxoffice.events.event import Event
from boxoffice.events.orders import SeatsCounted
from boxoffice.events.shows import DraftState, PerformanceNews, ShowState
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.services.query import commands
from boxoffice.services.query.model.catalogue import Performance, Show
from boxoffice.services.query.model.sales import Availability


async def copy_catalogue(tx: Tx, news: Sequence[Event]) -> None:
    """Copy all of it together, so that what a batch touches is found anew once."""
    await commands.copy_catalogue(
        tx,
        [Show.of(one) for one in news if isinstance(one, ShowState)],
        [Performance.of(one) for one in news if isinstance(one, PerformanceNews | DraftState)],
        [Availability.of(one) for one in news if isinstance(one, SeatsCounted)],
        clock.now(),
    )
