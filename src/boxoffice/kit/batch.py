"""Writing many requests in one statement: whoever comes while a batch is written joins the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from boxoffice.kit.database import UNREACHABLE
from boxoffice.kit.errors import Unavailable
from boxoffice.kit.telemetry import BATCH

LARGEST = 128  # requests a batch: past that its locks are held too long for what a commit saves
IN_FLIGHT = 2  # one is written while the next is gathered and sent
LONGEST_QUEUE = 10_000  # waiting longer than that takes is worse than being told to come again

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class Batch(Generic[Ask, Answer]):
    """Gathers what is asked at the same time and has it answered together.

    `write` gets a batch and returns one answer for each, in that order; an exception among them
    is raised to the one who asked. When `write` itself raises, each of the batch is tried alone,
    so that one bad request spoils no other; when the database is away, all are told so at once.
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

    async def ask(self, one: Ask) -> Answer:
        """Return the answer to one request. Unavailable when too many wait."""
        if len(self._waiting) >= LONGEST_QUEUE:
            raise Unavailable("Too many people want this right now; try again in a second")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if len(self._flights) < IN_FLIGHT:
            flight = asyncio.create_task(self._fly())
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        return await answer

    async def _fly(self) -> None:
        while self._waiting:
            size = min(len(self._waiting), LARGEST)
            batch = [self._waiting.popleft() for _ in range(size)]
            BATCH.labels(self._service).observe(size)
            try:
                answers = await self._write([ask for ask, _ in batch])
            except UNREACHABLE as error:
                answers = [error] * size
            except Exception as error:  # noqa: BLE001 - raised to whoever asked
                answers = await self._one_by_one(batch) if size > 1 else [error]
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
