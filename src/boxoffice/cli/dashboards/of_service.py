"""The dashboard of one service: what it answers, hears, asks, does by the clock, and measures."""

from collections.abc import Sequence

from boxoffice.cli.dashboards.panels import Panel, Row
from boxoffice.kit.service import Measure, Service

UNITS = {"seconds": "s"}  # by the last word of a metric's name


def rows_of(service: Service) -> Sequence[Row]:
    """Return the rows of a service's dashboard; what it does not do has none."""
    name = service.name
    return [
        Row("What it says of itself", [_measured(name, one) for one in service.measures]),
        Row("Requests", _requests(name) if service.routes and service.routes.guarded() else []),
        Row("News", _news(name) if service.reactions else []),
        Row("What it says", _outbox(name) if service.emits else []),
        Row("Statements", _statements(name)),
        Row("Work by the clock", _jobs(name)),
        Row("Connections", [_connections(name)]),
    ]


def _measured(name: str, measure: Measure) -> Panel:
    asks = f"max(boxoffice_{name}_{measure.name})"
    return Panel(
        measure.means, asks, measure.name, UNITS.get(measure.name.rpartition("_")[2], "short")
    )


def _requests(name: str) -> list[Panel]:
    return [
        Panel(
            "Requests a second",
            f'service_route:boxoffice_requests:rate5m{{service="{name}"}}',
            "{{method}} {{route}}",
            "reqps",
        ),
        Panel(
            "Answers that are no success, a second",
            f'sum by (route, status) (rate(boxoffice_http_request_seconds_count{{service="{name}",status=~"[45].."}}[5m]))',
            "{{status}} {{route}}",
            "reqps",
        ),
        Panel(
            "Slowest hundredth, by route",
            f'histogram_quantile(0.99, sum by (route, le) (rate(boxoffice_http_request_seconds_bucket{{service="{name}"}}[5m])))',
            "{{route}}",
            "s",
        ),
    ]


def _news(name: str) -> list[Panel]:
    return [
        Panel(
            "Events handled a second",
            f'service_event:boxoffice_events:rate5m{{service="{name}"}}',
            "{{event}} {{outcome}}",
            "eps",
        ),
        Panel(
            "Mean time to handle one",
            f'sum by (event) (rate(boxoffice_event_seconds_sum{{service="{name}"}}[5m]))'
            f' / sum by (event) (rate(boxoffice_event_seconds_count{{service="{name}"}}[5m]))',
            "{{event}}",
            "s",
        ),
        Panel(
            "How far behind",
            f'service_stream:boxoffice_consumer_lag_seconds:max{{service="{name}"}}',
            "{{stream}}",
            "s",
        ),
    ]


def _outbox(name: str) -> list[Panel]:
    return [
        Panel(
            "Events said a second",
            f'sum(rate(boxoffice_events_sent_total{{service="{name}"}}[5m]))',
            "said",
            "eps",
        ),
        Panel(
            "Oldest that is not said",
            f'service:boxoffice_outbox_oldest_seconds:max{{service="{name}"}}',
            "oldest",
            "s",
        ),
    ]


def _statements(name: str) -> list[Panel]:
    return [
        Panel(
            "Statements a second, the ten most asked",
            f'topk(10, service_statement:boxoffice_statements:rate5m{{service="{name}"}})',
            "{{statement}}",
            "ops",
        ),
        Panel(
            "Mean time, the ten slowest",
            f'topk(10, service_statement:boxoffice_statement_seconds:mean5m{{service="{name}"}})',
            "{{statement}}",
            "s",
        ),
        Panel(
            "Refused or failed a second",
            f'sum by (statement) (rate(boxoffice_statement_failures_total{{service="{name}"}}[5m]))',
            "{{statement}}",
            "ops",
        ),
    ]


def _jobs(name: str) -> list[Panel]:
    return [
        Panel(
            "Times a second",
            f'sum by (work, outcome) (rate(boxoffice_job_seconds_count{{service="{name}"}}[5m]))',
            "{{work}} {{outcome}}",
            "ops",
        ),
        Panel(
            "Share of a process's time",
            f'sum by (work) (rate(boxoffice_job_seconds_sum{{service="{name}"}}[5m]))',
            "{{work}}",
            "percentunit",
        ),
    ]


def _connections(name: str) -> Panel:
    return Panel(
        "In use, of those that may be",
        f'boxoffice_database_connections_busy{{service="{name}"}}'
        f' / boxoffice_database_connections_limit{{service="{name}"}}',
        "{{instance}}",
        "percentunit",
    )
