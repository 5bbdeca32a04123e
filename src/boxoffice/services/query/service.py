"""The service query: what the others said, joined, for every list and page."""

from datetime import timedelta

from boxoffice.events.identity import PersonChanged
from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.orders import OrderState, SeatsCounted
from boxoffice.events.reviews import ReviewState
from boxoffice.events.shows import DraftState, PerformanceNews, ShowState
from boxoffice.events.tickets import AdmissionState, TicketState
from boxoffice.kit.freshness import STALE, note_freshness
from boxoffice.kit.service import Job, Service, on_all
from boxoffice.services.query import commands, handlers, jobs, routes, store

service = Service(
    name="query",
    does="answers lists and pages from copies of what the others said",
    routes=routes.router,
    opens=commands.open_sharing,
    tally=store.select_tally,
    reacts_to=[
        *on_all(ShowState, handlers.copy_catalogue),
        *on_all(PerformanceNews, handlers.copy_catalogue),
        *on_all(DraftState, handlers.copy_catalogue),
        *on_all(SeatsCounted, handlers.copy_catalogue),
        *on_all(PersonChanged, handlers.copy_people),
        *on_all(TicketState, handlers.copy_tickets),
        *on_all(OrderState, handlers.copy_orders),
        *on_all(AdmissionState, handlers.copy_admissions),
        *on_all(ReviewState, handlers.copy_reviews),
        *on_all(ReviewModerated, handlers.copy_cases),
    ],
    measures=[STALE],
    jobs=[
        # A minute: another replica may have been told of what begins sooner.
        Job(jobs.pass_on, every=timedelta(minutes=1)),
        Job(jobs.rank_anew, every=timedelta(hours=1), is_woken=False),
        # A second: what pages say of how fresh they are.
        Job(note_freshness, every=timedelta(seconds=1)),
    ],
)
