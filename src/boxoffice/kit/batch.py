"""Writing many requests in one statement: whoever comes while a batch is written joins the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from boxoffice.kit.database import UNREACHABLE
from boxoffice.kit.errors import Unavailable
from boxoffice.kit.telemetry import BATCH

LARGEST = 128  # requests a batch: past that its locks are held too long for what a commit saves
IN_FLIGHT = 2  # the database writes one while the other is gathered and sent
LATE_SECONDS = 0.008  # who departs at once departs in batches that are too small
LONGEST_QUEUE = 10_000  # waiting longer than that takes is worse than being told to come again

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class Batch(Generic[Ask, Answer]):
    """Gathers what is asked at the same time and has it answered together.

    A batch departs when the one before it has landed, or when it has waited for that so long that
    more would hardly join. `write` gets it and returns one answer for each, in that order; an
    exception among them is raised to the one who asked. When `write` itself raises, each of the
    batch is tried alone, so that one bad request spoils no other; when the database is away, all
    are told so at once.
    """

    def __init__(
        self,
        service: str,
        write: Callable[[Sequence[Ask]], Awaitable[Sequence[Answer | Exception]]],
    ) -> None:
        self._service = service
        self._write = write
        self._waiting: deque[tuple[Ask, asyncio.Future[Answer]]] = deque()
        self._flights: set[asyncio.Task[None]] = set()
        self._late: asyncio.TimerHandle | None = None

    async def ask(self, one: Ask) -> Answer:
        """Return the answer to one request. Unavailable when too many wait."""
        if len(self._waiting) >= LONGEST_QUEUE:
            raise Unavailable("Too many people want this right now; try again in a second")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if not self._flights:
            self._depart()
        elif self._late is None:
            self._late = asyncio.get_running_loop().call_later(LATE_SECONDS, self._depart_late)
        return await answer

    def _depart(self) -> None:
        flight = asyncio.create_task(self._fly())
        self._flights.add(flight)
        flight.add_done_callback(self._flights.discard)

    def _depart_late(self) -> None:
        self._late = None
        if self._waiting and len(self._flights) < IN_FLIGHT:
            self._depart()

    async def _fly(self) -> None:
        while self._waiting:
            size = min(len(self._waiting), LARGEST)
            await self._write_some([self._waiting.popleft() for _ in range(size)])

    async def _write_some(self, batch: Sequence[tuple[Ask, asyncio.Future[Answer]]]) -> None:
        BATCH.labels(self._service).observe(len(batch))
        try:
            answers = await self._write([ask for ask, _ in batch])
        except UNREACHABLE as error:
            answers = [error] * len(batch)
        except Exception as error:  # noqa: BLE001 - raised to whoever asked
            answers = await self._one_by_one(batch) if len(batch) > 1 else [error]
        for (_, future), answer in zip(batch, answers, strict=True):
            _settle(future, answer)

    async def _one_by_one(
        self, batch: Sequence[tuple[Ask, asyncio.Future[Answer]]]
    ) -> list[Answer | Exception]:
        answers: list[Answer | Exception] = []
        for ask, _ in batch:
            try:
                answers += await self._write([ask])
            except Exception as error:  # noqa: BLE001 - raised to whoever asked
                answers.append(error)
        return answers


def _settle(future: "asyncio.Future[Answer]", answer: Answer | Exception) -> None:
    if future.done():  # the one who asked has gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
