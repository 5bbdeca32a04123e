"""Handing finished spans to OpenTelemetry, where somebody asked for them (`BOXOFFICE_TRACES_URL`).

What belongs together is kept in kit/telemetry.py, with or without anybody who collects it. Here a
piece of work that is over becomes a span; while nobody collects, that costs one comparison.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from random import getrandbits
from typing import TYPE_CHECKING, Any, Literal, Protocol

from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.kit.telemetry import Trace, traced

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan

Kind = Literal["SERVER", "CONSUMER", "CLIENT", "INTERNAL"]
NANOSECONDS = 1_000_000_000
ALL = 2**64  # as many as the second half of a trace id can say


class Sink(Protocol):
    """What takes spans: a span processor of OpenTelemetry."""

    def on_end(self, span: "ReadableSpan") -> None:
        """Take one span."""

    def shutdown(self) -> None:
        """Hand over what was taken, and take no more."""


class _Collecting:
    """Where spans go, and which: every service takes the same share, by the trace's id."""

    sink: Sink | None = None
    below = 0


def is_on() -> bool:
    """Whether anybody collects spans."""
    return _Collecting.sink is not None


@asynccontextmanager
async def collected(settings: Settings, sink: Sink | None = None) -> AsyncGenerator[None]:
    """Have spans collected while the block runs: by `sink`, or where the settings say.

    SettingsError when they say so and the extra `telemetry` is not installed.
    """
    if sink is None and settings.traces_url:
        sink = _open_sink(settings.traces_url)
    if sink is None:
        yield
        return
    before = _Collecting.sink, _Collecting.below
    _Collecting.sink, _Collecting.below = sink, int(settings.traces_share * ALL)
    try:
        yield
    finally:
        _Collecting.sink, _Collecting.below = before
        await asyncio.to_thread(sink.shutdown)  # it waits for who collects


@contextmanager
def spanned(trace: Trace, service: str, name: str, kind: Kind = "INTERNAL") -> Generator[None]:
    """Do the work of the block under this trace, and record it as a span of that name."""
    begun = time.perf_counter()
    is_failed = True
    with traced(trace):
        try:
            yield
            is_failed = False
        finally:
            if is_on():
                seconds = time.perf_counter() - begun
                record(trace, service, name, kind, seconds, {}, failed=is_failed)


def record_statement(
    above: Trace, service: str, name: str, seconds: float, *, failed: bool
) -> None:
    """Record a statement below the work that asked for it."""
    trace = Trace(above.trace_id, f"{getrandbits(64):016x}", None, above.span_id)
    about = {"db.system.name": "postgresql", "db.operation.name": name}
    record(trace, service, name, "CLIENT", seconds, about, failed=failed)


def record(
    trace: Trace,
    service: str,
    name: str,
    kind: Kind,
    seconds: float,
    about: Mapping[str, Any],
    *,
    failed: bool,
) -> None:
    """Record a piece of work that has just ended, if anybody collects this trace."""
    sink = _Collecting.sink
    if sink is None or int(trace.trace_id[16:], 16) >= _Collecting.below:
        return
    sink.on_end(_span(trace, service, name, kind, seconds, about, failed=failed))


def _span(
    trace: Trace,
    service: str,
    name: str,
    kind: Kind,
    seconds: float,
    about: Mapping[str, Any],
    *,
    failed: bool,
) -> "ReadableSpan":
    from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415 - an extra
    from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415 - an extra

    ended = time.time_ns()
    cause = {"boxoffice.cause": str(trace.cause)} if trace.cause else {}
    return ReadableSpan(
        name=name,
        context=_context(trace.trace_id, trace.span_id),
        parent=_context(trace.trace_id, trace.parent_id) if trace.parent_id else None,
        resource=_resource(service),
        attributes={**about, **cause},
        kind=SpanKind[kind],
        status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
        start_time=ended - int(seconds * NANOSECONDS),
        end_time=ended,
    )


def _context(trace_id: str, span_id: str) -> Any:
    from opentelemetry.trace import SpanContext, TraceFlags  # noqa: PLC0415 - an extra

    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=flags)


@cache
def _resource(service: str) -> "Resource":
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra

    return Resource.create(
        {"service.name": service or "boxoffice", "service.namespace": "boxoffice"}
    )


def _open_sink(url: str) -> Sink:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(
            "BOXOFFICE_TRACES_URL: this needs the extra `telemetry` (pip install boxoffice[telemetry])"
        ) from None
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=url))
