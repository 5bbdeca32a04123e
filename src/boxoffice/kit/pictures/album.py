"""A service's pictures: developed, kept in a folder or a bucket, and answered from there.

Files are named by what is in them, so that they never change and may be cached for ever; two rows
may name the same one. A service therefore notes files as loose before they are kept and whenever a
row lets go of them, and a day later (`LOOSE`) drops those that no row names. So nothing stays of an
upload that came to nothing, and nothing goes that somebody has just uploaded once more.
"""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote, urlsplit
from uuid import UUID

from fastapi import Path as PathParameter
from fastapi import Request, Response
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url
from starlette.responses import StreamingResponse

from boxoffice.kit.errors import NotFound, Unavailable
from boxoffice.kit.pictures.darkroom import OUT_OF_ORDER, Darkroom
from boxoffice.kit.pictures.picture import Picture, Size
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import log

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

LOOSE = timedelta(days=1)  # before a file that no row names goes; an upload takes seconds
NAME = re.compile(r"[0-9a-f]{64}-[1-9][0-9]{0,3}\.webp")
FileName = Annotated[str, PathParameter(pattern=f"^{NAME.pattern}$")]  # of a picture, in a path
FOR_EVER = "public, max-age=31536000, immutable"  # another picture has another name
CHUNK_BYTES = 65_536  # of a file at once; most have one or two
PLACES = 4  # that are kept open: one process has one, tests have more
AWAY = (BaseError, OSError, ValueError)  # no answer, a full disk, a bucket that is none
PLACE_SECONDS = 10  # for all files of a picture: less than a transaction may wait for nothing
RETRIES: "RetryConfig" = {"max_retries": 2}
DARKROOM = Darkroom()  # of the process, whichever of its services has something to develop


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was developed and is to be kept: the bodies of its sizes, in their order."""

    picture: Picture
    bodies: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures of one service, in the place that `pictures_url` names."""

    service: str
    url: str

    async def develop(self, picture_id: UUID, raw: bytes) -> Upload:
        """Return an upload as a picture of ours, which is not kept yet.

        BadInput, TooLarge where it is none; Unavailable when too many come at once.
        """
        developed = await DARKROOM.develop(raw)
        sizes = tuple(
            Size(file=self._file(one.body, one.width), width=one.width, height=one.height)
            for one in developed
        )
        largest = sizes[-1]
        picture = Picture(
            picture_id=picture_id,
            file=largest.file,
            width=largest.width,
            height=largest.height,
            sizes=sizes,
        )
        return Upload(picture, [one.body for one in developed])

    async def keep(self, upload: Upload) -> None:
        """Keep the files of a picture. Unavailable when they cannot be now."""
        try:
            async with asyncio.timeout(PLACE_SECONDS):
                for file, body in zip(upload.picture.files, upload.bodies, strict=True):
                    await _open(self.url).put_async(file, body)
        except AWAY as error:
            raise self._away(error) from None

    async def drop(self, files: Sequence[str]) -> None:
        """Forget files; gone already is good, too. Unavailable when they cannot be now."""
        try:
            async with asyncio.timeout(PLACE_SECONDS):
                for file in files:
                    with suppress(FileNotFoundError):
                        await _open(self.url).delete_async(file)
        except AWAY as error:
            raise self._away(error) from None

    async def answer(self, request: Request, name: str) -> Response:
        """Return a file as the answer to a request. NotFound when there is none."""
        if not NAME.fullmatch(name):
            raise NotFound("There is no such picture")
        headers = {"Cache-Control": FOR_EVER, "ETag": f'"{name.removesuffix(".webp")}"'}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        try:
            async with asyncio.timeout(PLACE_SECONDS):
                found = await _open(self.url).get_async(f"{self.service}/{name}")
        except FileNotFoundError:
            raise NotFound("There is no such picture") from None
        except AWAY as error:
            raise self._away(error) from None
        headers["Content-Length"] = str(found.meta["size"])
        chunks = found.stream(min_chunk_size=CHUNK_BYTES)
        return StreamingResponse(chunks, media_type="image/webp", headers=headers)

    def _file(self, body: bytes, width: int) -> str:
        return f"{self.service}/{sha256(body).hexdigest()}-{width}.webp"

    def _away(self, error: Exception) -> Unavailable:
        log.error("pictures away", service=self.service, error=str(error) or repr(error))
        return Unavailable(OUT_OF_ORDER)


def album_of(running: Running) -> Album:
    """Return the album of a service that runs here."""
    return Album(running.name, running.settings.pictures_url)


@lru_cache(PLACES)
def _open(url: str) -> "ObjectStore":
    if url.startswith("file:"):
        return LocalStore(Path(unquote(urlsplit(url).path)), mkdir=True)
    return from_url(url, retry_config=RETRIES)  # credentials and more it reads off the environment
