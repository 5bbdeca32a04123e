"""Answering HTTP until told to stop: requests are finished first, then what works behind them."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from typing import cast

import uvicorn

from boxoffice.kit.errors import Refusal
from boxoffice.kit.http.front import Front

GRACE_SECONDS = 10  # for requests in flight; the longest statement is that long
INTERRUPTED = 130  # what shells expect of a program that SIGINT ended
KEEP_ALIVE_SECONDS = 75  # longer than proxies keep what is idle: none asks as we hang up
BACKLOG = 4_096  # connections that wait to be accepted: an on-sale begins all at once
ACCEPTORS = 32  # libuv accepts one connection a turn and listener, however many wait
GARBAGE = 20_000  # objects made before the youngest are looked through; 700 took 8 % of the time


class PortError(Refusal):
    """The port cannot be had; the sentence says what to do."""


class Server(uvicorn.Server):
    """A server whose signals are ours to handle."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop to answer; those whose answer has no end are told first."""
        cast("Front", self.config.app).leaving.set()
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. PortError when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortError(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port"
        ) from None
    sock.listen(BACKLOG)
    return sock


async def serve(
    app: Front, sock: socket.socket, ready: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, or until cancelled; call `ready` once it answers."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose word counts is decided in kit/http/visitor.py
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    listeners = [sock, *(sock.dup() for _ in range(ACCEPTORS - 1))]
    with _stopped_by_signals(server):
        serving = asyncio.create_task(server.serve(sockets=listeners))
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event
                await asyncio.sleep(0.005)
            leave_out_of_garbage()
            if ready and server.started:
                await ready()
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving


def leave_out_of_garbage() -> None:
    """Have no search for garbage look at what is here to stay: the program itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Generator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if server.should_exit:  # the second time it is meant, and nothing acknowledged is lost
            os._exit(INTERRUPTED)
        server.should_exit = True

    handled: list[signal.Signals] = []
    with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; not the main thread
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
            handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
