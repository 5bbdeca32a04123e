"""What shows says: which shows and performances there are, where, when, and with which seats."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event, Part
from boxoffice.events.pictures import PictureSaid

LONGEST_NAME = 40  # characters of what a section, a row or a seat is called
LONGEST_LABEL = 3 * LONGEST_NAME + 2
PerformanceState = Literal["published", "postponed", "cancelled"]
Genre = Literal[
    "play",
    "musical",
    "dance",
    "classical",
    "traditional",
    "popular",
    "circus/magic",
    "mixed",
]


class ShowPicture(PictureSaid):
    """A picture of a show."""

    is_poster: bool


class ShowState(Event):
    """A show as it is after what the event's name says, whether people see it yet or not."""

    publisher: ClassVar[str] = "shows"
    about: ClassVar[str] = "show_id"

    show_id: UUID
    version: int
    organiser_id: UUID
    title: str
    genre: Genre
    story: str
    cast: tuple[str, ...]  # the leads first
    running_minutes: int | None
    age: int | None  # in years, from which on people are let in
    pictures: tuple[ShowPicture, ...]  # the poster first, if there is one


class ShowAdded(ShowState):
    """Somebody puts it on."""


class ShowChanged(ShowState):
    """What is told or shown of it is another now."""


class SeatRow(Part):
    """Seats side by side, from left to right as one faces the stage.

    `cells` has a letter for each place of the row: `s` a seat, `a` one with room for a wheelchair,
    `c` one beside it for a companion, `r` one with a restricted view, `.` a gap. Seats are named by
    counting from `first` by `step`, unless `names` says how. `x` and `y` are where the first cell
    is on the plan, in widths of a seat; the stage is at the top.
    """

    name: str
    cells: str
    first: int = 1
    step: int = 1
    names: tuple[str, ...] = ()
    x: float = 0
    y: float = 0

    def seats(self) -> list[tuple[str, int]]:
        """Return the name of each seat and the index of its cell, from left to right."""
        places = [index for index, cell in enumerate(self.cells) if cell != "."]
        if self.names:
            return list(zip(self.names, places, strict=True))
        return [(str(self.first + nth * self.step), place) for nth, place in enumerate(places)]


class Section(Part):
    """A part of the house at one price. Without rows it is standing: places 1 to `capacity`.

    `x`, `y`, `width` and `height` are where a standing section is on the plan.
    """

    name: str
    price_minor: int
    capacity: int
    rows: tuple[SeatRow, ...] = ()
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    def labels(self) -> list[str]:
        """Return what each place is called: `Stalls/A/12`, or `Floor/17` where one stands."""
        if not self.rows:
            return [f"{self.name}/{place}" for place in range(1, self.capacity + 1)]
        return [f"{self.name}/{row.name}/{seat}" for row in self.rows for seat, _ in row.seats()]


class PerformanceNews(Event):
    """A performance as it is after what the event's name says.

    Its sections stay as they were when it was published, but for their prices. While it is
    `postponed` its new date is unknown, and `starts_at` is the old one.
    """

    publisher: ClassVar[str] = "shows"
    about: ClassVar[str] = "performance_id"

    performance_id: UUID
    version: int
    show_id: UUID
    organiser_id: UUID
    title: str
    venue_id: UUID
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    doors_at: datetime | None
    on_sale_at: datetime
    currency: str
    state: PerformanceState
    sections: tuple[Section, ...]


class PerformanceScheduled(PerformanceNews):
    """It is published: its seats can be ordered from `on_sale_at` on."""


class PerformanceChanged(PerformanceNews):
    """Its times, prices or title are others now; orders keep what they were told."""


class PerformancePostponed(PerformanceNews):
    """It is on another day, or, while it is `postponed`, on one that is not known yet."""


class PerformanceCancelled(PerformanceNews):
    """It will not take place: every order gives its seats up and gets its money back."""


class DraftState(Event):
    """What an organiser plans, and nobody else sees."""

    publisher: ClassVar[str] = "shows"
    about: ClassVar[str] = "performance_id"

    performance_id: UUID
    version: int
    show_id: UUID
    organiser_id: UUID
    venue_id: UUID
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    on_sale_at: datetime | None  # None: on publication
    currency: str
    prices: dict[str, int]  # minor units by the name of a section
    capacity: int


class PerformanceDrafted(DraftState):
    """It is planned, or planned in another way."""


class PerformanceDropped(DraftState):
    """It was given up before it was published."""
