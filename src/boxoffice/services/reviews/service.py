"""The service reviews: what people write about shows and tickets."""

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import (
    ReviewEdited,
    ReviewReported,
    ReviewUpdated,
    ReviewWithdrawn,
    ReviewWritten,
)
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
    ShowAdded,
    ShowChanged,
)
from boxoffice.events.tickets import (
    AdmissionIssued,
    AdmissionReissued,
    AdmissionVoided,
    TicketEdited,
    TicketFreed,
    TicketListed,
    TicketLocked,
    TicketSold,
    TicketWithdrawn,
)
from boxoffice.kit.service import Service, on
from boxoffice.services.reviews import handlers, routes, store

service = Service(
    name="reviews",
    does="keeps what people write about shows and tickets",
    routes=routes.router,
    tally=store.select_tally,
    reacts_to=[
        on(ReviewModerated, handlers.obey_verdict),
        on(ShowAdded, handlers.copy_show),
        on(ShowChanged, handlers.copy_show),
        on(PerformanceScheduled, handlers.copy_performance),
        on(PerformanceChanged, handlers.copy_performance),
        on(PerformancePostponed, handlers.copy_performance),
        on(PerformanceCancelled, handlers.copy_performance),
        on(TicketListed, handlers.copy_ticket),
        on(TicketEdited, handlers.copy_ticket),
        on(TicketLocked, handlers.copy_ticket),
        on(TicketFreed, handlers.copy_ticket),
        on(TicketSold, handlers.copy_ticket),
        on(TicketWithdrawn, handlers.copy_ticket),
        on(AdmissionIssued, handlers.copy_admission),
        on(AdmissionReissued, handlers.copy_admission),
        on(AdmissionVoided, handlers.copy_admission),
    ],
    emits=[ReviewWritten, ReviewEdited, ReviewUpdated, ReviewWithdrawn, ReviewReported],
)
