"""Answers that are found once for all who ask the same within a moment."""

import asyncio

import pytest

from boxoffice.kit.sharing import MOST, Sharing


class Archive:
    """Finds what is asked for, and counts how often it had to; `open` lets it."""

    def __init__(self) -> None:
        self.found = 0
        self.open = asyncio.Event()
        self.open.set()

    async def find(self) -> int:
        self.found += 1
        found = self.found
        await self.open.wait()
        return found


async def test_a_crowd_that_asks_the_same_is_answered_with_what_one_was():
    archive, sharing = Archive(), Sharing(60)

    answers = await asyncio.gather(*(sharing.once("what is on", archive.find) for _ in range(500)))

    assert answers == [1] * 500
    assert await sharing.once("what is on", archive.find) == 1
    assert await sharing.once("what is on in Leeds", archive.find) == 2


async def test_what_was_found_longer_ago_is_found_anew():
    archive, sharing = Archive(), Sharing(0)

    answers = [await sharing.once("what is on", archive.find) for _ in range(3)]

    assert answers == [1, 2, 3]


async def test_who_gives_up_waiting_leaves_the_others_their_answer():
    archive, sharing = Archive(), Sharing(60)
    archive.open.clear()

    first, rival = (asyncio.create_task(sharing.once("it", archive.find)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    archive.open.set()

    assert await rival == 1
    assert first.cancelled()


async def test_what_went_wrong_is_told_to_those_who_wait_and_not_kept():
    archive, sharing = Archive(), Sharing(60)

    async def fail() -> int:
        raise ConnectionError

    waiting = await asyncio.gather(
        *(sharing.once("it", fail) for _ in range(3)), return_exceptions=True
    )

    assert [type(one) for one in waiting] == [ConnectionError] * 3
    assert await sharing.once("it", archive.find) == 1


async def test_of_more_questions_than_are_kept_the_oldest_answer_goes():
    archive, sharing = Archive(), Sharing(60)
    for question in range(MOST + 1):
        await sharing.once(question, archive.find)

    again = [await sharing.once(question, archive.find) for question in (MOST, 1, 0)]

    assert again == [MOST + 1, 2, MOST + 2]


@pytest.mark.parametrize("seconds", [0, 60])
async def test_two_who_ask_different_things_at_once_are_not_told_the_same(seconds: float):
    archive, sharing = Archive(), Sharing(seconds)

    answers = await asyncio.gather(*(sharing.once(n, archive.find) for n in range(10)))

    assert sorted(answers) == list(range(1, 11))
