"""What HTTP may ask of rules: to see, try and change them, and to run them over old texts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Self
from uuid import UUID

from fastapi import Path, Response

from boxoffice.events.moderation import Verdict
from boxoffice.kit.http.routing import Db, Me, Now, Router, allow, limited
from boxoffice.kit.http.wire import Body, View
from boxoffice.kit.limits import Limit
from boxoffice.kit.receipts import HIGHEST
from boxoffice.services.moderation import commands
from boxoffice.services.moderation.model import Application, Rule, RuleSet
from boxoffice.services.moderation.routes.wire import Rules, Version

router = Router()
TRIALS = Limit("trials", at_once=10, every=timedelta(seconds=10))  # each some seconds of a core
RulesVersion = Annotated[int, Path(ge=1, le=HIGHEST)]


class RulesDraft(Body):
    """Rules that are to hold instead of those of `version`."""

    rules: Rules
    version: Version


class RulesToTry(Body):
    """Rules that are tried."""

    rules: Rules


class RulesView(View):
    """The rules that hold now, as they are tried; without `madeBy` they came with the program."""

    version: int
    rules: Sequence[Rule]
    made_by: UUID | None
    at: datetime

    @classmethod
    def of(cls, rules: RuleSet) -> Self:
        """Return the view of a set of rules."""
        return cls(
            version=rules.version, rules=rules.read(), made_by=rules.made_by, at=rules.made_at
        )


class SampleView(View):
    """A text of which the rules that are tried would think otherwise."""

    review_id: UUID
    text: str
    was: Verdict
    would_be: Verdict
    reason: str | None


class TrialView(View):
    """What rules would change that are tried: of how many texts how many, and some of these."""

    texts: int
    changes: int
    samples: Sequence[SampleView]


class ApplicationView(View):
    """Rules that are run over old texts: how many they have looked at, and how many changed."""

    version: int
    looked_at: int
    changed: int
    is_finished: bool

    @classmethod
    def of(cls, application: Application) -> Self:
        """Return the view of how far it is."""
        return cls(
            version=application.version,
            looked_at=application.looked_at,
            changed=application.changed,
            is_finished=application.finished_at is not None,
        )


@router.get("/api/moderation/rules", response_model_exclude_none=True)
@allow("moderator")
async def get_rules(db: Db) -> RulesView:
    """Return the rules that hold now."""
    return RulesView.of(await commands.get_rules(db))


@router.put("/api/moderation/rules", response_model_exclude_none=True)
@allow("moderator")
async def put_rules(draft: RulesDraft, me: Me, db: Db, now: Now) -> RulesView:
    """Make these rules hold from now on; old texts stay as they are."""
    rules = await commands.change_rules(db, draft.rules, draft.version, me.id, now)
    return RulesView.of(rules)


@router.post("/api/moderation/rules/preview", response_model_exclude_none=True)
@allow("moderator")
@limited(TRIALS)
async def post_preview(draft: RulesToTry, db: Db) -> TrialView:
    """Tell what rules would change in the newest 10,000 texts that no person decided about."""
    return TrialView.model_validate(await commands.try_rules(db, draft.rules))


@router.put(
    "/api/moderation/rules/{version}/application",
    responses={202: {"model": ApplicationView, "description": "It goes on"}},
)
@allow("moderator")
async def put_application(
    version: RulesVersion, me: Me, db: Db, now: Now, response: Response
) -> ApplicationView:
    """Run the rules that hold now over old texts; what a person decided stays."""
    application = await commands.apply_rules(db, version, me.id, now)
    if application.finished_at is None:
        response.status_code = HTTPStatus.ACCEPTED
    return ApplicationView.of(application)


@router.get("/api/moderation/rules/{version}/application")
@allow("moderator")
async def get_application(version: RulesVersion, db: Db) -> ApplicationView:
    """Return how far it is with running these rules over old texts."""
    return ApplicationView.of(await commands.get_application(db, version))
