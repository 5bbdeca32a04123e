"""The bus: NATS JetStream, its streams, and each service's place in them."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import nats
from nats.aio.client import Client
from nats.errors import NoServersError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    KeyValueConfig,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.client import KV_STREAM_TEMPLATE
from nats.js.errors import NotFoundError

from boxoffice.events.event import Event
from boxoffice.events.streams import STREAMS, Stream
from boxoffice.kit.errors import Refusal
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log

CONNECT_SECONDS = 5  # a bus that starts at the same time is there by then
PING_SECONDS = 10  # two that are not answered end a silent line, over which no ban would come
REMEMBERED = timedelta(minutes=5)  # repeats the bus itself drops; the inbox catches older ones
ACK_WAIT = timedelta(seconds=30)  # longest batch, doubled twice: past that its consumer is dead
IN_HAND = 2048  # messages on their way to one service: a few batches for each replica
MOST_FILTERS = 16  # of a consumer; whoever wants more gets everything, and passes some over
KEYS = "keys"  # the bucket of what checks tokens; identity fills it, every process watches it


class BusError(Refusal):
    """The bus cannot be reached; the sentence names the setting."""


@asynccontextmanager
async def connect(settings: Settings, name: str) -> AsyncGenerator[Client]:
    """Yield a connection that comes back by itself. BusError when the first try fails."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = await nats.connect(
                settings.nats_url.get_secret_value(),
                name=name,
                inbox_prefix=_inbox_of(settings),
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.2,
                ping_interval=PING_SECONDS,
                allow_reconnect=True,
                error_cb=_log_error,
            )
    except (OSError, NoServersError):
        raise BusError("BOXOFFICE_NATS_URL: no bus answers there") from None
    try:
        yield client
    finally:
        await client.close()


async def ensure_streams(client: Client, settings: Settings) -> None:
    """Create or update the streams and buckets that events need. Safe to repeat."""
    bus = client.jetstream()
    await _ensure_bucket(bus, KEYS, None, settings)
    for stream in STREAMS:
        if stream.bucket:
            await _ensure_bucket(bus, stream.bucket, stream.kept, settings)
        else:
            await _ensure_stream(bus, stream, settings)


async def ensure_consumers(
    client: Client, service: str, reactions: Mapping[Stream, Iterable[type[Event]]]
) -> None:
    """Create or update a service's durable consumers: one per stream that it listens to."""
    bus = client.jetstream()
    for stream, events in reactions.items():
        await bus.add_consumer(
            stream.name,
            ConsumerConfig(
                durable_name=service,
                filter_subjects=filters(stream, events),
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT.total_seconds(),
                max_deliver=-1,
                max_ack_pending=IN_HAND,
            ),
        )


def filters(stream: Stream, events: Iterable[type[Event]]) -> list[str]:
    """Return the subjects of these events, or of the whole stream where they are many.

    With each further filter the bus finds the next old message more slowly: 20 that match nearly
    all made 1,700 a second of 25,000.
    """
    subjects = sorted(event.every() for event in events)
    return subjects if len(subjects) <= MOST_FILTERS else [stream.subjects]


async def _ensure_stream(bus: JetStreamContext, stream: Stream, settings: Settings) -> None:
    config = StreamConfig(
        name=stream.name,
        subjects=[stream.subjects],
        storage=StorageType.FILE,
        retention=RetentionPolicy.WORK_QUEUE if stream.is_queue else RetentionPolicy.LIMITS,
        max_age=stream.kept.total_seconds() if stream.kept else 0,
        num_replicas=settings.nats_replicas,
        duplicate_window=REMEMBERED.total_seconds(),
        max_msgs_per_subject=1 if stream.latest_only else -1,
        allow_rollup_hdrs=stream.latest_only,
        allow_atomic=stream.is_history,  # facts that were said together are taken together
    )
    try:
        await bus.stream_info(stream.name)
    except NotFoundError:
        await bus.add_stream(config)
    else:
        await bus.update_stream(config)


async def _ensure_bucket(
    bus: JetStreamContext, bucket: str, kept: timedelta | None, settings: Settings
) -> None:
    seconds = kept.total_seconds() if kept else 0
    try:
        known = await bus.stream_info(KV_STREAM_TEMPLATE.format(bucket=bucket))
    except NotFoundError:
        await bus.create_key_value(
            KeyValueConfig(bucket=bucket, ttl=seconds, replicas=settings.nats_replicas)
        )
    else:
        await bus.update_stream(
            known.config.evolve(max_age=seconds, num_replicas=settings.nats_replicas)
        )


def _inbox_of(settings: Settings) -> str:
    """Return where answers go: to a place of this user's own, which the bus can close to others."""
    return f"_INBOX_{urlsplit(settings.nats_url.get_secret_value()).username or 'anyone'}"


async def _log_error(error: Exception) -> None:
    log.warning("bus", error=repr(error))
