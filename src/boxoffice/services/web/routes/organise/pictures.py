"""The poster of a show, and further pictures."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Response, UploadFile

from boxoffice.kit.http.routing import Now, Router, allow, takes
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.organise.gate import Organiser
from boxoffice.services.web.routes.organise.shows import show_page
from boxoffice.services.web.routes.visit import Visit

router = Router()
LARGEST_BYTES = 8_000_000  # as much as shows takes
LARGEST_FORM_BYTES = LARGEST_BYTES + 65_536  # the form around it, its names and borders
NO_PICTURE = Answer.wrong("picture", "Choose a picture first")
TOO_LARGE = Answer.wrong("picture", "That picture has more than 8 MB; make it smaller")

Picture = Annotated[UploadFile | str | None, File()]


@router.post("/organise/shows/{show_id}/poster")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_poster(
    visit: Organiser, now: Now, show_id: UUID, picture: Picture = None
) -> Response:
    """Give a show its poster, or another one."""
    answer = await _send(visit, "PUT", f"/api/shows/{show_id}/poster", picture)
    return await _shown(visit, show_id, now.isoformat(), answer, "picture-added")


@router.post("/organise/shows/{show_id}/pictures")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_picture(
    visit: Organiser, now: Now, show_id: UUID, picture: Picture = None
) -> Response:
    """Add a picture to a show."""
    answer = await _send(visit, "POST", f"/api/shows/{show_id}/pictures", picture)
    return await _shown(visit, show_id, now.isoformat(), answer, "picture-added")


@router.post("/organise/shows/{show_id}/pictures/{picture_id}/removal")
@allow("anyone")
async def post_removal(visit: Organiser, now: Now, show_id: UUID, picture_id: UUID) -> Response:
    """Take a picture away, or the poster."""
    path = f"/api/shows/{show_id}/pictures/{picture_id}"
    answer = await visit.ask("shows", "DELETE", path)
    return await _shown(visit, show_id, now.isoformat(), answer, "picture-removed")


async def _send(visit: Visit, method: str, path: str, picture: UploadFile | str | None) -> Answer:
    if picture is None or isinstance(picture, str) or not picture.size:
        return NO_PICTURE
    if picture.size > LARGEST_BYTES:
        return TOO_LARGE
    media_type = picture.content_type or "application/octet-stream"
    return await visit.ask("shows", method, path, await picture.read(), media_type=media_type)


async def _shown(visit: Visit, show_id: UUID, moment: str, answer: Answer, flash: str) -> Response:
    if answer.refused:
        return await show_page(visit, show_id, moment, answer)
    return visit.redirect(f"/organise/shows/{show_id}", flash)
