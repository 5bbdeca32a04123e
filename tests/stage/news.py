"""Speaking on the bus as a service's relay would, and listening to all that was said."""

from typing import TypeVar
from uuid import UUID

from nats.aio.client import Client

from boxoffice.events.event import Event
from boxoffice.kit.clock import new_id
from boxoffice.kit.telemetry import new_trace

E = TypeVar("E", bound=Event)


async def say(client: Client, event: Event, event_id: UUID | None = None) -> UUID:
    """Publish an event as its publisher's relay would; the same id again is a repeat."""
    event_id = event_id or new_id()
    await client.jetstream().publish(
        event.subject,
        event.model_dump_json(by_alias=True).encode(),
        headers={
            "Nats-Msg-Id": str(new_id()),  # the bus itself would drop a repeat
            "Event-Id": str(event_id),
            "Event": type(event).__name__,
            "traceparent": new_trace().parent,
        },
    )
    return event_id


async def said(client: Client, kind: type[E]) -> list[E]:
    """Every such event that is on the bus, oldest first."""
    subscription = await client.jetstream().pull_subscribe(kind.every(), stream=kind.stream.name)
    try:
        waiting = (await subscription.consumer_info()).num_pending or 0
        found: list[E] = []
        while len(found) < waiting:
            messages = await subscription.fetch(min(waiting - len(found), 200), timeout=5)
            found += [kind.model_validate_json(message.data) for message in messages]
            for message in messages:
                await message.ack()
        return found
    finally:
        await subscription.unsubscribe()
