"""A visit: one request of a browser, the person behind it, and what its answer takes along.

Routes let anyone in, because a sign-in may have to be renewed before it is known who asks. Those
that need somebody take a `Member`: who is nobody is sent to sign in, and comes back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from boxoffice.kit import clock
from boxoffice.kit.auth import Person, refresh_cookie, require, session_cookie
from boxoffice.kit.errors import Forbidden
from boxoffice.kit.http.front import OWN_SITES, SAFE
from boxoffice.kit.http.routing import LONGEST_DEVICE, Here, Now
from boxoffice.kit.http.visitor import VISITOR, vouch
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import current_trace
from boxoffice.services.web import model
from boxoffice.services.web.gateway import Neighbours
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes import pages

LAST_SECONDS = timedelta(seconds=2)  # a token must not run out on its way to a neighbour
FLASH_SECONDS = 60  # until the page after a redirect shows it
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SHELF = 24  # entries on a page: two, three or four in a row come out even


class Visit:
    """One request. It asks with the visitor's cookies, and hands on those that it is given."""

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

    async def renew(self) -> None:
        """Go on with a sign-in whose token has run out, or is about to.

        When another tab has just done that elsewhere, the browser has the new cookies, and sends
        them next time; until then this request is nobody's.
        """
        token = self._cookies.get(refresh_cookie(self.settings))
        if token and self._doorkeeper.who(self.request, self._at + LAST_SECONDS) is None:
            self._take(await self._neighbours.renew(token, self._headers("POST")))
            self.person = self._who()

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str = "",
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Return what a service answers this visitor; `key` makes a POST safe to repeat."""
        headers = self._headers(method)
        if key:
            # A form that was changed before it is sent again asks for something else.
            headers["Idempotency-Key"] = sha256(f"{key} {body}".encode()).hexdigest()
        answer = await self._neighbours.ask(
            service, method, path, headers=headers, body=body, query=query
        )
        self._take(answer)
        return answer

    async def list(
        self, service: str, path: str, after: UUID | None, **query: str
    ) -> tuple[Any, str | None]:
        """Return one page of a list, and the address of the next. Refused as the service does."""
        wanted = {"limit": SHELF} | query | ({"after": str(after)} if after else {})
        answer = await self.ask(service, "GET", path, query=wanted)
        further = answer.after and f"{self.request.url.path}?after={answer.after}"
        return answer.found(), further

    def address(self, service: str) -> str:
        """Return where a service is."""
        return self._neighbours.address(service)

    def page(self, template: str, status_code: int = 200, **context: Any) -> Response:
        """Return a page as the answer."""
        flash = self.request.cookies.get(self._flash, "")
        usual: dict[str, Any] = {
            "person": self.person and _view(self.person),
            "path": self.request.url.path,
            "flash": model.FLASHES.get(flash),
            "now": self._at.isoformat().replace("+00:00", "Z"),
            "key": str(clock.new_id()),
            "hold_seconds": self.settings.hold_seconds,
            "errors": [],
        }
        answer = HTMLResponse(pages.render(template, usual | context), status_code)
        answer.headers["Cache-Control"] = "no-store" if self.person else "private, no-cache"
        if flash:
            answer.delete_cookie(self._flash, secure=self.settings.https, httponly=True)
        return self._give(answer)

    def redirect(self, to: str, flash: str = "") -> Response:
        """Send the browser on, where one of `FLASHES` greets it."""
        answer = RedirectResponse(to, 303)
        if flash:
            answer.set_cookie(
                self._flash, flash, FLASH_SECONDS, secure=self.settings.https, httponly=True
            )
        return self._give(answer)

    @property
    def _flash(self) -> str:
        return "__Host-flash" if self.settings.https else "flash"

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

    def _give(self, answer: Response) -> Response:
        for header in self._given.values():
            answer.headers.append("Set-Cookie", header)
        return answer

    def _who(self) -> Person | None:
        headers = Headers(self._headers("GET")).raw
        return self._doorkeeper.who(HTTPConnection({"type": "http", "headers": headers}), self._at)


def is_own(request: Request, url: str, public_url: str) -> bool:
    """Whether an address is on this site, by its public name or the one that was asked."""
    own = {model.origin_of(public_url), model.origin_of(str(request.url))}
    return model.origin_of(url) in own


def _view(person: Person) -> Mapping[str, str]:
    return {"id": str(person.id), "name": person.name, "email": person.email}


async def _visit(request: Request, here: Here, now: Now) -> Visit:
    _require_own_name(request, here.settings.public_url)
    _require_own_page(request, here.settings.public_url)
    visit = Visit(request, here, now)
    request.scope["visit"] = visit
    await visit.renew()
    return visit


def _require_own_name(request: Request, public_url: str) -> None:
    """Send who came to `localhost` on to `127.0.0.1`, or back: cookies and paying know one name."""
    names = {request.url.hostname, urlsplit(public_url).hostname}
    if request.method in SAFE and len(names) > 1 and names <= LOOPBACK:
        to = request.url.replace(netloc=urlsplit(public_url).netloc)
        raise HTTPException(307, headers={"Location": str(to)})


def _require_own_page(request: Request, public_url: str) -> None:
    """Forbidden to other sites' forms, also without a cookie: they could sign somebody in."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    elsewhere = origin is not None and not is_own(request, origin, public_url)
    if request.method not in SAFE and (site not in OWN_SITES if site else elsewhere):
        raise Forbidden("This must be asked from our own pages")


Anyone = Annotated[Visit, Depends(_visit, scope="function")]


async def _member(visit: Anyone) -> Visit:
    require(visit.person)
    return visit


Member = Annotated[Visit, Depends(_member, scope="function")]
