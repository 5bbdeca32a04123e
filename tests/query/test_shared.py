"""What everybody is told alike may be a moment old, and says so; one's own writing is never missing."""

from uuid import UUID

import pytest

from boxoffice.events.reviews import ReviewWritten
from boxoffice.kit import clock
from shows.catalogue import an_organiser, announce_show, open_venue, schedule
from stage import App, Play, Someone, eventually
from stage.facts import tell

KEPT_MS = 60_000  # longer than a test


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query", shared_answer_ms=KEPT_MS)


async def put_on(app: App) -> str:
    """Put on a show; return its id once query has it."""
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    await schedule(app, olivia, show, await open_venue(app, olivia))

    async def known() -> None:
        db = await app.db("query")
        assert await db.fetchval("SELECT count(*) FROM ranks WHERE card IS NOT NULL") > 0

    await eventually(known)
    return show["id"]


def wrote(author: Someone, show_id: str) -> ReviewWritten:
    """News of what somebody wrote about a show, of which nothing is decided yet."""
    return ReviewWritten(
        review_id=clock.new_id(),
        version=0,
        author_id=author.id,
        show_id=UUID(show_id),
        ticket_id=None,
        reply_to=None,
        text="A storm",
        text_version=1,
        stars=None,
        status="pending",
        reason=None,
        helpful=0,
        written_at=clock.now(),
        edited_at=None,
    )


@pytest.mark.parametrize(
    "path", ["/api/shows", "/api/shows?genre=play", "/api/cities", "/api/pages/home"]
)
async def test_who_asks_what_somebody_just_asked_gets_the_same_answer(app: App, path: str):
    before = (await app.get(path)).json()

    await put_on(app)
    after = (await app.get(path)).json()

    assert after == before
    assert "asOf" in after


async def test_who_asks_for_what_they_have_just_done_gets_it(app: App):
    nothing = (await app.get("/api/pages/home")).json()

    show_id = await put_on(app)
    told = (await app.get("/api/pages/home", params={"after": f"shows.{show_id}.0"})).json()

    assert nothing["following"] == []
    assert [show["id"] for show in told["following"]] == [show_id]


async def test_a_signed_in_reader_is_never_given_what_was_found_for_another(
    app: App, alice: Someone
):
    show_id = await put_on(app)
    path = f"/api/pages/shows/{show_id}"
    await app.get(path)
    await tell(app, wrote(alice, show_id))

    own, others = (await app.get(path, alice)).json(), (await app.get(path)).json()

    assert [text["text"] for text in own["mine"]] == ["A storm"]
    assert others["mine"] == []


async def test_what_is_not_allowed_is_refused_however_many_were_answered(app: App):
    await app.get("/api/shows")

    refused = [
        await app.get("/api/shows?organiser=me"),
        await app.get("/api/shows?after=nowhere"),
        await app.get("/api/shows?from=2026-02-02&to=2026-02-01"),
    ]

    assert [one.status_code for one in refused] == [401, 400, 400]
