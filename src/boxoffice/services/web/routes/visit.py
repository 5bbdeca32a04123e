"""A visit: one request of a browser, the person behind it, and what its answer takes along.

Routes let anyone in, because a sign-in may have to be renewed before it is known who asks. Those
that need somebody take a `Member`: who is nobody is sent to sign in, and comes back. Where verified
addresses are required, a `Verified` is sent to verify theirs first, and comes back as well.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from boxoffice.kit import clock
from boxoffice.kit.auth import Person, require
from boxoffice.kit.errors import Forbidden
from boxoffice.kit.http.front import OWN_SITES
from boxoffice.kit.http.routing import SAFE, Here, Now
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer, Unverified
from boxoffice.services.web.routes import pages, seen
from boxoffice.services.web.routes.caller import Caller

BEHIND = timedelta(seconds=15)  # news is heard within a second; what lasts longer, people are told
FLASH_SECONDS = 60  # until the page after a redirect shows it
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Visit(Caller):
    """One request. It asks with the visitor's cookies, and hands on those that it is given."""

    def page(
        self,
        template: str,
        status_code: int = 200,
        *,
        refused: Answer | None = None,
        as_of: str | None = None,
        **context: Any,
    ) -> Response:
        """Return a page as the answer; `refused` says what went wrong with the form on it.

        `as_of` is until when all news is in it, where it shows copies.
        """
        flash = self.request.cookies.get(self._flash, "")
        usual: dict[str, Any] = {
            "person": self.person and _view(self.person),
            "path": self.request.url.path,
            "flash": model.FLASHES.get(flash),
            "now": self._at.isoformat().replace("+00:00", "Z"),
            "key": str(clock.new_id()),
            "hold_seconds": self.settings.hold_seconds,
            "errors": refused.errors if refused else [],
            "as_of": as_of,
            "is_behind": is_behind(as_of, self._at),
        }
        status = refused.status if refused else status_code
        answer = HTMLResponse(pages.render(template, usual | context), status)
        answer.headers["Cache-Control"] = "no-store" if self.person else "private, no-cache"
        if refused and refused.retry_after_seconds:
            answer.headers["Retry-After"] = str(refused.retry_after_seconds)
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

    def file(self, name: str, media_type: str, body: str) -> Response:
        """Return something to keep as the answer."""
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return self._give(Response(body, media_type=media_type, headers=headers))

    @property
    def _flash(self) -> str:
        return self._own_cookie("flash")

    def _give(self, answer: Response) -> Response:
        for header in self._given.values():
            answer.headers.append("Set-Cookie", header)
        if self._seen.is_news:
            name, secure = self._own_cookie("seen"), self.settings.https
            answer.set_cookie(name, str(self._seen), seen.SECONDS, secure=secure, httponly=True)
        return answer


def is_behind(as_of: str | None, at: datetime) -> bool:
    """Whether copies lack what was said a while ago."""
    return as_of is not None and datetime.fromisoformat(as_of) < at - BEHIND


def is_own(request: Request, url: str, public_url: str) -> bool:
    """Whether an address is on this site, by its public name or the one that was asked."""
    own = {model.origin_of(public_url), model.origin_of(str(request.url))}
    return model.origin_of(url) in own


def _view(person: Person) -> Mapping[str, Any]:
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "verified": person.verified,
        "organiser": person.may("organiser"),
        "moderator": person.may("moderator"),
        "admin": person.may("admin"),
    }


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


async def _verified(visit: Member) -> Visit:
    verified = visit.person and visit.person.verified
    if visit.settings.require_verified and not verified:
        raise Unverified(model.UNVERIFIED)
    return visit


Verified = Annotated[Visit, Depends(_verified, scope="function")]
