"""Taking messages from a durable consumer as they come: at once, and as many as there are.

The client's own `fetch` waits for a full batch until its time runs out; here one request stays
open at the server, and whatever has arrived is handed over.
"""

import asyncio
import json
from contextlib import suppress
from typing import Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

OPEN_SECONDS = 5  # life of a request; one that is lost unseen delays news by this at the most
LOOK_SECONDS = 0.2  # between looks at whether the line, and the request with it, was lost
STATUS = "Status"  # header of the server's own messages
NOTHING_NEW = frozenset({"404", "408"})  # the request ended as it should: there was no more
PAUSE_SECONDS = 0.5  # after any other: the consumer is gone or full, and asking at once is a spin


class Pull:
    """An open request for messages of one durable consumer."""

    def __init__(self, client: Client, stream: str, durable: str, largest: int) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._largest = largest
        self._inbox = client.new_inbox()
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Subscription | None = None
        self._wanted = 0
        self._until = 0.0
        self._line = 0
        self._refused = False

    async def __aenter__(self) -> Self:
        self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived.put)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._subscription and not self._client.is_closed:
            with suppress(NatsError):  # else the bus hands them out again after ACK_WAIT
                await self._subscription.unsubscribe()
                while not self._arrived.empty():  # somebody else may have it now
                    message = self._arrived.get_nowait()
                    if message.reply:
                        await message.nak()

    async def batch(self) -> list[Msg]:
        """Return what has arrived, at most `largest`; wait while there is nothing."""
        messages: list[Msg] = []
        while not messages:
            if self._wanted <= 0 or self._is_lost():
                await self._ask()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    self._sort(await self._arrived.get(), messages)
            with suppress(asyncio.QueueEmpty):
                while len(messages) < self._largest:
                    self._sort(self._arrived.get_nowait(), messages)
        return messages

    def _is_lost(self) -> bool:
        again = self._client.stats["reconnects"] != self._line
        return again or asyncio.get_running_loop().time() > self._until

    async def _ask(self) -> None:
        if self._refused:
            self._refused = False
            await asyncio.sleep(PAUSE_SECONDS)
        self._line = self._client.stats["reconnects"]
        self._until = asyncio.get_running_loop().time() + OPEN_SECONDS + 1
        request = {"batch": self._largest, "expires": OPEN_SECONDS * 1_000_000_000}
        await self._client.publish(self._subject, json.dumps(request).encode(), reply=self._inbox)
        self._wanted = self._largest

    def _sort(self, message: Msg, messages: list[Msg]) -> None:
        if message.headers and STATUS in message.headers and not message.reply:
            self._wanted = 0
            self._refused = message.headers[STATUS] not in NOTHING_NEW
        else:
            self._wanted -= 1
            messages.append(message)
