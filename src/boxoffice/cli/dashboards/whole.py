"""The dashboards of the whole: overview, on-sale, money, events."""

from collections.abc import Sequence

from boxoffice.cli.dashboards.panels import Panel, Row

ORDERS = 'service="orders",route="/api/orders",method="POST"'
OUTBOX = Panel(
    "Oldest event that is not said",
    "service:boxoffice_outbox_oldest_seconds:max",
    "{{service}}",
    "s",
)
LAG = Panel(
    "How far behind",
    "service_stream:boxoffice_consumer_lag_seconds:max",
    "{{service}} {{stream}}",
    "s",
)
DEAD = Panel("Dead letters", "max by (service) (boxoffice_dead_letters_kept)", "{{service}}")
PROCESSES = Panel(
    "Cores used, by process",
    'rate(process_cpu_seconds_total{job="boxoffice"}[5m])',
    "{{instance}}",
    "percentunit",
)


def overview() -> Sequence[Row]:
    """Return what tells at a glance whether all is well."""
    return [
        Row(
            "Requests",
            [
                Panel(
                    "A second",
                    "sum by (service) (service_route:boxoffice_requests:rate5m)",
                    "{{service}}",
                    "reqps",
                ),
                Panel(
                    "Share that fails; a thousandth may",
                    "service:boxoffice_request_failures:ratio_rate5m",
                    "{{service}}",
                    "percentunit",
                ),
                Panel(
                    "Slowest hundredth",
                    "service:boxoffice_request_seconds:p99_5m",
                    "{{service}}",
                    "s",
                ),
            ],
        ),
        Row("Events", [OUTBOX, LAG, DEAD]),
        Row(
            "Processes",
            [
                PROCESSES,
                Panel(
                    "Measured last, seconds ago",
                    "time() - max by (service) (boxoffice_measured_timestamp_seconds)",
                    "{{service}}",
                    "s",
                ),
                Panel(
                    "Alerts",
                    'sum by (alertname, severity) (ALERTS{alertstate="firing"})',
                    "{{severity}}: {{alertname}}",
                ),
            ],
        ),
    ]


def on_sale() -> Sequence[Row]:
    """Return what to watch while thousands want the same seats."""
    return [
        Row(
            "Holds",
            [
                Panel(
                    "Asked a second, by answer",
                    f"sum by (status) (rate(boxoffice_http_request_seconds_count{{{ORDERS}}}[1m]))",
                    "{{status}}",
                    "reqps",
                ),
                Panel(
                    "Time of half of them, and of all but a hundredth",
                    f'label_replace(histogram_quantile(0.5, sum by (le) (rate(boxoffice_http_request_seconds_bucket{{{ORDERS}}}[1m]))), "q", "p50", "", "")'
                    f' or label_replace(histogram_quantile(0.99, sum by (le) (rate(boxoffice_http_request_seconds_bucket{{{ORDERS}}}[1m]))), "q", "p99", "", "")',
                    "{{q}}",
                    "s",
                ),
                Panel(
                    "Written together, mean",
                    "sum by (service) (rate(boxoffice_batch_size_sum[1m]))"
                    " / sum by (service) (rate(boxoffice_batch_size_count[1m]))",
                    "{{service}}",
                ),
            ],
        ),
        Row(
            "Seats",
            [
                Panel("Held", "max(boxoffice_orders_held_seats)", "held"),
                Panel("Sold", "max(boxoffice_orders_sold_seats)", "sold"),
                Panel("Orders that hold something", "max(boxoffice_expiration_open_holds)", "open"),
            ],
        ),
        Row(
            "Room",
            [
                PROCESSES,
                Panel(
                    "Refused as too many, a second",
                    "sum by (service, limit) (rate(boxoffice_limited_total[1m]))",
                    "{{service}} {{limit}}",
                    "reqps",
                ),
                Panel(
                    "By which holds end late", "max(boxoffice_expiration_late_seconds)", "late", "s"
                ),
            ],
        ),
    ]


def money() -> Sequence[Row]:
    """Return whether all money goes where it belongs."""
    return [
        Row(
            "Payments",
            [
                Panel(
                    "Said a second",
                    'sum by (event) (rate(boxoffice_event_seconds_count{service="orders",event=~"Payment.*",outcome="done"}[5m]))',
                    "{{event}}",
                    "eps",
                ),
                Panel(
                    "Promised and not taken, oldest",
                    "max(boxoffice_payments_uncaptured_seconds)",
                    "oldest",
                    "s",
                ),
                Panel(
                    "By which looking after is late",
                    "max(boxoffice_payments_late_seconds)",
                    "late",
                    "s",
                ),
            ],
        ),
        Row(
            "The audit",
            [
                Panel(
                    "What services count",
                    "max by (what, service) (boxoffice_tally)",
                    "{{what}}, says {{service}}",
                ),
                Panel(
                    "Where they differ",
                    "max by (what) (boxoffice_tally) - min by (what) (boxoffice_tally)",
                    "{{what}}",
                ),
            ],
        ),
        Row(
            "Letters",
            [
                Panel("Waiting", "max(boxoffice_mail_waiting_letters)", "letters"),
                Panel("Oldest", "max(boxoffice_mail_waiting_seconds)", "oldest", "s"),
            ],
        ),
    ]


def events() -> Sequence[Row]:
    """Return how facts travel."""
    return [
        Row(
            "Said",
            [
                Panel(
                    "A second",
                    "sum by (service) (rate(boxoffice_events_sent_total[5m]))",
                    "{{service}}",
                    "eps",
                ),
                OUTBOX,
            ],
        ),
        Row(
            "Heard",
            [
                Panel(
                    "A second",
                    "sum by (service) (service_event:boxoffice_events:rate5m)",
                    "{{service}}",
                    "eps",
                ),
                Panel(
                    "Failed, a second",
                    'service_event:boxoffice_events:rate5m{outcome="failed"}',
                    "{{service}} {{event}}",
                    "eps",
                ),
                Panel(
                    "Still to hear",
                    "service_stream:boxoffice_consumer_pending:max",
                    "{{service}} {{stream}}",
                ),
                LAG,
                DEAD,
                Panel(
                    "Pages miss the news of the last",
                    "max(boxoffice_query_stale_seconds)",
                    "stale",
                    "s",
                ),
            ],
        ),
    ]
