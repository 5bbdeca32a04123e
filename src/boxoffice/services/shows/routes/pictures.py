"""What HTTP may ask of pictures of shows."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response

from boxoffice.kit.auth import Person
from boxoffice.kit.errors import BadInput
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow, limited, refuses, takes
from boxoffice.kit.limits import Limit
from boxoffice.kit.pictures.album import FileName, album_of
from boxoffice.kit.pictures.picture import PictureView
from boxoffice.kit.pictures.uploads import BODY, LARGEST_UPLOAD, require_picture
from boxoffice.kit.service import Running
from boxoffice.services.shows import commands
from boxoffice.services.shows.model import Show

router = Router()
UPLOADS = Limit("pictures", at_once=60, every=timedelta(seconds=20))  # each a second of a core


@router.put("/api/shows/{show_id:uuid}/poster", openapi_extra=BODY)
@allow("organiser", verified=True)
@limited(UPLOADS)
@takes(LARGEST_UPLOAD)
@refuses(BadInput)
async def put_poster(show_id: UUID, request: Request, me: Me, here: Here, now: Now) -> PictureView:
    """Give a show its poster: JPEG, PNG, WebP, AVIF or GIF, as the body."""
    show, raw = await _upload(show_id, request, me, here)
    picture = await commands.hang_picture(album_of(here), here.db, show, raw, now, as_poster=True)
    return PictureView.of(picture)


@router.post("/api/shows/{show_id:uuid}/pictures", status_code=201, openapi_extra=BODY)
@allow("organiser", verified=True)
@limited(UPLOADS)
@takes(LARGEST_UPLOAD)
async def post_picture(
    show_id: UUID, request: Request, me: Me, here: Here, now: Now
) -> PictureView:
    """Give a show a further picture: JPEG, PNG, WebP, AVIF or GIF, as the body."""
    show, raw = await _upload(show_id, request, me, here)
    picture = await commands.hang_picture(album_of(here), here.db, show, raw, now, as_poster=False)
    return PictureView.of(picture)


@router.delete("/api/shows/{show_id:uuid}/pictures/{picture_id}", status_code=204)
@allow("organiser")
async def delete_picture(show_id: UUID, picture_id: UUID, me: Me, db: Db, now: Now) -> None:
    """Take a picture of a show away, or its poster."""
    show = await commands.get_own_show(db, show_id, me.id)
    await commands.take_down_picture(db, show, picture_id, now)


@router.get(
    "/api/pictures/shows/{file}",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}, 304: {"description": "It is what you have"}},
)
@allow("anyone")
async def get_picture(file: FileName, request: Request, here: Here) -> Response:
    """Return a picture of a show. It never changes."""
    return await album_of(here).answer(request, file)


async def _upload(show_id: UUID, request: Request, me: Person, here: Running) -> tuple[Show, bytes]:
    raw = await request.body()
    require_picture(raw)
    return await commands.get_own_show(here.db, show_id, me.id), raw
