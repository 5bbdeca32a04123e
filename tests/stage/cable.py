"""A cable to a server that a test can cut and mend."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Cable:
    """Carries bytes to the server of `far_url`; `url` is the same place by way of the cable."""

    def __init__(self, far_url: str) -> None:
        self.url = far_url
        self._far = urlsplit(far_url)
        self._whole = True
        self._ends: set[asyncio.StreamWriter] = set()
        self._near: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Break every connection, and each new one at once."""
        self._whole = False
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        """Let new connections through."""
        self._whole = True

    def say(self, words: bytes) -> None:
        """Speak in the server's place to all who are connected."""
        for end in self._near:
            end.write(words)

    async def lay(self) -> asyncio.Server:
        """Begin to listen, on a port of its own."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.url = self.url.replace(f":{self._far.port}", f":{port}")
        return server

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        both = {writer, far_writer}
        self._ends |= both
        self._near.add(writer)
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._ends -= both
        self._near.discard(writer)


@asynccontextmanager
async def cable(url: str) -> AsyncGenerator[Cable]:
    """Lay a cable to the server of this address."""
    laid = Cable(url)
    async with await laid.lay():
        try:
            yield laid
        finally:
            laid.cut()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.close()
