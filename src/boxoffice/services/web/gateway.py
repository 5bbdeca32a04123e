"""How pages ask the other services: over HTTP, as the visitor's own browser would."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from email.message import Message
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx

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

    def __init__(self, client: httpx.AsyncClient, services_url: str) -> None:
        self._client = client
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
        seconds = READ_SECONDS if method == "GET" else CHANGE_SECONDS
        try:
            answer = await self._client.request(
                method,
                self.address(service) + path,
                headers=headers,
                json=None if isinstance(body, bytes) else body,
                content=body if isinstance(body, bytes) else None,
                params=query,
                timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
            )
        except httpx.TransportError as error:
            log.warning("neighbour away", neighbour=service, error=repr(error))
            return Answer.missing(service)
        return _read(service, answer)

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
    async with httpx.AsyncClient(
        # A jar that takes nothing: one visitor's session must not stick to the next one's requests.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        limits=httpx.Limits(
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
        ),
        trust_env=False,  # never through a proxy: these are our own
    ) as client:
        yield Neighbours(client, settings.services_url)


def _read(service: str, answer: httpx.Response) -> Answer:
    body = _body(answer)
    if answer.is_success:
        return Answer(
            answer.status_code,
            body,
            cookies=answer.headers.get_list("set-cookie"),
            after=_after(answer),
            file_name=_file_name(answer),
            receipt=answer.headers.get(receipts.HEADER, ""),
        )
    problem = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if not _is_meant(answer.status_code, problem):
        log.warning("neighbour fails", neighbour=service, status=answer.status_code)
        return Answer.missing(service)
    wait = answer.headers.get("retry-after", "")
    return Answer(
        answer.status_code,
        detail=problem["detail"],
        errors=problem["errors"],
        retry_after_seconds=int(wait) if wait.isdecimal() else None,
        cookies=answer.headers.get_list("set-cookie"),
    )


def _is_meant(status: int, problem: Mapping[str, Any]) -> bool:
    """Whether a service itself says so. A 404 or 405 that it did not mean comes from elsewhere."""
    if status == HTTPStatus.NOT_FOUND:
        return problem.get("title") == NotFound.title
    if status == HTTPStatus.METHOD_NOT_ALLOWED:  # others answer at some of its addresses
        return False
    failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE
    return "errors" in problem and not failed


def _body(answer: httpx.Response) -> Any:
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text or None
    try:
        return answer.json()
    except ValueError:
        return None


def _file_name(answer: httpx.Response) -> str:
    message = Message()
    message["Content-Disposition"] = answer.headers.get("content-disposition", "")
    return message.get_filename("")


def _after(answer: httpx.Response) -> str | None:
    url = answer.links.get("next", {}).get("url", "")
    return parse_qs(urlsplit(url).query).get("after", [None])[0]
