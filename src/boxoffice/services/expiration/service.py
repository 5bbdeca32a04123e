"""The service expiration: whose time to pay is up."""

from datetime import timedelta

from boxoffice.events.expiration import HoldExpired
from boxoffice.events.orders import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
)
from boxoffice.kit.service import Job, Measure, Service, on
from boxoffice.services.expiration import handlers, jobs

service = Service(
    name="expiration",
    does="says when the time to pay an order is over",
    reacts_to=[
        on(OrderPlaced, handlers.set_timer),
        on(OrderAwaitingPayment, handlers.stop_timer),
        on(OrderCompleted, handlers.stop_timer),
        on(OrderCancelled, handlers.stop_timer),
    ],
    jobs=[
        # A second: timers that another replica has set, or left behind.
        Job(jobs.ring_due, every=timedelta(seconds=1)),
        Job(jobs.forget_done, every=timedelta(hours=1), is_woken=False),
    ],
    emits=[HoldExpired],
    measures=[
        Measure("open_holds", "Orders that hold something for now", jobs.count_holds),
        Measure("late_seconds", "By which the oldest due hold is late", jobs.measure_lateness),
    ],
)
