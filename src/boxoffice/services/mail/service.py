"""The service mail: letters about tickets, money and accounts."""

from datetime import timedelta

from boxoffice.events.identity import PersonChanged, SendMessage, SendVerification
from boxoffice.events.orders import OrderCancelled, OrderCompleted
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.events.tickets import SendTickets
from boxoffice.kit.service import Job, Measure, Service, on
from boxoffice.services.mail import gateway, handlers, jobs

service = Service(
    name="mail",
    does="writes to people about what happened to their tickets, money and accounts",
    needs=["smtp_url"],
    opens=gateway.open_post,
    reacts_to=[
        on(PersonChanged, handlers.copy_person),
        on(OrderCompleted, handlers.write_receipt),
        on(OrderCancelled, handlers.write_apology),
        on(PerformanceScheduled, handlers.copy_performance),
        on(PerformanceChanged, handlers.copy_performance),
        on(PerformancePostponed, handlers.copy_performance),
        on(PerformanceCancelled, handlers.copy_performance),
        on(SendTickets, handlers.write_tickets),
        on(SendVerification, handlers.write_verification),
        on(SendMessage, handlers.write_message),
    ],
    jobs=[
        # A second: letters that another replica wrote, or left behind.
        Job(jobs.send_due, every=timedelta(seconds=1)),
        Job(jobs.forget_old, every=timedelta(hours=1), is_woken=False),
    ],
    measures=[
        Measure("waiting_letters", "Letters that are not sent", jobs.count_waiting),
        Measure("waiting_seconds", "Since when the oldest of them waits", jobs.measure_waiting),
    ],
)
