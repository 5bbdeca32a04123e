"""A caller: asks the other services as one visitor, and keeps the cookies that they give."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from boxoffice.kit.auth import Person, refresh_cookie, session_cookie
from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.http.routing import LONGEST_DEVICE, SAFE
from boxoffice.kit.http.visitor import VISITOR, vouch
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import current_trace
from boxoffice.services.web import model
from boxoffice.services.web.gateway import Neighbours
from boxoffice.services.web.model import Answer, Unverified
from boxoffice.services.web.routes.seen import Seen

LAST_SECONDS = timedelta(seconds=2)  # a token must not run out on its way to a neighbour
NEWS_SECONDS = 1.0  # within which a process knows how a person stands
LOOK_SECONDS = 0.02  # between two looks at whether it does


class Caller:
    """One visitor's way to the services."""

    def __init__(self, request: Request, running: Running, at: datetime) -> None:
        self.request = request
        self.settings = running.settings
        self.person = running.doorkeeper.who(request, at)
        self._at = at
        self._doorkeeper = running.doorkeeper
        self._neighbours: Neighbours = running.outside
        self._cookies = {
            name: request.cookies[name]
            for name in (session_cookie(self.settings), refresh_cookie(self.settings))
            if name in request.cookies
        }
        self._given: dict[str, str] = {}  # `Set-Cookie` headers for the browser, by cookie
        self._seen = Seen(request.cookies.get(self._own_cookie("seen"), ""))

    async def renew(self) -> None:
        """Go on with a sign-in whose token has run out, or is about to.

        When another tab has just done that elsewhere, the browser has the new cookies, and sends
        them next time; until then this request is nobody's.
        """
        if self._doorkeeper.who(self.request, self._at + LAST_SECONDS) is None:
            await self._renew()

    async def become_verified(self) -> None:
        """Go on as somebody whose address is verified, once that is known here."""
        await self._renew()  # the address may be another one now
        try:
            async with asyncio.timeout(NEWS_SECONDS):
                while self.person and not self.person.verified:
                    await asyncio.sleep(LOOK_SECONDS)
                    self.person = self._who()
        except TimeoutError:
            return  # the next page knows

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        key: str = "",
        query: Mapping[str, Any] | None = None,
        media_type: str = "",
    ) -> Answer:
        """Return what a service answers this visitor; `key` makes a POST safe to repeat.

        `media_type` says what a body of bytes is.

        Two answers are the same whatever was asked, and have pages of their own: Unauthenticated
        when the sign-in is over, Unverified when the visitor must verify their address first.
        """
        headers = {"Content-Type": media_type} if media_type else {}
        if key:
            # A form that was changed before it is sent again asks for something else.
            headers["Idempotency-Key"] = sha256(f"{key} {body}".encode()).hexdigest()
        answer = await self._ask(service, method, path, body, headers, query)
        if answer.status == HTTPStatus.UNAUTHORIZED and self.person:
            await self._require_still_in()
            answer = await self._ask(service, method, path, body, headers, query)
        if answer.detail == model.UNVERIFIED:
            raise Unverified(answer.detail)
        return answer

    async def ask_copy(
        self, path: str, of: str, query: Mapping[str, Any] | None = None, *, after: str = ""
    ) -> Answer:
        """Return a page of query: no older than what the visitor has seen of this service.

        `after` is a receipt that is waited for instead.
        """
        asked: dict[str, Any] = {**query} if query else {}
        if receipt := after or self._seen.of(of):
            asked["after"] = receipt
        return await self.ask("query", "GET", path, query=asked)

    def saw(self, service: str, thing: Mapping[str, Any]) -> None:
        """Have copies that are shown to a member from now on be no older than this."""
        if self.person:
            self._seen.note(f"{service}.{thing['id']}.{thing['version']}")

    def address(self, service: str) -> str:
        """Return where a service is."""
        return self._neighbours.address(service)

    def forget(self, *cookies: str) -> None:
        """Have the browser drop cookies of its sign-in."""
        for name in cookies:
            empty = Response()
            empty.delete_cookie(name, secure=self.settings.https, httponly=True)
            self._given[name] = empty.headers["Set-Cookie"]
            self._cookies.pop(name, None)

    async def _ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None,
    ) -> Answer:
        answer = await self._neighbours.ask(
            service,
            method,
            path,
            headers={**self._headers(method), **headers},
            body=body,
            query=query,
        )
        self._take(answer)
        return answer

    async def _renew(self) -> Answer | None:
        """Spend the refresh token, if there is one, and become who that makes the visitor."""
        token = self._cookies.get(refresh_cookie(self.settings))
        if not token:
            return None
        answer = await self._neighbours.renew(token, self._headers("POST"))
        self._take(answer)
        self.person = self._who()
        return answer

    async def _require_still_in(self) -> None:
        """Renew a sign-in that a service takes for over. Unauthenticated if it is.

        Its token goes, too: where that is not known yet, the page to sign in would send them back.
        """
        renewed = await self._renew()
        if renewed is None or renewed.refused:
            self.person = None
            self.forget(session_cookie(self.settings))
            raise Unauthenticated("Sign in first")

    def _headers(self, method: str) -> dict[str, str]:
        """Return what this browser would send if it asked the service itself."""
        headers = {
            "Accept": "application/json",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Authorization": self.request.headers.get("authorization", ""),
            "Origin": "" if method in SAFE else model.origin_of(self.settings.public_url),
            "User-Agent": self.request.headers.get("user-agent", "")[:LONGEST_DEVICE],
            VISITOR: vouch(self.request.scope["address"], self.settings),
            "traceparent": current_trace().parent,
        }
        # Anything else is no token of ours, and HTTP would not carry it.
        return {
            name: value
            for name, value in headers.items()
            if value and value.isascii() and value.isprintable()
        }

    def _take(self, answer: Answer) -> None:
        for header in answer.cookies:
            name, _, value = header.partition(";")[0].partition("=")
            self._given[name] = header
            self._cookies[name] = value
        self._seen.note(answer.receipt)

    def _own_cookie(self, name: str) -> str:
        """Return what a cookie of the pages' own is called."""
        return f"__Host-{name}" if self.settings.https else name

    def _who(self) -> Person | None:
        headers = Headers(self._headers("GET")).raw
        return self._doorkeeper.who(HTTPConnection({"type": "http", "headers": headers}), self._at)
