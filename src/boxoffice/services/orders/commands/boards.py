"""What is free, shown to everybody: worked out once in each replica, however many are watching."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

from boxoffice.kit import clock
from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import NotFound, Unavailable
from boxoffice.kit.notices import LARGEST
from boxoffice.kit.signal import Signal, wait
from boxoffice.services.orders import store
from boxoffice.services.orders.model import House, Order, Place

CHANNEL = "places"
GATHER_SECONDS = 0.25  # changes are told together: faster than people see, slower than they come
KEPT_CHANGES = 1_000  # over four minutes of them; who missed more is told everything
ALIVE = timedelta(seconds=15)  # proxies close a line on which nothing comes for a minute
RECOUNTED = timedelta(days=1)  # of orders, when news of them may have been missed
MOST_PLACES = 1_000_000  # of all boards: about 250 bytes each
MOST_WATCHERS = 20_000  # each has a connection and some 20 kB

Form: TypeAlias = Literal["taken", "rows"]


class Document(NamedTuple):
    """What is shown, as JSON, and the tag that is another one when it is."""

    body: bytes
    tag: str


class Change(NamedTuple):
    """Something to tell those who watch: its number, and its words on the wire."""

    number: int
    message: bytes


class Board:
    """What is free of one performance, and what has changed lately."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.watchers = 0
        self._run = secrets.token_hex(4)  # another replica, or a later run, counts anew
        self._number = 0
        self._documents: dict[Form, Document] = {}
        self._news: dict[str, Place] = {}
        self._changes: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._changed = Signal()

    def learn(self, places: Iterable[Place]) -> None:
        """Take news of places, and tell them soon."""
        learnt = self.house.learn(places)
        if learnt and not self._news:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell)
        self._news.update((place.label, place) for place in learnt)

    def document(self, form: Form) -> Document:
        """Return what is free as of a moment ago."""
        if form not in self._documents:
            shown = self.house.full() if form == "rows" else self.house.sparse()
            tag = f'"{self._run}-{self._number}-{form}"'
            self._documents[form] = Document(_json(shown), tag)
        return self._documents[form]

    async def watch(self, last_id: str) -> AsyncGenerator[bytes]:
        """Yield server-sent events: all that is taken, then what changes, from behind `last_id`."""
        self.watchers += 1
        try:
            number = self._number_of(last_id)
            while True:
                mark = self._changed.mark()
                if number is None or number < self._number - len(self._changes):
                    number = self._number
                    yield self._event("state", number, self.document("taken").body)
                for change in [one for one in self._changes if one.number > number]:
                    number = change.number
                    yield change.message
                if not await wait(mark, ALIVE):
                    yield b": still here\n\n"
        finally:
            self.watchers -= 1

    def _tell(self) -> None:
        news, self._news = self._news, {}
        self._number += 1
        self._documents.clear()
        told = {
            "version": self.house.version,
            "free": self.house.free,
            "taken": [label for label, place in news.items() if place.state != "0"],
            "freed": [label for label, place in news.items() if place.state == "0"],
        }
        message = self._event("seats", self._number, _json(told))
        self._changes.append(Change(self._number, message))
        self._changed.notify()

    def _event(self, kind: str, number: int, body: bytes) -> bytes:
        return b"event: %b\nid: %b.%d\ndata: %b\n\n" % (
            kind.encode(),
            self._run.encode(),
            number,
            body,
        )

    def _number_of(self, last_id: str) -> int | None:
        run, _, number = last_id.partition(".")
        known = run == self._run and number.isascii() and number.isdigit()
        return min(int(number), self._number) if known else None


class Boards:
    """The boards of all performances that somebody asked about lately."""

    def __init__(self, db: Queries) -> None:
        self.touched: set[UUID] = set()  # performances to be counted
        self._db = db
        self._boards: dict[UUID, Board] = {}
        self._opening: dict[UUID, asyncio.Task[None]] = {}

    async def open(self, performance_id: UUID) -> Board:
        """Return the board of a performance. NotFound when that is unknown."""
        if performance_id not in self._boards and performance_id not in self._opening:
            opening = asyncio.create_task(self._open(performance_id))
            self._opening[performance_id] = opening
            opening.add_done_callback(lambda _: self._opening.pop(performance_id, None))
        if opening := self._opening.get(performance_id):
            await asyncio.shield(opening)
        board = self._boards.pop(performance_id)
        self._boards[performance_id] = board  # the one asked for last stands last
        return board

    async def watch(self, performance_id: UUID, last_id: str) -> AsyncGenerator[bytes]:
        """Return a board's events. NotFound; Unavailable when too many watch."""
        if sum(board.watchers for board in self._boards.values()) >= MOST_WATCHERS:
            raise Unavailable("Too many people are watching; try again", retry_after_seconds=30)
        return (await self.open(performance_id)).watch(last_id)

    def hear(self, notice: str) -> None:
        """Take what a replica, or this one, has told of places."""
        performance, _, told = notice.partition(" ")
        performance_id = UUID(performance)
        self.touched.add(performance_id)
        if board := self._boards.get(performance_id):
            board.learn(Place(*place) for place in json.loads(told))

    async def refresh(self) -> None:
        """Look anew at everything: some news may not have come."""
        lately = clock.first_id(clock.now() - RECOUNTED)
        self.touched.update(await store.select_ordered_since(self._db, lately))
        for board in tuple(self._boards.values()):
            board.learn(await store.select_places(self._db, board.house.performance_id))
            board.house.forget_promises()

    async def _open(self, performance_id: UUID) -> None:
        sections = await store.select_sections(self._db, performance_id)
        if sections is None:
            raise NotFound("There is no such performance")
        board = Board(House(performance_id, sections))
        self._boards[performance_id] = board  # before it looks, so that no news is missed
        try:
            board.learn(await store.select_places(self._db, performance_id))
        except BaseException:
            self._boards.pop(performance_id, None)
            raise
        self._make_room()

    def _make_room(self) -> None:
        places = sum(len(board.house.labels) for board in self._boards.values())
        for performance_id, board in tuple(self._boards.items())[:-1]:
            if places <= MOST_PLACES:
                return
            if not board.watchers:
                places -= len(board.house.labels)
                del self._boards[performance_id]


async def tell_places(tx: Tx, orders: Sequence[Order]) -> None:
    """Tell every replica which places these orders hold, have or gave up."""
    if notices := notices_of(orders):
        await store.notify_places(tx, CHANNEL, notices)


def notices_of(orders: Sequence[Order]) -> list[str]:
    """Return what tells a replica which places these orders hold, have or gave up."""
    told: dict[UUID, list[Place]] = {}
    for order in orders:
        if order.performance_id:
            state = {"complete": "2", "cancelled": "0"}.get(order.status, "1")
            told.setdefault(order.performance_id, []).extend(
                Place(item.label, item.hold_version, state)  # pyright: ignore[reportArgumentType]
                for item in order.items
            )
    return [text for one, places in told.items() for text in _notices(one, places)]


def _notices(performance_id: UUID, places: Sequence[Place]) -> list[str]:
    text = f"{performance_id} {json.dumps(places, ensure_ascii=False, separators=(',', ':'))}"
    if len(text.encode()) <= LARGEST:
        return [text]
    half = len(places) // 2
    return _notices(performance_id, places[:half]) + _notices(performance_id, places[half:])


def _json(shown: dict[str, Any]) -> bytes:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
