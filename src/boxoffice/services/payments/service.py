"""The service payments: where the money of each order is."""

from datetime import timedelta

from boxoffice.events.orders import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
)
from boxoffice.events.payments import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentDeclined,
    PaymentFailed,
    PaymentRefunded,
    PaymentVoided,
)
from boxoffice.kit.service import Job, Measure, Service, on
from boxoffice.services.payments import gateway, handlers, jobs, routes, store

LANES = 4  # so that one slow answer of Stripe does not keep the others waiting

service = Service(
    name="payments",
    does="authorises, captures and gives back the money of orders, at Stripe",
    routes=routes.router,
    needs=["stripe_key", "stripe_webhook_secret", "stripe_url"],
    opens=gateway.open_stripe,
    tally=store.select_tally,
    reacts_to=[
        on(OrderPlaced, handlers.copy_order),
        on(OrderAwaitingPayment, handlers.copy_order),
        on(OrderCompleted, handlers.copy_order),
        on(OrderCancelled, handlers.copy_order),
    ],
    jobs=[
        # A second: what another replica was asked to look at, or left behind.
        *[Job(jobs.look_after_payments, every=timedelta(seconds=1))] * LANES,
        Job(jobs.forget_webhooks, every=timedelta(hours=1), is_woken=False),
    ],
    measures=[
        Measure(
            "uncaptured_seconds",
            "Since the oldest payment was begun whose money is promised and not taken",
            jobs.measure_uncaptured,
        ),
        Measure("late_seconds", "By which looking after payments is late", jobs.measure_lateness),
    ],
    emits=[
        PaymentAuthorized,
        PaymentDeclined,
        PaymentCaptured,
        PaymentFailed,
        PaymentVoided,
        PaymentRefunded,
    ],
)
