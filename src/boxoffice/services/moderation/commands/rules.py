"""What can be done with rules: they are made, tried, and run over texts that others judged."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from boxoffice.kit import clock
from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import NotFound, StaleVersion
from boxoffice.kit.settings import Settings
from boxoffice.services.moderation import store
from boxoffice.services.moderation.commands.cases import save
from boxoffice.services.moderation.model import (
    Application,
    Case,
    Judge,
    Rule,
    RuleSet,
    Ruling,
    Sample,
    Trial,
    rules_to_begin_with,
)

TRIED_ON = 10_000  # of the newest texts: what people write now, within some seconds
TRIED_AT_ONCE = 500  # texts: memory for a megabyte or two
SAMPLES = 20  # of what would change: what one reads before one believes it
LONGEST_SAMPLE = 500  # characters of a text


@asynccontextmanager
async def open_rules(settings: Settings, db: Database) -> AsyncGenerator[None]:
    """See to it that there are rules: those that the program brings, until a moderator made some."""
    rules = rules_to_begin_with(demo=settings.demo_rules)
    known = await store.select_rules(db)
    if known is None or (known.made_by is None and not known.says(rules)):
        version = known.version + 1 if known else 1
        await store.insert_rules(db, RuleSet.of(version, rules, None, clock.now()))
    yield


async def get_rules(db: Queries) -> RuleSet:
    """Return the rules that hold now."""
    rules = await store.select_rules(db)
    if rules is None:  # there are since the service was opened
        raise NotFound("There are no rules")
    return rules


async def change_rules(
    db: Database, rules: Sequence[Rule], version: int, by: UUID, at: datetime
) -> RuleSet:
    """Make other rules hold from now on, and return them; the same again change nothing.

    StaleVersion unless `version` is that of the rules that hold now.
    """
    known = await get_rules(db)
    if known.version != version:
        raise StaleVersion
    if known.says(rules):
        return known
    following = RuleSet.of(version + 1, rules, by, at)
    if not await store.insert_rules(db, following):
        raise StaleVersion
    return following


async def try_rules(db: Database, rules: Sequence[Rule]) -> Trial:
    """Return what rules would change in the newest texts; they change nothing."""
    judge = Judge(rules)
    texts, changes, samples = 0, 0, list[Sample]()
    before: UUID | None = None
    while texts < TRIED_ON:
        cases = await store.select_undecided_by_people(db, before, TRIED_AT_ONCE)
        if not cases:
            break
        rulings = await _judge(judge, cases)
        changed = [_sample(*pair) for pair in zip(cases, rulings, strict=True) if _differ(*pair)]
        samples += changed[: SAMPLES - len(samples)]
        texts, changes, before = texts + len(cases), changes + len(changed), cases[-1].review_id
    return Trial(texts, changes, samples)


async def apply_rules(db: Database, version: int, by: UUID, at: datetime) -> Application:
    """Have the rules that hold now run over old texts; return how far it is.

    NotFound for a version that there is not, StaleVersion for one that holds no more.
    """
    known = await get_rules(db)
    if version > known.version:
        raise NotFound("There are no such rules")
    if version < known.version:
        raise StaleVersion
    async with db.transaction() as tx:
        await store.insert_application(tx, version, by, at)
        tx.wake_jobs()
    return await get_application(db, version)


async def get_application(db: Queries, version: int) -> Application:
    """Return how far it is with running these rules over old texts. NotFound if nobody asked."""
    application = await store.select_application(db, version)
    if application is None:
        raise NotFound("Nobody asked to run these rules over old texts")
    return application


async def run_rules(db: Database, at: datetime, limit: int) -> bool:
    """Judge so many old texts anew, where that was asked for; return whether there may be more.

    What a person decided stays. Where it ends, or is ended, is known to whoever goes on.
    """
    async with db.transaction() as tx:
        application = await store.select_open_application_for_update(tx)
        if application is None:
            return False
        rules = await get_rules(tx)
        cases: Sequence[Case] = ()
        if rules.version == application.version:  # else newer ones hold, and this one ends here
            cases = await store.select_judged_before_for_update(
                tx, rules.version, application.reached, limit
            )
        changed = 0
        rulings = await _judge(rules.judge(), cases)
        for case, ruling in zip(cases, rulings, strict=True):
            judged = case.rule_on(ruling, rules.version, at)
            await save(tx, case, judged.looked_at_by(rules.version), at)
            changed += judged is not case
        await store.update_application(tx, _further(application, cases, changed, at))
    return True


def _further(
    application: Application, cases: Sequence[Case], changed: int, at: datetime
) -> Application:
    if not cases:
        return replace(application, finished_at=at)
    return replace(
        application,
        reached=cases[-1].review_id,
        looked_at=application.looked_at + len(cases),
        changed=application.changed + changed,
    )


async def _judge(judge: Judge, cases: Sequence[Case]) -> Sequence[Ruling]:
    """Judge texts beside the event loop: many at once would hold everybody else up."""
    return await asyncio.to_thread(lambda: [judge.judge(case.text) for case in cases])


def _differ(case: Case, ruling: Ruling) -> bool:
    return case.status != ruling.status


def _sample(case: Case, ruling: Ruling) -> Sample:
    was = case.status if case.status != "withdrawn" else "pending"
    return Sample(case.review_id, case.text[:LONGEST_SAMPLE], was, ruling.status, ruling.reason)
