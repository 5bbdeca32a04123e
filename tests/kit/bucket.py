"""A bucket as clouds have them: it speaks as much of S3's HTTP as keeping files takes."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import md5

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from stage import eventually
from stage.place import free_port

OWNER = "AKIDOFTHETESTS"
KEY = re.compile("<Key>(.*?)</Key>")
LAST_MODIFIED = "Sat, 21 Nov 2026 12:00:00 GMT"


@dataclass
class Bucket:
    """What is in it, by name, and where it is."""

    url: str
    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets so that clients find it and may enter."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": OWNER,
            "AWS_SECRET_ACCESS_KEY": "secret",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if f"Credential={OWNER}/" not in request.headers.get("authorization", ""):
            return Response(_error("AccessDenied"), 403)
        name = request.url.path.lstrip("/")
        if request.method == "PUT":
            self.objects[name] = await request.body()
        elif request.method == "POST" and "delete" in request.query_params:
            gone = KEY.findall((await request.body()).decode())
            for key in gone:
                self.objects.pop(f"{name}/{key}", None)
            told = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in gone)
            return Response(f"<DeleteResult>{told}</DeleteResult>", media_type="application/xml")
        elif name not in self.objects:
            return Response(_error("NoSuchKey"), 404)
        body = self.objects[name]
        headers = {"ETag": f'"{md5(body).hexdigest()}"', "Last-Modified": LAST_MODIFIED}  # noqa: S324 - S3's own
        return Response(b"" if request.method == "PUT" else body, headers=headers)


@asynccontextmanager
async def open_bucket() -> AsyncGenerator[Bucket]:
    """Run a bucket until the block ends."""
    with free_port() as sock:
        bucket = Bucket(f"http://127.0.0.1:{sock.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(bucket, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[sock.dup()]))
        try:
            await eventually(lambda: _answers(server))
            yield bucket
        finally:
            server.should_exit = True
            await serving


async def _answers(server: uvicorn.Server) -> None:
    assert server.started


def _error(code: str) -> str:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
