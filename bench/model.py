"""What is measured of the read model: how quickly it hears, and how quickly it is built anew."""

import asyncio
import time
from collections.abc import Iterable, Sequence

from boxoffice.events.event import Event
from boxoffice.events.streams import FACTS
from boxoffice.kit import bus, clock
from boxoffice.kit.rebuild import rebuild
from boxoffice.kit.serving import leave_out_of_garbage
from boxoffice.services import load as load_services
from ground import Ground
from row import Row
from story import story

ORDERS = 10_000  # some 130,000 events
AT_ONCE = 1_000  # messages on their way to the bus
PATIENCE_SECONDS = 180


async def building(ground: Ground) -> Sequence[Row]:
    """A long history, heard as it comes, and replayed from its beginning."""
    (query,) = load_services(["query"])
    said = await _say(ground, story(ORDERS))
    begun = time.perf_counter()
    async with ground.process("query"):
        await _until_heard(ground)
    heard = time.perf_counter() - begun
    leave_out_of_garbage()  # as `boxoffice replay` does
    begun = time.perf_counter()
    built = await rebuild(query, ground.settings, lambda _position, _last: None)
    replayed = time.perf_counter() - begun
    same = await rebuild(query, ground.settings, lambda _position, _last: None, compare=True)
    if same.before != same.after:
        raise SystemExit("The model that was built anew is another one")
    what = f"{built.events:,} of {said:,} events"
    return [
        Row("heard", f"query hears what waited: {what}", said / heard, note="with its start"),
        Row("rebuilt", f"query is built anew: {what}", said / replayed),
    ]


async def _say(ground: Ground, events: Iterable[Event]) -> int:
    """Have the bus take all of these; return how many they are."""
    many = 0
    async with bus.connect(ground.settings, "bench") as client:
        stream = client.jetstream(publish_async_max_pending=AT_ONCE)
        for event in events:
            headers = {"Event": type(event).__name__, "Event-Id": str(clock.new_id())}
            body = event.model_dump_json(by_alias=True).encode()
            await stream.publish_async(event.subject, body, headers=headers)
            many += 1
        await stream.publish_async_completed()
    return many


async def _until_heard(ground: Ground) -> None:
    """Wait until query has handled all that is on the bus."""
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        bus.connect(ground.settings, "bench") as client,
    ):
        while True:
            ear = await client.jetstream().consumer_info(FACTS.name, "query")
            if not ear.num_pending and not ear.num_ack_pending:
                return
            await asyncio.sleep(0.1)
