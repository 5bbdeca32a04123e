"""The files that pages link to: style sheets, scripts, drawings."""

from fastapi import Response

from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.routes.pages import FILES

router = Router()
FOR_EVER = "public, max-age=31536000, immutable"  # another version has another address
ASK_AGAIN = "no-cache"  # another version of this program was asked for


@router.get("/favicon.ico")
@allow("anyone")
async def get_icon() -> Response:
    """Return the icon for pages that name none."""
    return await get_file("", "favicon.svg")


@router.get("/static/{fingerprint}/{name}")
@allow("anyone")
async def get_file(fingerprint: str, name: str) -> Response:
    """Return a file of ours."""
    file = FILES.get(name)
    if file is None:
        raise NotFound("There is no such file")
    fresh = fingerprint == file.fingerprint
    return Response(
        file.body,
        media_type=file.media_type,
        headers={"Cache-Control": FOR_EVER if fresh else ASK_AGAIN},
    )
