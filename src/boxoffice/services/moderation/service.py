"""The service moderation: which texts may be seen."""

from datetime import timedelta

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import ReviewEdited, ReviewReported, ReviewWithdrawn, ReviewWritten
from boxoffice.kit.service import Job, Reaction, Service
from boxoffice.services.moderation import commands, handlers, jobs, routes

service = Service(
    name="moderation",
    does="says which texts may be seen, by rules and by people",
    routes=routes.router,
    opens=commands.open_rules,
    reacts_to=[
        Reaction(news, handlers.judge_texts, is_together=True)
        for news in (ReviewWritten, ReviewEdited, ReviewWithdrawn, ReviewReported)
    ],
    # A minute: rules that another replica was running over old texts when it stopped.
    jobs=[Job(jobs.run_rules, every=timedelta(minutes=1))],
    emits=[ReviewModerated],
)
