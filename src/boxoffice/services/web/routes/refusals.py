"""What people see instead of a page."""

from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import Request, Response

from boxoffice.kit import clock
from boxoffice.kit.errors import Refusal, Unauthenticated
from boxoffice.kit.http.routing import SAFE
from boxoffice.kit.telemetry import current_trace
from boxoffice.services.web import model
from boxoffice.services.web.model import Unverified
from boxoffice.services.web.routes.visit import Visit, is_own

FIRST = {Unauthenticated: "/signin", Unverified: "/verify"}  # where the way in begins


async def refuse(request: Request, refusal: Refusal) -> Response:
    """Return the page of a refusal; who must sign in or verify first is shown where, and comes back."""
    visit: Visit | None = request.scope.get("visit")
    visit = visit or Visit(request, request.app.state.running["web"], clock.now())
    for kind, page in FIRST.items():
        if isinstance(refusal, kind):
            return visit.redirect(f"{page}?return_to={quote(_way_back(visit), safe='')}")
    phrase = HTTPStatus(refusal.status).phrase  # the protocol's word for it says nothing to people
    answer = visit.page(
        "error.html",
        refusal.status,
        status=refusal.status,
        detail=refusal.detail if refusal.detail != phrase else None,
        trace_id=current_trace().trace_id,
    )
    if refusal.retry_after_seconds:
        answer.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return answer


def _way_back(visit: Visit) -> str:
    """Return the page that was asked for; for a form, the one that it stood on."""
    request, url = visit.request, str(visit.request.url)
    if request.method not in SAFE:
        url = request.headers.get("referer", "")
        if not is_own(request, url, visit.settings.public_url):
            return "/"
    parts = urlsplit(url)
    return model.local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
