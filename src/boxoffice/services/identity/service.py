"""The service identity: who people are."""

from datetime import timedelta

from boxoffice.events.identity import (
    AuditRecorded,
    BanLifted,
    PersonBanned,
    PersonChanged,
    PersonSignedUp,
    SendMessage,
    SendVerification,
    SignInEnded,
    StandingChanged,
)
from boxoffice.kit.service import Job, Service
from boxoffice.services.identity import commands, jobs, routes

service = Service(
    name="identity",
    does="knows who people are and what they may do, signs them in, and says what of that changes",
    routes=routes.router,
    opens=commands.open_vault,
    jobs=[
        # A minute: a key that another replica made, or a bucket that was lost.
        Job(jobs.publish_keys, every=timedelta(minutes=1)),
        Job(jobs.restore_standing, every=timedelta(minutes=1)),
        # A second: requests that a crash left, or that came to another replica.
        Job(jobs.send_resets, every=timedelta(seconds=1)),
        Job(jobs.forget, every=timedelta(hours=1), is_woken=False),
    ],
    emits=[
        PersonSignedUp,
        PersonChanged,
        PersonBanned,
        BanLifted,
        StandingChanged,
        SignInEnded,
        AuditRecorded,
        SendVerification,
        SendMessage,
    ],
)
