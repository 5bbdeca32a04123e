"""The service tickets: what people offer each other."""

from datetime import timedelta

from boxoffice.events.identity import BanLifted, PersonBanned
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.tickets import (
    TicketEdited,
    TicketFreed,
    TicketListed,
    TicketLocked,
    TicketSold,
    TicketWithdrawn,
)
from boxoffice.kit.service import Job, Service, on
from boxoffice.services.tickets import handlers, jobs, routes, store

service = Service(
    name="tickets",
    does="keeps the tickets that people offer each other on the market",
    routes=routes.router,
    tally=store.select_tally,
    reacts_to=[
        on(OrderPlaced, handlers.lock_tickets),
        on(OrderCancelled, handlers.free_tickets),
        on(OrderCompleted, handlers.sell_tickets),
        on(PersonBanned, handlers.copy_ban),
        on(BanLifted, handlers.copy_ban),
    ],
    jobs=[
        # A second: a ticket that was on its way when its seller was banned, or another replica's.
        Job(jobs.heed_bans, every=timedelta(seconds=1)),
    ],
    emits=[TicketListed, TicketEdited, TicketLocked, TicketFreed, TicketSold, TicketWithdrawn],
)
