"""The service orders: who holds what."""

from datetime import timedelta

from boxoffice.events.expiration import HoldExpired
from boxoffice.events.identity import BanLifted, PersonBanned
from boxoffice.events.orders import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
    SeatsCounted,
)
from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured, PaymentFailed
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.events.tickets import TicketEdited, TicketListed, TicketWithdrawn
from boxoffice.kit.service import Job, Measure, Service, on
from boxoffice.services.orders import commands, handlers, jobs, routes, store

service = Service(
    name="orders",
    does="decides who holds what, and who has bought it",
    routes=routes.router,
    tally=store.select_tally,
    opens=commands.open_box,
    reacts_to=[
        on(TicketListed, handlers.copy_ticket),
        on(TicketEdited, handlers.copy_ticket),
        on(TicketWithdrawn, handlers.copy_ticket),
        on(PerformanceScheduled, handlers.copy_performance),
        on(PerformanceChanged, handlers.copy_performance),
        on(PerformancePostponed, handlers.copy_performance),
        on(PerformanceCancelled, handlers.copy_performance),
        on(PersonBanned, handlers.copy_ban),
        on(BanLifted, handlers.copy_ban),
        on(HoldExpired, handlers.cancel_expired),
        on(PaymentAuthorized, handlers.await_capture),
        on(PaymentCaptured, handlers.complete_paid),
        on(PaymentFailed, handlers.cancel_refused),
    ],
    jobs=[
        # A second: an order that was on its way when its buyer was banned, or another replica's.
        Job(jobs.heed_bans, every=timedelta(seconds=1)),
        # A second: a payment that was being taken when its performance was cancelled.
        Job(jobs.empty_cancelled, every=timedelta(seconds=1)),
        # Two: often enough for a list of shows, seldom enough for a house of 100,000 seats.
        Job(jobs.count_seats, every=timedelta(seconds=2)),
    ],
    measures=[
        Measure("held_seats", "Places of performances to come that are held", jobs.count_held),
        Measure("sold_seats", "Places of performances to come that are sold", jobs.count_sold),
    ],
    emits=[OrderPlaced, OrderAwaitingPayment, OrderCompleted, OrderCancelled, SeatsCounted],
)
