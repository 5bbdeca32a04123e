"""Critics of the tests: shows they saw, what they write, and what moderation says of it."""

from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.shows import PerformanceScheduled, ShowAdded, ShowState
from boxoffice.events.tickets import AdmissionIssued, AdmissionState
from boxoffice.kit import clock
from boxoffice.kit.auth import Person
from stage import App, Someone
from stage.facts import scheduled, tell

S = TypeVar("S", bound=ShowState)
A = TypeVar("A", bound=AdmissionState)

PRAISE = "What a storm! I was wet to the bone."


def show_news(organiser: Someone, kind: type[S], **changes: object) -> S:
    """What shows says of a show; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "show_id": clock.new_id(),
        "version": 0,
        "organiser_id": organiser.id,
        "title": "The Tempest",
        "genre": "play",
        "story": "A ship goes down.",
        "cast": ("Miranda",),
        "running_minutes": 120,
        "age": 8,
        "pictures": (),
    }
    return kind.model_validate(usual | changes)


def shown(organiser: Someone, **changes: object) -> ShowAdded:
    """News of a new show."""
    return show_news(organiser, ShowAdded, **changes)


def performed(organiser: Someone, show: ShowState, **changes: object) -> PerformanceScheduled:
    """News of a performance of a show, which began an hour ago."""
    usual = {"show_id": show.show_id, "starts_at": clock.now() - timedelta(hours=1)}
    return scheduled(organiser, **usual | changes)


def admission_news(holder: Someone, performance_id: UUID, kind: type[A], **changes: object) -> A:
    """What tickets says of somebody's place; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "admission_id": clock.new_id(),
        "version": 0,
        "order_id": clock.new_id(),
        "performance_id": performance_id,
        "holder_id": holder.id,
        "seat": "Stalls/A/1",
        "is_valid": True,
    }
    return kind.model_validate(usual | changes)


async def attended(app: App, organiser: Someone, *guests: Someone) -> ShowAdded:
    """A show that these people have seen."""
    show = shown(organiser)
    performance = performed(organiser, show)
    seats = [admission_news(guest, performance.performance_id, AdmissionIssued) for guest in guests]
    await tell(app, show, performance, *seats)
    return show


def about(show: ShowState, text: str = PRAISE, **more: object) -> dict[str, object]:
    """What is sent to write about a show."""
    return {"showId": str(show.show_id), "text": text} | more


async def write(
    app: App, by: Someone, show: ShowState, text: str = PRAISE, **more: object
) -> dict[str, Any]:
    """Write about a show, and return it."""
    return accepted(await app.post("/api/reviews", by, json=about(show, text, **more)), 201)


def accepted(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """What was answered with this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def path_of(review: dict[str, Any], *parts: str) -> str:
    """Where a review is."""
    return "/".join(("/api/reviews", review["id"], *parts))


def word(review: dict[str, Any], status: str = "approved", **changes: object) -> ReviewModerated:
    """What moderation says of a review as it is; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "review_id": review["id"],
        "version": 1,
        "text_version": review["textVersion"],
        "status": status,
        "reason": "It has the word orange" if status == "rejected" else None,
        "rule": "words",
        "rules_version": 1,
        "decided_by": None,
        "decided_at": clock.now(),
        "waits_for": "undecided" if status == "pending" else None,
        "complaints": 0,
        "appeal": None,
    }
    return ReviewModerated.model_validate(usual | changes)


async def approve(app: App, *reviews: dict[str, Any]) -> None:
    """Let everybody see these."""
    await tell(app, *(word(review, version=100) for review in reviews))


async def approved(app: App, by: Someone, show: ShowState, **more: Any) -> dict[str, Any]:
    """A text that everybody sees."""
    review = await write(app, by, show, **more)
    await approve(app, review)
    return accepted(await app.get(path_of(review)))


async def listed(app: App, show: ShowState, by: Someone | None = None) -> list[dict[str, Any]]:
    """What somebody sees about a show."""
    answer = await app.get("/api/reviews", by, params={"showId": str(show.show_id)})
    return accepted(answer)["items"]


def person(someone: Someone) -> Person:
    """Who that is to the commands of a service."""
    now = clock.now()
    return Person(
        id=someone.id,
        email=someone.email,
        name=someone.name,
        roles=someone.roles,
        verified=True,
        issued_at=now,
        expires_at=now + timedelta(minutes=15),
    )
