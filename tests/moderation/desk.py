"""News of texts as reviews says it, and what moderation thinks of them."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import httpx

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import (
    ReviewEdited,
    ReviewReported,
    ReviewState,
    ReviewWithdrawn,
    ReviewWritten,
)
from boxoffice.kit import clock
from stage import App, Someone, eventually
from stage.facts import tell

R = TypeVar("R", bound=ReviewState)

ORANGES: dict[str, Any] = {
    "kind": "words",
    "name": "Oranges",
    "decides": "reject",
    "reason": "No oranges",
    "words": ["orange"],
    "match": "anywhere",
}
PLAIN: dict[str, Any] = {
    "kind": "length",
    "name": "Harmless",
    "decides": "approve",
    "reason": "Ordinary",
    "longerThan": 0,
}
ADVERT = "Buy at www.one.com and www.two.com and www.three.com"  # rejected by the first rules
LINKED = "More of this at www.one.com"  # which a person is asked about


def review_news(author: Someone, kind: type[R], **changes: object) -> R:
    """What reviews says of a harmless text on a show; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "review_id": clock.new_id(),
        "version": 0,
        "author_id": author.id,
        "show_id": clock.new_id(),
        "ticket_id": None,
        "reply_to": None,
        "text": "A lovely evening.",
        "text_version": 0,
        "stars": 5,
        "status": "pending",
        "reason": None,
        "helpful": 0,
        "written_at": clock.now(),
        "edited_at": None,
    }
    return kind.model_validate(usual | changes)


def written(author: Someone, text: str = "A lovely evening.", **changes: object) -> ReviewWritten:
    """News of a new text."""
    return review_news(author, ReviewWritten, text=text, **changes)


def after(news: ReviewState, kind: type[R], **changes: object) -> R:
    """News of the same text, one version on."""
    return kind.model_validate(news.model_dump() | {"version": news.version + 1} | changes)


def edited(news: ReviewState, text: str) -> ReviewEdited:
    """News that it says something else."""
    return after(news, ReviewEdited, text=text, text_version=news.text_version + 1)


def withdrawn(news: ReviewState) -> ReviewWithdrawn:
    """News that its author took it back."""
    return after(news, ReviewWithdrawn, text="", status="withdrawn")


def reported(news: ReviewState, by: Someone, complaint: str = "It is rude") -> ReviewReported:
    """News that somebody complains of it."""
    return after(news, ReviewReported, reporter_id=by.id, complaint=complaint)


async def hear(app: App, author: Someone, *texts: str) -> list[UUID]:
    """Have moderation hear of texts, and return their ids."""
    news = [written(author, text) for text in texts]
    await tell(app, *news)
    return [one.review_id for one in news]


async def case_of(app: App, review_id: UUID, by: Someone) -> dict[str, Any]:
    """A case as a moderator sees it."""
    answer = await app.get(f"/api/moderation/cases/{review_id}", by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def queue(app: App, by: Someone, **params: Any) -> list[str]:
    """The ids of the texts that wait for a moderator."""
    answer = await app.get("/api/moderation/queue", by, params=params)
    assert answer.status_code == 200, answer.text
    return [item["reviewId"] for item in answer.json()["items"]]


async def decide(
    app: App,
    by: Someone,
    review_ids: Sequence[UUID],
    status: str = "approved",
    reason: str | None = None,
    text_version: int = 0,
) -> httpx.Response:
    """Decide about the first version of texts, or another."""
    items = [{"reviewId": str(one), "textVersion": text_version} for one in review_ids]
    body = {"items": items, "status": status} | ({"reason": reason} if reason else {})
    return await app.post("/api/moderation/decisions", by, json=body)


async def put_rules(app: App, by: Someone, *rules: dict[str, Any]) -> int:
    """Make these rules hold, and return their version."""
    version = (await app.get("/api/moderation/rules", by)).json()["version"]
    body = {"rules": rules, "version": version}
    answer = await app.put("/api/moderation/rules", by, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["version"]


async def applied(app: App, by: Someone, version: int) -> int:
    """How many texts changed when the rules of this version were run over all."""
    path = f"/api/moderation/rules/{version}/application"

    async def is_done() -> int:
        answer = await app.put(path, by)
        assert answer.status_code == 200
        return answer.json()["changed"]

    return await eventually(is_done)


async def said(app: App) -> list[tuple[int, int, str, str | None]]:
    """What was said of texts: version, of which text, its status and what it waits for."""
    return [
        (one.version, one.text_version, one.status, one.waits_for)
        for one in await app.said(ReviewModerated)
    ]
