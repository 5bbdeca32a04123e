"""A crowd that comes at once is let in at once, however busy the server is with those inside."""

import asyncio
import gc
import socket
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from boxoffice.kit import serving
from boxoffice.kit.http.front import Front
from boxoffice.kit.settings import Settings

CROWD = 40  # connections
ASKED = 12  # requests by each, one after another
WORK_SECONDS = 0.002  # of the processor, for each
DEAF_SECONDS = 0.5  # in which the whole crowd comes to the door


async def _work(request: Request) -> Response:
    deaf = "deaf" in request.query_params
    time.sleep(DEAF_SECONDS if deaf else WORK_SECONDS)  # noqa: ASYNC251 - the loop is to be busy
    return Response("done")


@asynccontextmanager
async def _served(settings: Settings, sock: socket.socket) -> AsyncGenerator[None]:
    """Serve from a loop of its own in a thread, as a process does."""
    app = Front(Starlette(routes=[Route("/", _work)]), settings)
    begun: asyncio.Future[asyncio.Task[None]] = asyncio.get_running_loop().create_future()
    here = asyncio.get_running_loop()

    async def serve() -> None:
        async def tell() -> None:
            here.call_soon_threadsafe(begun.set_result, serving_task)

        serving_task = asyncio.create_task(serving.serve(app, sock, tell))
        await asyncio.gather(serving_task, return_exceptions=True)

    often = gc.get_threshold()
    thread = threading.Thread(target=lambda: uvloop.run(serve()))
    thread.start()
    try:
        task = await begun
        yield
        task.get_loop().call_soon_threadsafe(task.cancel)
    finally:
        await asyncio.to_thread(thread.join)
        gc.unfreeze()
        gc.set_threshold(*often)


async def _ask(url: tuple[str, int], answered: list[int], number: int) -> None:
    reader, writer = await asyncio.open_connection(*url)
    for _ in range(ASKED):
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        await reader.readuntil(b"done")
        answered.append(number)
    writer.close()


async def _order_of_answers(settings: Settings) -> list[int]:
    """Return whose answers came in which order to a crowd that came while nobody was let in."""
    sock = serving.bind("127.0.0.1", 0)
    url = sock.getsockname()
    answered: list[int] = []
    async with _served(settings, sock):
        _, writer = await asyncio.open_connection(*url)
        writer.write(b"GET /?deaf HTTP/1.1\r\nHost: here\r\n\r\n")
        await asyncio.sleep(DEAF_SECONDS / 5)
        await asyncio.gather(*(_ask(url, answered, number) for number in range(CROWD)))
        writer.close()
    return answered


def _most_before_all_had_one(answered: list[int]) -> int:
    """Return how many answers the luckiest had when the last one got the first."""
    last = max(answered.index(number) for number in range(CROWD))
    return max(Counter(answered[:last]).values())


async def test_a_crowd_is_let_in_before_anybody_is_served_many_times(settings: Settings):
    assert _most_before_all_had_one(await _order_of_answers(settings)) <= ASKED // 2


async def test_with_one_listener_the_last_would_wait_for_the_first_to_be_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serving, "ACCEPTORS", 1)

    assert _most_before_all_had_one(await _order_of_answers(settings)) == ASKED
