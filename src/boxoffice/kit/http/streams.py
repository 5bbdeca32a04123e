"""Server-sent events: an answer that goes on until the client, or the server, has to leave."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class EventStream(StreamingResponse):
    """Sends events as they come. It ends when the server stops: browsers come back elsewhere."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes]) -> None:
        # Proxies would keep events until a buffer is full.
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self.body_iterator = _until(scope["leaving"], self._events)
        await super().__call__(scope, receive, send)


async def _until(leaving: asyncio.Event, events: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    left = asyncio.ensure_future(leaving.wait())
    try:
        while True:
            coming = asyncio.ensure_future(anext(events))
            try:
                await asyncio.wait({coming, left}, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    return
                yield coming.result()
            except StopAsyncIteration:
                return
            finally:
                if not coming.done():
                    coming.cancel()
                    await asyncio.wait({coming})
    finally:
        left.cancel()
        await events.aclose()
