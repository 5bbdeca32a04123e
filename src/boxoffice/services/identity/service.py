"""The service identity: who people are."""

from datetime import timedelta

from boxoffice.events.identity import PersonChanged, PersonSignedUp
from boxoffice.kit.service import Job, Service
from boxoffice.services.identity import commands, jobs, routes

service = Service(
    name="identity",
    does="knows who people are, signs them in, and publishes the keys that check their tokens",
    routes=routes.router,
    opens=commands.open_vault,
    jobs=[
        # A minute: a key that another replica made, or a bucket that was lost.
        Job(jobs.publish_keys, every=timedelta(minutes=1)),
        Job(jobs.forget_sign_ins, every=timedelta(hours=1)),
    ],
    emits=[PersonSignedUp, PersonChanged],
)
