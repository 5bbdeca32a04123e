"""Many requests written together."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from boxoffice.kit import batch
from boxoffice.kit.batch import Batch
from boxoffice.kit.errors import Conflict, Unavailable


class Scribe:
    """Doubles what it is asked, a batch at a time; it refuses 13 and stumbles over 666."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.at_once = self.most_at_once = 0

    async def write(self, asked: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(asked))
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await self.may_write.wait()
        finally:
            self.at_once -= 1
        if 666 in asked:
            raise ZeroDivisionError
        return [Conflict("not 13") if one == 13 else 2 * one for one in asked]


@pytest.fixture
def scribe() -> Scribe:
    return Scribe()


@pytest.fixture
def desk(scribe: Scribe) -> Batch[int, int]:
    return Batch("tests", scribe.write)


async def _ask(desk: Batch[int, int], *numbers: int) -> list[int | BaseException]:
    return await asyncio.gather(*(desk.ask(one) for one in numbers), return_exceptions=True)


async def test_everyone_gets_their_own_answer(desk: Batch[int, int]):
    numbers = [number for number in range(1_000) if number not in (13, 666)]

    assert await _ask(desk, *numbers) == [2 * number for number in numbers]


async def test_whoever_comes_while_a_batch_is_written_joins_the_next(
    desk: Batch[int, int], scribe: Scribe
):
    scribe.may_write.clear()
    early = [asyncio.create_task(desk.ask(one)) for one in (1, 2)]
    await _until(lambda: len(scribe.batches) == 1)
    late = [asyncio.create_task(desk.ask(one)) for one in (3, 4)]
    await _until(lambda: len(scribe.batches) == batch.IN_FLIGHT)
    latest = [asyncio.create_task(desk.ask(one)) for one in (5, 6, 7)]
    await asyncio.sleep(2 * batch.LATE_SECONDS)

    scribe.may_write.set()

    assert await asyncio.gather(*early, *late, *latest) == [2, 4, 6, 8, 10, 12, 14]
    assert scribe.batches == [[1, 2], [3, 4], [5, 6, 7]]


async def test_a_batch_has_a_largest_size_and_few_are_written_at_once(
    desk: Batch[int, int], scribe: Scribe
):
    scribe.may_write.clear()
    asking = [asyncio.create_task(desk.ask(one)) for one in range(1_000, 1_000 + 1_000)]
    await _until(lambda: len(scribe.batches) == batch.IN_FLIGHT)
    scribe.may_write.set()

    await asyncio.gather(*asking)

    assert max(map(len, scribe.batches)) == batch.LARGEST
    assert scribe.most_at_once == batch.IN_FLIGHT


async def test_a_refusal_reaches_the_one_who_asked_alone(desk: Batch[int, int]):
    before, refused, after = await _ask(desk, 1, 13, 2)

    assert isinstance(refused, Conflict)
    assert (before, after) == (2, 4)


async def test_one_request_that_cannot_be_written_spoils_no_other(desk: Batch[int, int]):
    before, bad, after = await _ask(desk, 1, 666, 2)

    assert isinstance(bad, ZeroDivisionError)
    assert (before, after) == (2, 4)


async def test_an_unreachable_database_is_not_asked_for_each_of_a_batch():
    batches: list[int] = []

    async def away(asked: Sequence[int]) -> Sequence[int]:
        batches.append(len(asked))
        raise ConnectionRefusedError

    answers = await _ask(Batch("tests", away), *range(100))

    assert {type(answer) for answer in answers} == {ConnectionRefusedError}
    assert batches == [100]


async def test_who_has_gone_does_not_keep_the_others_waiting(desk: Batch[int, int], scribe: Scribe):
    scribe.may_write.clear()
    asking = [asyncio.create_task(desk.ask(one)) for one in (1, 2, 3)]
    await _until(lambda: len(scribe.batches) == 1)
    asking[1].cancel()
    scribe.may_write.set()

    first, _, last = await asyncio.gather(*asking, return_exceptions=True)

    assert (first, last) == (2, 6)
    assert await desk.ask(4) == 8


async def test_too_long_a_queue_is_refused_at_once(desk: Batch[int, int]):
    numbers = range(1_000, 1_000 + batch.LONGEST_QUEUE)

    *answers, refused = await _ask(desk, *numbers, 1)

    assert isinstance(refused, Unavailable)
    assert refused.retry_after_seconds
    assert answers == [2 * number for number in numbers]


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - a turn of the loop is all it takes
            await asyncio.sleep(0)
