"""How pages ask the other services: over HTTP, as the visitor's own browser would."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from email.message import Message
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from boxoffice.kit import receipts
from boxoffice.kit.database import Database
from boxoffice.kit.errors import NotFound
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log
from boxoffice.services.web.model import Answer

CONNECT_SECONDS = 2.0  # a neighbour is near, and may be busy, or it is down
READ_SECONDS = 5.0  # people leave a page that takes longer
CHANGE_SECONDS = 30.0  # a payment may wait for another's talk with Stripe, then has its own
CONNECTIONS = 200  # at once, as many as one process answers well; more requests wait for one
IDLE_SECONDS = 3.0  # less than after which anybody, a proxy between too, hangs up on us
RENEWED_SECONDS = 10  # as long as identity takes a spent refresh token for another tab's


class Neighbours:
    """The other services. What one visitor is answered never reaches another."""

    def __init__(self, session: ClientSession, services_url: str) -> None:
        self._session = session
        self._services_url = services_url
        self._renewals: dict[str, asyncio.Task[Answer]] = {}

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | bytes | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Return what a service answers; that it is missing when it cannot be had or fails.

        A body of bytes goes as it is; `headers` say what it is.
        """
        address = f"{self.address(service)}{path}?{urlencode(query or {}, doseq=True)}"
        seconds = READ_SECONDS if method == "GET" else CHANGE_SECONDS
        try:
            async with self._session.request(
                method,
                URL(address.removesuffix("?"), encoded=True),
                headers=headers,
                json=None if isinstance(body, bytes) else body,
                data=body if isinstance(body, bytes) else None,
                timeout=ClientTimeout(
                    connect=seconds, sock_connect=CONNECT_SECONDS, sock_read=seconds
                ),
                allow_redirects=False,
            ) as answer:
                return _read(service, answer, await answer.read())
        except (ClientError, TimeoutError) as error:
            log.warning("neighbour away", neighbour=service, error=repr(error))
            return Answer.missing(service)

    async def renew(self, refresh_token: str, headers: Mapping[str, str]) -> Answer:
        """Return identity's answer to a refresh token, which is good once.

        Tabs that come with the same one at about the same time all get the one answer, so that
        none of them finds itself signed out.
        """
        renewal = self._renewals.get(refresh_token)
        if renewal is None:
            asked = self.ask("identity", "POST", "/api/users/refresh", headers=headers)
            renewal = self._renewals[refresh_token] = asyncio.create_task(asked)
            renewal.add_done_callback(lambda done: self._forget_renewal(refresh_token, done))
        return await asyncio.shield(renewal)

    def address(self, service: str) -> str:
        """Return where a service is."""
        return self._services_url.replace("{service}", service)

    def _forget_renewal(self, refresh_token: str, done: asyncio.Task[Answer]) -> None:
        failed = done.cancelled() or done.exception() or done.result().refused
        asyncio.get_running_loop().call_later(
            0 if failed else RENEWED_SECONDS, self._renewals.pop, refresh_token, None
        )


@asynccontextmanager
async def open_neighbours(settings: Settings, _db: Database) -> AsyncGenerator[Neighbours]:
    """Yield the way to the other services."""
    async with ClientSession(
        connector=TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=DummyCookieJar(),  # one visitor's session must not stick to another's requests
        skip_auto_headers=["User-Agent"],  # it is the visitor's, or nobody's
    ) as session:
        yield Neighbours(session, settings.services_url)


def _read(service: str, answer: ClientResponse, sent: bytes) -> Answer:
    body, cookies = _body(answer, sent), answer.headers.getall("Set-Cookie", [])
    if answer.ok:
        return Answer(
            answer.status,
            body,
            cookies=cookies,
            after=_after(answer),
            file_name=_file_name(answer),
            receipt=answer.headers.get(receipts.HEADER, ""),
        )
    problem = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if not _is_meant(answer.status, problem):
        log.warning("neighbour fails", neighbour=service, status=answer.status)
        return Answer.missing(service)
    wait = answer.headers.get("Retry-After", "")
    return Answer(
        answer.status,
        detail=problem["detail"],
        errors=problem["errors"],
        retry_after_seconds=int(wait) if wait.isdecimal() else None,
        cookies=cookies,
    )


def _is_meant(status: int, problem: Mapping[str, Any]) -> bool:
    """Whether a service itself says so. A 404 or 405 that it did not mean comes from elsewhere."""
    if status == HTTPStatus.NOT_FOUND:
        return problem.get("title") == NotFound.title
    if status == HTTPStatus.METHOD_NOT_ALLOWED:  # others answer at some of its addresses
        return False
    failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE
    return "errors" in problem and not failed


def _body(answer: ClientResponse, sent: bytes) -> Any:
    if "json" not in answer.content_type:
        return sent.decode(errors="replace") or None
    try:
        return json.loads(sent)
    except ValueError:
        return None


def _file_name(answer: ClientResponse) -> str:
    message = Message()
    message["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    return message.get_filename("")


def _after(answer: ClientResponse) -> str | None:
    following = answer.links.get("next")
    return URL(following["url"]).query.get("after") if following else None
