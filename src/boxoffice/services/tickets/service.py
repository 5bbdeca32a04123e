"""The service tickets: what people offer each other."""

from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.tickets import (
    TicketEdited,
    TicketFreed,
    TicketListed,
    TicketLocked,
    TicketSold,
    TicketWithdrawn,
)
from boxoffice.kit.service import Service, on
from boxoffice.services.tickets import handlers, routes, store

service = Service(
    name="tickets",
    does="keeps the tickets that people offer each other on the market",
    routes=routes.router,
    tally=store.select_tally,
    reacts_to=[
        on(OrderPlaced, handlers.lock_tickets),
        on(OrderCancelled, handlers.free_tickets),
        on(OrderCompleted, handlers.sell_tickets),
    ],
    emits=[TicketListed, TicketEdited, TicketLocked, TicketFreed, TicketSold, TicketWithdrawn],
)
