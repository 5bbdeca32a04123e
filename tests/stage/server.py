"""The product's web server, which starts and stops at once: a run of tests does it a thousand times."""

import asyncio
import socket
from typing import cast

import uvicorn

from boxoffice.kit.http.front import Front

TICK_SECONDS = 0.1  # as often as its own loop; every tenth tick is the date of its answers
LOOK_SECONDS = 0.002  # between looks at whether the last answer is out


class Server(uvicorn.Server):
    """Stops when `leave` is set, where uvicorn's own looks ten times a second and rests in between.

    What it does to stop is the same, in the same order.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.leave = asyncio.Event()

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks) and not self.leave.is_set():
            ticks += 1
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await self.leave.wait()
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        cast("Front", self.config.app).leaving.set()
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()
        await self.lifespan.shutdown()
