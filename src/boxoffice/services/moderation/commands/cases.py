"""What can be done about a text: it is judged, decided about, and appealed for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import ReviewReported, ReviewState
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import NotFound, NotYet
from boxoffice.services.moderation import store
from boxoffice.services.moderation.model import Case, Decided, Decision, RuleSet


async def judge_news(tx: Tx, news: Sequence[ReviewState], at: datetime) -> None:
    """Judge each text that is newer than what is known, and hear who complains of one.

    NotYet before there are rules.
    """
    opened = {one.review_id: Case.opened(one, at) for one in news}
    await store.insert_cases(tx, opened.values())
    cases = dict(await store.select_cases_for_update(tx, opened.keys()))
    rules = await store.select_rules(tx)
    if rules is None:
        raise NotYet("there are no rules yet")
    for one in news:
        cases[one.review_id] = await _hear(tx, cases[one.review_id], one, rules, at)


async def decide(
    db: Database,
    wanted: Mapping[UUID, int],
    decision: Decision,
    at: datetime,
) -> Sequence[Decided]:
    """Decide about these versions of texts, and return what became of each, in this order.

    All in one transaction: who decides about one of them at the same time comes before or after.
    """
    async with db.transaction() as tx:
        cases = await store.select_cases_for_update(tx, wanted.keys())
        return [
            Decided(review_id, "unknown")
            if (case := cases.get(review_id)) is None or case.status == "withdrawn"
            else await _decide_one(tx, case, text_version, decision, at)
            for review_id, text_version in wanted.items()
        ]


async def undo(db: Database, review_id: UUID, by: UUID, at: datetime) -> None:
    """Have a text that a person decided about wait again. NotFound when nobody did."""
    async with db.transaction() as tx:
        case = (await store.select_cases_for_update(tx, [review_id])).get(review_id)
        if case is None or case.is_closed or case.decided_by is None:
            raise NotFound("Nobody has decided about this text")
        await save(tx, case, case.undo(by, at), at)


async def appeal(db: Database, review_id: UUID, person_id: UUID, text: str, at: datetime) -> Case:
    """Have a rejected text wait for a moderator, and return its case.

    NotFound, Forbidden to all but its author; Conflict unless it is rejected, or for the second.
    """
    async with db.transaction() as tx:
        cases = await store.select_cases_for_update(tx, [review_id])
        case = _own(cases.get(review_id), person_id)
        asked = case.ask_again(text)
        await save(tx, case, asked, at)
    return asked


async def get_own_case(db: Queries, review_id: UUID, person_id: UUID) -> Case:
    """Return a case to who wrote the text. NotFound, Forbidden to others."""
    return _own(await store.select_case(db, review_id), person_id)


async def get_case(db: Queries, review_id: UUID) -> Case:
    """Return a case, also of a text that was withdrawn. NotFound when there is none."""
    case = await store.select_case(db, review_id)
    if case is None:
        raise NotFound("There is no such text")
    return case


async def save(tx: Tx, seen: Case, case: Case, at: datetime) -> None:
    """Save what became of a case; what is to be said of it is kept and said."""
    if case is seen:
        return
    await store.update_case(tx, case, seen.version)
    if case.version > seen.version:
        if case.verdict != seen.verdict:
            await store.insert_verdict(tx, case, at)
        await tx.emit(ReviewModerated.of(case))


async def _hear(tx: Tx, case: Case, news: ReviewState, rules: RuleSet, at: datetime) -> Case:
    if news.status == "withdrawn":
        return case if case.is_closed else await _close(tx, case, at)
    if case.is_news(news):
        shown = case.show(news)
        judged = shown.rule_on(rules.judge().judge(shown.text), rules.version, at)
        judged = judged.looked_at_by(rules.version)
        await save(tx, case, judged, at)
        case = judged
    if isinstance(news, ReviewReported):
        return await _complain(tx, case, news, at)
    return case


async def _close(tx: Tx, case: Case, at: datetime) -> Case:
    closed = case.withdraw()
    await save(tx, case, closed, at)
    await store.delete_complaints(tx, case.review_id)
    return closed


async def _complain(tx: Tx, case: Case, news: ReviewReported, at: datetime) -> Case:
    if case.is_closed or news.text_version != case.text_version:
        return case
    if not await store.insert_complaint(tx, case, news.reporter_id, news.complaint, at):
        return case
    doubted = case.complain()
    await save(tx, case, doubted, at)
    return doubted


async def _decide_one(
    tx: Tx, case: Case, text_version: int, decision: Decision, at: datetime
) -> Decided:
    if case.text_version != text_version:
        outcome = "edited meanwhile"
    else:
        decided = case.decide(decision, at)
        await save(tx, case, decided, at)
        outcome = "as before" if decided is case else "decided"
        case = decided
    return Decided(case.review_id, outcome, case.status, case.version)


def _own(case: Case | None, person_id: UUID) -> Case:
    if case is None or case.is_closed:
        raise NotFound("There is no such text")
    case.require_author(person_id)
    return case
