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
        self._leaving: asyncio.Event = scope["leaving"]
        await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send all that comes before the server leaves: one task for the line, none for an event."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        limit = asyncio.timeout(None)
        try:
            async with limit:
                left = asyncio.create_task(_leave(self._leaving, limit))
                try:
                    async for event in self._events:
                        await send({"type": "http.response.body", "body": event, "more_body": True})
                finally:
                    left.cancel()
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            await self._events.aclose()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _leave(leaving: asyncio.Event, limit: asyncio.Timeout) -> None:
    await leaving.wait()
    limit.reschedule(asyncio.get_running_loop().time())
