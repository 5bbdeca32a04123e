"""What HTTP may ask of pictures of what people offer each other."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response

from boxoffice.kit.errors import BadInput
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow, limited, refuses, takes
from boxoffice.kit.limits import Limit
from boxoffice.kit.pictures.album import FileName, album_of
from boxoffice.kit.pictures.picture import PictureView
from boxoffice.kit.pictures.uploads import BODY, LARGEST_UPLOAD, require_picture
from boxoffice.services.tickets import commands

router = Router()
UPLOADS = Limit("pictures", at_once=30, every=timedelta(seconds=20))  # each a second of a core


@router.put("/api/tickets/{ticket_id}/picture", openapi_extra=BODY)
@allow("member", verified=True)
@limited(UPLOADS)
@takes(LARGEST_UPLOAD)
@refuses(BadInput)
async def put_picture(
    ticket_id: UUID, request: Request, me: Me, here: Here, now: Now
) -> PictureView:
    """Give a ticket its picture: JPEG, PNG, WebP, AVIF or GIF, as the body."""
    raw = await request.body()
    require_picture(raw)
    ticket = await commands.get_own_ticket(here.db, ticket_id, me.id)
    picture = await commands.show_picture(album_of(here), here.db, ticket, raw, now)
    return PictureView.of(picture)


@router.delete("/api/tickets/{ticket_id}/picture", status_code=204)
@allow("member")
async def delete_picture(ticket_id: UUID, me: Me, db: Db, now: Now) -> None:
    """Take the picture off a ticket."""
    ticket = await commands.get_own_ticket(db, ticket_id, me.id)
    await commands.remove_picture(db, ticket, now)


@router.get(
    "/api/pictures/tickets/{file}",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}, 304: {"description": "It is what you have"}},
)
@allow("anyone")
async def get_picture(file: FileName, request: Request, here: Here) -> Response:
    """Return a picture of a ticket. It never changes."""
    return await album_of(here).answer(request, file)
