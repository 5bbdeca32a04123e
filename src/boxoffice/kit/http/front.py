"""What every request passes first: its trace, its limits, where it comes from, how it is counted."""

import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from boxoffice.kit.auth import bearer, refresh_cookie, session_cookie
from boxoffice.kit.errors import Forbidden, Refusal, TooLarge
from boxoffice.kit.http.problems import problem
from boxoffice.kit.http.visitor import address_of
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import REQUESTS, log, new_trace, traced

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})  # Fetch Metadata; `none` is typed by the person
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

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._limit = settings.body_limit_bytes
        self._origin = _origin(settings.public_url)
        self._cookies = {session_cookie(settings), refresh_cookie(settings)}
        self._transport = (
            {"Strict-Transport-Security": "max-age=31536000"} if settings.https else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["address"] = address_of(scope, headers, self._settings)
        begun, status = time.perf_counter(), 500
        with traced(new_trace(headers.get("traceparent"))) as trace:

            async def decorate(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    sent = MutableHeaders(scope=message)
                    for name, value in (POLICY | self._transport).items():
                        sent.setdefault(name, value)
                    sent["X-Trace-Id"] = trace.trace_id
                await send(message)

            answer: ASGIApp = self._app
            try:
                self._check(scope, headers)
            except Refusal as refusal:
                answer = problem(refusal)
            try:
                await answer(scope, _limited(receive, self._limit), decorate)
            finally:
                _count(scope, status, time.perf_counter() - begun)

    def _check(self, scope: Scope, headers: Headers) -> None:
        if int(headers.get("content-length") or 0) > self._limit:
            raise TooLarge(f"A request may have {self._limit} bytes")
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


def _count(scope: Scope, status: int, seconds: float) -> None:
    running, route = scope.get("running"), scope.get("route")
    service, path = getattr(running, "name", ""), getattr(route, "path", "")
    REQUESTS.labels(service, path, scope["method"], status).observe(seconds)
    log.info(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
