"""A process that stops finishes what it has begun; one that cannot work does not start."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from boxoffice.kit import outbox
from boxoffice.kit.bus import BusError
from boxoffice.kit.process import CANCEL_SECONDS, create_app, prepare
from boxoffice.kit.service import Job, Running, Service
from boxoffice.kit.serving import bind, serve
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, Room
from kit.desk import Desk
from stage import Play, eventually

HOUR = timedelta(hours=1)


async def test_a_request_in_flight_is_finished_and_what_it_says_goes_out(room: Room):
    desk, sock = Desk(), bind("127.0.0.1", 0)
    host, port = sock.getsockname()
    await prepare([desk.service], room.settings)
    serving = asyncio.create_task(serve(create_app([desk.service], room.settings), sock))
    async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=10) as http:
        await eventually(lambda: _takes(host, port))
        asking = asyncio.create_task(http.post("/api/slow-notes"))
        await eventually(lambda: _begun(desk))

        serving.cancel()
        await eventually(lambda: _refuses(host, port))
        desk.gate.set()
        answer = await asking

    assert answer.status_code == 201
    with suppress(asyncio.CancelledError):
        await serving
    assert await outbox.count_unsent(room.db) == 0
    assert await room.said() == [1]


async def test_it_answers_again_after_a_restart(play: Play):
    app = await play(Desk().service)

    await app.stop()
    await app.start()

    assert (await app.get("/readyz")).status_code == 200


async def test_preparing_again_changes_nothing(settings: Settings, play: Play):
    service = Desk().service
    await play(service)

    assert await prepare([service], settings) == []


async def test_without_a_bus_the_start_ends_with_the_settings_name(place: Settings):
    nowhere = place.model_copy(update={"nats_url": SecretStr("nats://127.0.0.1:9")})

    with pytest.raises(BusError, match="BOXOFFICE_NATS_URL: no bus answers there"):
        await prepare([Desk().service], nowhere)


async def test_a_job_that_was_told_to_end_as_its_answer_came_does_not_keep_the_process(play: Play):
    begun = asyncio.Event()

    async def look(_running: Running) -> None:
        begun.set()
        with suppress(asyncio.CancelledError):  # as waiting for the bus does at that moment
            await asyncio.Event().wait()

    jobs = [Job(look, every=HOUR)]
    app = await play(Service(name=SERVICE, does="looks around", jobs=jobs))
    await begun.wait()

    async with asyncio.timeout(CANCEL_SECONDS / 2):
        await app.stop()


async def test_work_that_is_left_wakes_the_jobs_that_it_is_for_and_no_others(play: Play):
    runs, woken = list[str](), asyncio.Event()

    async def forget(_running: Running) -> None:
        runs.append("forget")

    async def look(running: Running) -> None:
        runs.append("look")
        if runs.count("look") > 1:
            woken.set()
            return
        async with running.db.transaction() as tx:
            tx.wake_jobs()

    jobs = [Job(forget, every=HOUR, is_woken=False), Job(look, every=HOUR)]
    await play(Service(name=SERVICE, does="looks and forgets", jobs=jobs))
    await woken.wait()

    assert runs == ["forget", "look", "look"]


async def _begun(desk: Desk) -> None:
    assert desk.taken == ["slow"]


async def _takes(host: str, port: int) -> None:
    assert await _connects(host, port)


async def _refuses(host: str, port: int) -> None:
    assert not await _connects(host, port)


async def _connects(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionError:
        return False
    writer.close()
    return True
