"""Answering HTTP until told to stop: requests are finished first, then what works behind them."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from boxoffice.kit.errors import Refusal

GRACE_SECONDS = 10  # for requests in flight; the longest statement is that long
INTERRUPTED = 130  # what shells expect of a program that SIGINT ended
BACKLOG = 4_096  # connections that wait to be accepted: an on-sale begins all at once


class PortError(Refusal):
    """The port cannot be had; the sentence says what to do."""


class Server(uvicorn.Server):
    """A server whose signals are ours to handle."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone."""
        yield


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
    app: ASGIApp, sock: socket.socket, ready: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, or until cancelled; call `ready` once it answers."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose word counts is decided in kit/http/visitor.py
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    with _stopped_by_signals(server):
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event
                await asyncio.sleep(0.005)
            if ready and server.started:
                await ready()
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving


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
