"""Logs in JSON, metrics for Prometheus, and the trace that follows a request across services."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "boxoffice_http_request_seconds", "Requests answered", ["service", "route", "method", "status"]
)
HANDLED = Histogram("boxoffice_event_seconds", "Events handled", ["service", "event", "outcome"])
SENT = Counter("boxoffice_events_sent_total", "Events handed to the bus", ["service"])
UNSENT = Gauge("boxoffice_outbox_oldest_seconds", "Age of the oldest unsent event", ["service"])
DEAD = Counter("boxoffice_dead_letters_total", "Events given up", ["service", "event"])
KEPT = Gauge("boxoffice_dead_letters_kept", "Events given up and not dealt with", ["service"])
UNHEARD = Gauge(
    "boxoffice_consumer_pending", "Events that a service has still to handle", ["service", "stream"]
)
LAG = Gauge(
    "boxoffice_consumer_lag_seconds",
    "Since when the oldest event that a service has still to handle waits",
    ["service", "stream"],
)
STATEMENTS = Histogram(
    "boxoffice_statement_seconds",
    "Statements of a store, by the function that runs them",
    ["service", "statement"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
FAILED_STATEMENTS = Counter(
    "boxoffice_statement_failures_total", "Statements that failed", ["service", "statement"]
)
JOBS = Histogram("boxoffice_job_seconds", "Work by the clock", ["service", "work", "outcome"])
MEASURED = Gauge(
    "boxoffice_measured_timestamp_seconds", "When a service last measured itself", ["service"]
)
BUSY = Gauge("boxoffice_database_connections_busy", "Connections in use", ["service"])
MOST = Gauge("boxoffice_database_connections_limit", "Connections at most", ["service"])
TALLY = Gauge(
    "boxoffice_tally", "What a service counts that others count too: the audit", ["service", "what"]
)
BAN_HEARD = Histogram(
    "boxoffice_ban_in_force_seconds",
    "From a ban to when this process refuses the person",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
BAN_REFUSED = Histogram(
    "boxoffice_ban_first_refusal_seconds",
    "From a ban to the first request that this process refused because of it",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 900),
)
LIMITED = Counter("boxoffice_limited_total", "Requests refused as too many", ["service", "limit"])
BATCH = Histogram(
    "boxoffice_batch_size", "Requests written together", ["service"], buckets=(1, 4, 16, 64, 256)
)

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a piece of work belongs: W3C trace and span, the span above it, the event before it."""

    trace_id: str
    span_id: str
    cause: UUID | None = None
    parent_id: str | None = None

    @property
    def parent(self) -> str:
        """The `traceparent` header (W3C Trace Context, level 1)."""
        return f"00-{self.trace_id}-{self.span_id}-01"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace() -> Trace:
    """Return the trace of the work in hand; a new one when there is none."""
    return _current.get() or new_trace()


def work_in_hand() -> Trace | None:
    """Return the trace of the work in hand, if there is one."""
    return _current.get()


def new_trace(parent: str | None = None, cause: UUID | None = None) -> Trace:
    """Return a new span, of the trace in a `traceparent` header when that is well-formed."""
    parts = (parent or "").split("-")
    span = f"{getrandbits(64):016x}"  # told from others, and no secret
    if len(parts) == 4 and len(parts[1]) == 32 and _is_hex(parts[1]) and int(parts[1], 16):  # noqa: PLR2004 - the header's format
        above = parts[2].lower() if len(parts[2]) == 16 and _is_hex(parts[2]) else None  # noqa: PLR2004
        return Trace(parts[1].lower(), span, cause, above)
    return Trace(f"{getrandbits(128):032x}", span, cause)


@contextmanager
def traced(trace: Trace) -> Generator[Trace]:
    """Do the work of the block under this trace; its logs and events carry it."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def configure_logs(level: str) -> None:
    """Write one JSON object a line to standard output, from this level up."""
    structlog.configure(
        processors=[
            _add_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    if not any(isinstance(handler, _Libraries) for handler in logging.root.handlers):
        logging.root.addHandler(_Libraries())


class _Libraries(logging.Handler):
    """What libraries log, as lines of ours: what went wrong, without their stack."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info and repr(record.exc_info[1])
        log.log(record.levelno, record.getMessage(), logger=record.name, error=error or None)


def _add_trace(
    _logger: object, _method: str, entry: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if trace := _current.get():
        entry["trace"] = trace.trace_id
    return entry


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)
