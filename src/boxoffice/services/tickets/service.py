"""The service tickets: what people offer each other, and what lets them in."""

from datetime import timedelta

from boxoffice.events.identity import BanLifted, PersonBanned
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.events.tickets import (
    AdmissionIssued,
    AdmissionReissued,
    AdmissionVoided,
    SendTickets,
    TicketEdited,
    TicketFreed,
    TicketListed,
    TicketLocked,
    TicketSold,
    TicketWithdrawn,
)
from boxoffice.kit.service import Job, Service, on
from boxoffice.services.tickets import commands, handlers, jobs, routes, store

service = Service(
    name="tickets",
    does="keeps the tickets of the market, and issues and checks those to places of performances",
    routes=routes.router,
    needs=["pictures_url"],
    opens=commands.open_stamp,
    tally=store.select_tally,
    reacts_to=[
        on(OrderPlaced, handlers.lock_tickets),
        on(OrderCancelled, handlers.give_up_order),
        on(OrderCompleted, handlers.honour_order),
        on(PerformanceScheduled, handlers.copy_performance),
        on(PerformanceChanged, handlers.copy_performance),
        on(PerformancePostponed, handlers.copy_performance),
        on(PerformanceCancelled, handlers.copy_performance),
        on(PersonBanned, handlers.copy_ban),
        on(BanLifted, handlers.copy_ban),
    ],
    jobs=[
        # A second: a ticket that was on its way when its seller was banned, or another replica's.
        Job(jobs.heed_bans, every=timedelta(seconds=1)),
        # A second: tickets that another replica issued, or left behind.
        Job(jobs.mail_tickets, every=timedelta(seconds=1)),
        # An hour: what is due then has been loose for a day.
        Job(jobs.sweep_pictures, every=timedelta(hours=1), is_woken=False),
    ],
    emits=[
        TicketListed,
        TicketEdited,
        TicketLocked,
        TicketFreed,
        TicketSold,
        TicketWithdrawn,
        AdmissionIssued,
        AdmissionReissued,
        AdmissionVoided,
        SendTickets,
    ],
)
