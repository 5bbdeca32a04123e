"""`boxoffice trace ORDER`: an order's whole story, as the bus keeps it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy

from boxoffice.events.streams import FACTS
from boxoffice.kit import bus
from boxoffice.kit.settings import Settings

AT_ONCE = 200
FETCH_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was said: when, by whom, what, and what it came from."""

    at: datetime
    service: str
    event: str
    body: str
    trace: str
    cause: str


async def trace_order(order_id: UUID, settings: Settings) -> list[Told]:
    """Return all that was ever said about an order, oldest first."""
    async with bus.connect(settings, "trace") as client:
        subscription = await client.jetstream().pull_subscribe(
            f"events.*.*.{order_id}",
            stream=FACTS.name,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
        )
        waiting = (await subscription.consumer_info()).num_pending or 0
        story: list[Told] = []
        while len(story) < waiting:
            size = min(waiting - len(story), AT_ONCE)
            messages = await subscription.fetch(size, timeout=FETCH_SECONDS)
            story += [_told(message) for message in messages]
        await subscription.unsubscribe()
    return story


def _told(message: Msg) -> Told:
    _, service, event, _ = message.subject.split(".")
    headers = message.headers or {}
    return Told(
        at=message.metadata.timestamp,
        service=service,
        event=event,
        body=message.data.decode(),
        trace=headers.get("traceparent", ""),
        cause=headers.get("Causation-Id", ""),
    )
