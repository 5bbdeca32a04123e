"""The service shows: what is on, where, when and with which seats."""

from datetime import timedelta

from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformanceDrafted,
    PerformanceDropped,
    PerformancePostponed,
    PerformanceScheduled,
    ShowAdded,
    ShowChanged,
)
from boxoffice.kit.service import Job, Service
from boxoffice.services.shows import jobs, routes

service = Service(
    name="shows",
    does="keeps venues with their seats, shows and performances",
    routes=routes.router,
    needs=["kopis_key", "kopis_url", "pictures_url"],
    jobs=[
        # An hour: it was never imported from there, or another replica has just begun to.
        Job(jobs.import_kopis, every=timedelta(hours=1), is_woken=False),
        # An hour: what is due then has been loose for a day.
        Job(jobs.sweep_pictures, every=timedelta(hours=1), is_woken=False),
    ],
    emits=[
        ShowAdded,
        ShowChanged,
        PerformanceDrafted,
        PerformanceDropped,
        PerformanceScheduled,
        PerformanceChanged,
        PerformancePostponed,
        PerformanceCancelled,
    ],
)
