"""What every request passes first: its trace, its limits, where it comes from, how it is counted."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from boxoffice.kit import spans
from boxoffice.kit.auth import bearer, refresh_cookie, session_cookie
from boxoffice.kit.errors import Forbidden, Refusal, TooLarge
from boxoffice.kit.http.problems import problem
from boxoffice.kit.http.routing import SAFE, GuardedRoute
from boxoffice.kit.http.visitor import address_of
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import REQUESTS, Trace, log, new_trace, traced

OWN_SITES = frozenset({"same-origin", "none"})  # Fetch Metadata; `none` is typed by the person
BROKEN = 500  # statuses from here on are our failures
POLICY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none';"
        " form-action 'self' https://checkout.stripe.com; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Front:
    """The outermost layer of an app."""

    def __init__(
        self, app: ASGIApp, settings: Settings, routes: Sequence[GuardedRoute] = ()
    ) -> None:
        self._app = app
        self._settings = settings
        self._limit = settings.body_limit_bytes
        self._larger = [route for route in routes if route.takes]
        self._origin = _origin(settings.public_url)
        self._cookies = {session_cookie(settings), refresh_cookie(settings)}
        transport = {"Strict-Transport-Security": "max-age=31536000"} if settings.https else {}
        self._policy = [
            (name.lower().encode(), value.encode()) for name, value in (POLICY | transport).items()
        ]
        self.leaving = asyncio.Event()  # the server stops: what has no end must come to one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["leaving"] = self.leaving
        scope["address"] = address_of(scope, headers, self._settings)
        begun, status = time.perf_counter(), 500
        with traced(new_trace(headers.get("traceparent"))) as trace:

            async def decorate(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    sent = {name for name, _ in message["headers"]}
                    message["headers"] = [
                        *message["headers"],
                        *(header for header in self._policy if header[0] not in sent),
                        (b"x-trace-id", trace.trace_id.encode()),
                    ]
                await send(message)

            answer: ASGIApp = self._app
            limit = self._limit_of(scope, headers)
            try:
                self._check(scope, headers, limit)
            except Refusal as refusal:
                answer = problem(refusal)
            try:
                await answer(scope, _limited(receive, limit), decorate)
            finally:
                _count(scope, trace, status, time.perf_counter() - begun)

    def _limit_of(self, scope: Scope, headers: Headers) -> int:
        if int(headers.get("content-length") or self._limit) < self._limit:
            return self._limit
        takes = (
            route.takes
            for route in self._larger
            if scope["method"] in (route.methods or ()) and route.path_regex.match(scope["path"])
        )
        return next(takes, None) or self._limit

    def _check(self, scope: Scope, headers: Headers, limit: int) -> None:
        if int(headers.get("content-length") or 0) > limit:
            raise TooLarge(f"A request may have {limit} bytes")
        if scope["method"] in SAFE or bearer(HTTPConnection(scope)):
            return  # a page elsewhere cannot send a bearer token without being let; Basic it can
        if self._cookies & cookie_parser(headers.get("cookie", "")).keys():
            self._check_origin(scope, headers)

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        own = {self._origin, f"{scope['scheme']}://{headers.get('host')}"}
        if site not in OWN_SITES if site else origin not in own:
            raise Forbidden("This must be asked from our own pages")


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge(f"A request may have {limit} bytes")
        return message

    return receive_some


def _count(scope: Scope, trace: Trace, status: int, seconds: float) -> None:
    route, method = scope.get("route"), scope["method"]
    service, path = getattr(route, "service", ""), getattr(route, "path", "")
    REQUESTS.labels(service, path, method, status).observe(seconds)
    if spans.is_on():
        about = {
            "http.request.method": method,
            "http.route": path,
            "http.response.status_code": status,
        }
        failed = status >= BROKEN
        spans.record(trace, service, f"{method} {path}", "SERVER", seconds, about, failed=failed)
    log.info(
        "request",
        method=method,
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
