"""A show or a venue of the performing-arts open API as one of ours."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from boxoffice.kit.errors import BadInput
from boxoffice.services.shows.model import kopis
from boxoffice.services.shows.model.houses import HOUSE
from boxoffice.services.shows.model.imports import (
    ImportedPerformance,
    ImportedShow,
    ImportedVenue,
)
from boxoffice.services.shows.model.kopis import ShowText, Unusable, VenueText, one_line
from boxoffice.services.shows.model.performances import MOST_TO_COME, Terms
from boxoffice.services.shows.model.plan import SectionPlan, draw
from boxoffice.services.shows.model.shows import LONGEST_STORY, LONGEST_TITLE, Billing
from boxoffice.services.shows.model.venues import Premises

SEOUL = ZoneInfo(kopis.ZONE)
LONGEST_VENUE, LONGEST_ADDRESS = 200, 300  # characters


def translate_show(
    text: ShowText, capacity: int, at: datetime, is_holiday: Callable[[date], bool]
) -> ImportedShow:
    """Return a show with what is to come of it; sections without a map have so many places.

    Unusable when it does not say what, when or for how much.
    """
    title = one_line(text.title, LONGEST_TITLE)
    if not title:
        raise Unusable("no title")
    prices = kopis.read_prices(text.prices)
    performances = [
        ImportedPerformance(
            source_id=f"{text.show_id}/{start:%Y-%m-%dT%H:%M:%SZ}",
            venue=text.venue_id,
            terms=Terms(starts_at=start, prices=prices),
            currency=kopis.CURRENCY,
            capacity=capacity,
        )
        for start in _starts(text, at, is_holiday)
    ]
    billing = Billing(
        title=title,
        genre=kopis.read_genre(text.genre),
        story=kopis.many_lines(text.story, LONGEST_STORY),
        cast=kopis.read_cast(text.cast),
        running_minutes=kopis.read_run_time(text.run_time),
        age=kopis.read_age(text.age),
    )
    return ImportedShow(source_id=text.show_id, billing=billing, performances=performances)


def translate_venue(text: VenueText, capacity: int) -> ImportedVenue:
    """Return a venue, which is general admission until somebody draws its map. Unusable."""
    name = one_line(text.name, LONGEST_VENUE)
    if not name:
        raise Unusable("no venue", f"{text.venue_id} has no name")
    latitude, longitude = text.place
    premises = Premises(
        name=name,
        city=text.city,
        address=one_line(text.address, LONGEST_ADDRESS),
        time_zone=kopis.ZONE,
        latitude=latitude,
        longitude=longitude,
        sections=draw([SectionPlan(HOUSE, capacity=capacity)]),
    )
    return ImportedVenue(source_id=text.venue_id, premises=premises)


def _starts(text: ShowText, at: datetime, is_holiday: Callable[[date], bool]) -> list[datetime]:
    """Return when it is played from now on, as often as a show may be to come. Unusable."""
    first, last, timetable = text.when()
    try:
        today = at.astimezone(SEOUL).date()
        starts = timetable.expand(max(first, min(today, last)), last, SEOUL, is_holiday)
    except BadInput as error:
        raise Unusable("unreadable dates", error.detail) from None
    coming = [start for start in starts if start > at][:MOST_TO_COME]
    if not coming:
        raise Unusable("nothing to come", f"it ends on {last}")
    return coming
