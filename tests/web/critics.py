"""Texts about a ticket and a show as their pages need them, and what is thought of these."""

from collections.abc import Mapping
from typing import Any

from boxoffice.events.tickets import AdmissionIssued
from boxoffice.kit import clock
from query.history import person
from reviews.critics import admission_news, performed, shown, word
from shows.catalogue import announce_show, open_venue, schedule
from stage import App, Someone
from stage.facts import tell
from web.browser import Browser

MORITZ = Someone("moritz", roles=("member", "moderator"))


async def introduce(app: App, *people: Someone) -> None:
    """Have everybody know what these are called."""
    await tell(app, *(person(one) for one in people))


async def list_ticket(app: App, seller: Someone, title: str = "Hamlet") -> str:
    """Put a ticket on sale; return the address of its page."""
    answer = await app.post("/api/tickets", seller, json={"title": title, "price": 12.5})
    assert answer.status_code == 201, answer.text
    return f"/tickets/{answer.json()['id']}"


async def put_on(app: App, organiser: Someone, *guests: Someone) -> str:
    """Put a show on that these have seen; return the address of its page."""
    show = await announce_show(app, organiser, title="The Tempest")
    await schedule(app, organiser, show, await open_venue(app, organiser))
    news = shown(organiser, show_id=show["id"])
    past = performed(organiser, news)
    places = [admission_news(one, past.performance_id, AdmissionIssued) for one in guests]
    await tell(app, news, past, *places)
    return f"/shows/{show['id']}"


async def texts_at(app: App, place: str, by: Someone | None = None) -> list[dict[str, Any]]:
    """What somebody sees of what is written there, as reviews has it."""
    kind, _, about_id = place.removeprefix("/").partition("s/")
    answer = await app.get("/api/reviews", by, params={f"{kind}Id": about_id})
    return answer.json()["items"]


async def judge(app: App, text: Mapping[str, Any], status: str = "approved", **more: Any) -> None:
    """Have moderation decide about a text, and everybody hear of that."""
    usual = {"version": int(clock.now().timestamp())}
    await tell(app, word(dict(text), status, **(usual | more)))


async def say(browser: Browser, place: str, text: str, **more: str) -> None:
    """Write something where it belongs."""
    await browser.open(place)
    await browser.send(f"{place}/reviews", text=text, **more)
