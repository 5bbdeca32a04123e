"""A programme by chance, and what of it is wanted: found the plain way, by looking at all of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from boxoffice.events.event import Event
from boxoffice.events.orders import SeatsCounted
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceNews,
    PerformancePostponed,
    PerformanceScheduled,
    ShowAdded,
)
from boxoffice.kit import clock
from boxoffice.services.query.model.search import Search, Sort
from boxoffice.services.query.model.words import words_of
from query.finding import counted
from query.told import show_news
from shows.catalogue import in_days
from stage import Someone
from stage.facts import performance_news, seated

WORDS = ("the", "theatre", "king", "kings", "dream", "뮤지컬", "시카고", "東京", "夢")
CITIES = (("London", "Europe/London"), ("서울", "Asia/Seoul"), ("Honolulu", "Pacific/Honolulu"))
KINDS: Sequence[type[PerformanceNews]] = (
    *(PerformanceScheduled, PerformanceScheduled, PerformanceScheduled),
    *(PerformancePostponed, PerformanceCancelled),
)
STATES: Mapping[type[PerformanceNews], str] = {
    PerformanceScheduled: "published",
    PerformancePostponed: "postponed",
    PerformanceCancelled: "cancelled",
}
PLACES = 20  # in each section


@dataclass(frozen=True, slots=True)
class Programme:
    """Shows with their performances, and how much of each is sold."""

    shows: Sequence[ShowAdded]
    performances: Sequence[PerformanceNews]
    counts: Sequence[SeatsCounted]

    @property
    def news(self) -> Sequence[Event]:
        """All that is said of it."""
        return [*self.shows, *self.performances, *self.counts]

    def find(self, search: Search, sort: Sort) -> Sequence[UUID]:
        """Return which shows are wanted, in this order."""
        found: list[tuple[Any, UUID]] = []
        for show in self.shows:
            to_come = [one for one in self._of(show) if _start(one) > search.at]
            played = [one for one in to_come if self._is_wanted(one, search)]
            if played and _has_words(show, to_come, search):
                first, next_at = min(map(_start, played)), min(map(_start, to_come))
                place = {"date": (first,), "rank": (-self._sold(show), next_at), "newest": ()}
                found.append((place[sort], show.show_id))
        if sort == "newest":
            return sorted((show_id for _, show_id in found), reverse=True)
        return [show_id for _, show_id in sorted(found)]

    def _of(self, show: ShowAdded) -> Iterator[PerformanceNews]:
        return (
            one
            for one in self.performances
            if one.show_id == show.show_id and one.state != "cancelled"
        )

    def _sold(self, show: ShowAdded) -> int:
        ids = {one.performance_id for one in self.performances if one.show_id == show.show_id}
        return sum(one.sold for one in self.counts if one.performance_id in ids)

    def _is_wanted(self, played: PerformanceNews, search: Search) -> bool:
        lowest, highest = search.lowest or Decimal(0), search.highest or Decimal("Infinity")
        day = played.starts_at.astimezone(ZoneInfo(played.time_zone)).date()
        dated = played.state != "postponed"
        taken = [
            one.held + one.sold
            for one in self.counts
            if one.performance_id == played.performance_id
        ]
        places = sum(section.capacity for section in played.sections)
        return (
            (search.city is None or played.city == search.city)
            and (search.first_day is None or (dated and day >= search.first_day))
            and (search.last_day is None or (dated and day <= search.last_day))
            and any(lowest <= Decimal(one.price_minor) / 100 <= highest for one in played.sections)
            and (not search.available or (dated and sum(taken) < places))
        )


def programme(chance: Random, by: Someone, shows: int) -> Programme:
    """Return so many shows with up to four performances each."""
    added = [_show(chance, by) for _ in range(shows)]
    played = [_performance(chance, by, show) for show in added for _ in range(chance.randrange(5))]
    sold = [
        counted({"id": str(one.performance_id)}, 1, chance.choice((3, 8, 40)), total=40)
        for one in played
        if chance.random() < 0.5
    ]
    return Programme(added, played, sold)


def question(chance: Random) -> dict[str, Any]:
    """Return what somebody may ask: some of all that can be asked."""
    day = clock.now().date() + timedelta(days=chance.randrange(6))
    low = chance.randrange(10, 40)
    asked: dict[str, Any] = {
        "q": " ".join(
            chance.choices((*(word[:3] for word in WORDS), "k", "夢"), k=chance.choice((1, 1, 2)))
        ),
        "genre": chance.choice(("play", "dance")),
        "city": chance.choice(CITIES)[0],
        "from": day,
        "to": day + timedelta(days=chance.choice((0, 0, 2))),
        "minPrice": low,
        "maxPrice": low + chance.randrange(8),
        "available": True,
    }
    return {name: asked[name] for name in asked if chance.random() < 0.3}


def _show(chance: Random, by: Someone) -> ShowAdded:
    title = " ".join(chance.choices(WORDS, k=2))
    return show_news(by, ShowAdded, title=title, genre=chance.choice(("play", "dance")), cast=())


def _performance(chance: Random, by: Someone, show: ShowAdded) -> PerformanceNews:
    city, time_zone = chance.choice(CITIES)
    kind = chance.choice(KINDS)
    prices = chance.choices(range(1000, 5000, 100), k=2)
    return performance_news(
        by,
        kind,
        state=STATES[kind],
        show_id=show.show_id,
        starts_at=in_days(chance.randrange(1, 40) / 8),
        city=city,
        time_zone=time_zone,
        sections=tuple(
            seated(f"S{number}", price, rows=1, seats=PLACES) for number, price in enumerate(prices)
        ),
    )


def _start(played: PerformanceNews) -> datetime:
    """When it begins; at the end of all time where that is unknown."""
    if played.state == "postponed":
        return datetime.max.replace(tzinfo=UTC)
    return played.starts_at


def _has_words(show: ShowAdded, to_come: Sequence[PerformanceNews], search: Search) -> bool:
    if search.genre not in {None, show.genre}:
        return False
    if search.words is None:
        return True
    places = [text for one in to_come for text in (one.venue, one.city)]
    known = words_of([show.title, *show.cast, *places])
    return search.words.pairs <= known.pairs and all(
        any(word.startswith(asked) for word in known.spaced) for asked in search.words.spaced
    )
