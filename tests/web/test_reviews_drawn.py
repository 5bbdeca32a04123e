"""How a show's page draws what query tells of texts: stars, replies, one's own."""

from typing import Any
from uuid import UUID

from boxoffice.kit import clock
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes import pages
from boxoffice.services.web.routes.texts import Look, Told, section
from shows.catalogue import an_organiser
from stage import Someone

REJECTED = "This review has been rejected"
OLIVIA = an_organiser()
BOB = Someone("bob")
USUAL: dict[str, Any] = {  # of a show's page
    **dict.fromkeys(("flash", "copied", "as_of", "is_behind")),
    "path": "/shows/1",
    "now": "2026-11-05T19:30:00Z",
    "key": "1",
    "errors": [],
    "months": [],
    "count": 0,
    "genres": {},
    "show": {
        "id": "0" * 32,
        "title": "The Tempest",
        "genre": "play",
        "poster": None,
        "organiserId": "",
        "story": "",
        "cast": [],
        "pictures": [],
        "performances": [],
    },
}


def test_a_shows_section_has_its_rating_texts_with_replies_and_ones_own():
    own, others, reply = (clock.new_id() for _ in range(3))
    told = Told(
        Answer(
            200,
            {
                "rating": {"reviews": 3, "average": 4.333},
                "texts": [
                    text(others, stars=5, author="<Ann>", helpful=2)
                    | {"replies": [text(reply, author="olivia", authorId=str(OLIVIA.id))]}
                ],
                "mine": [text(own, status="rejected", reason="Rude", authorId=str(BOB.id))],
            },
        )
    )
    person = dict.fromkeys(("organiser", "moderator", "admin"), False)
    person |= {"id": str(BOB.id), "name": "bob", "verified": True}
    shown = section("show", clock.new_id(), str(OLIVIA.id), told, Look())

    html = pages.render("show.html", USUAL | {"person": person, "reviews": shown})

    assert 'aria-label="4.3 of 5 stars"' in html
    assert "from 3 reviews" in html
    assert "&lt;Ann&gt;" in html
    assert html.index("What you wrote") < html.index("What others wrote")
    assert '<span class="role">Organiser</span>' in html
    assert f'{REJECTED}</strong> <span dir="auto">Rude' in html
    assert f'href="/reviews/{own}/appeal"' in html
    assert f'action="/reviews/{others}/helpful"' in html


def text(text_id: UUID, **changes: Any) -> dict[str, Any]:
    """A text as query tells of it."""
    usual = {
        "id": str(text_id),
        "version": 1,
        "text": "A storm",
        "textVersion": 0,
        "status": "approved",
        "helpful": 0,
        "writtenAt": "2026-11-05T19:30:00Z",
        "authorId": str(clock.new_id()),
        "replies": [],
    }
    return usual | changes
