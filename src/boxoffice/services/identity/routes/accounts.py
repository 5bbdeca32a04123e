"""Signing up, in and out, and who is asking."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from fastapi import Request, Response
from pydantic import Secret

from boxoffice.kit import limits
from boxoffice.kit.auth import Person as Bearer
from boxoffice.kit.auth import refresh_cookie
from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.http.problems import problem
from boxoffice.kit.http.routing import Here, MaybeMe, Now, Router, allow, limited, refuses
from boxoffice.kit.http.wire import Body, View
from boxoffice.kit.limits import Patience
from boxoffice.kit.service import Running
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import Asker
from boxoffice.services.identity.routes.wire import (
    GUESSES,
    GUESSES_FROM_ONE,
    REFRESHES,
    SIGN_INS,
    SIGN_UPS,
    Email,
    From,
    Name,
    NewEmail,
    NewPassword,
    Password,
    PersonView,
    clear_cookies,
    set_cookies,
    who_guesses,
)

router = Router()
KEYS_CACHED = "public, max-age=60"  # as often as the keys are looked at


class SignUp(Body):
    """What a newcomer says."""

    email: NewEmail
    password: Secret[NewPassword]
    name: Name | None = None


class Credentials(Body):
    """What somebody with an account shows."""

    email: Email
    password: Secret[Password]


class BearerView(PersonView):
    """A person as they stand now, and their token's seconds since 1970 (RFC 7519)."""

    iat: int
    exp: int

    @classmethod
    def of_token(cls, bearer: Bearer) -> Self:
        """Return the view of who holds a token."""
        return cls(
            id=bearer.id,
            email=bearer.email,
            name=bearer.name,
            roles=bearer.roles,
            verified=bearer.verified,
            iat=int(bearer.issued_at.timestamp()),
            exp=int(bearer.expires_at.timestamp()),
        )


class CurrentUserView(View):
    """Who is asking, if anybody."""

    current_user: BearerView | None


class KeysView(View):
    """Keys that check tokens (RFC 7517)."""

    keys: Sequence[Mapping[str, Any]]


@router.post("/api/users/signup", status_code=201)
@allow("anyone")
@limited(SIGN_UPS)
async def post_signup(
    draft: SignUp, request: Request, here: Here, asker: From, now: Now, response: Response
) -> PersonView:
    """Make an account and sign its person in; whoever was at this browser is not any more."""
    password = draft.password.get_secret_value()
    signed_in = await commands.sign_up(
        here.outside, here.db, draft.email, password, draft.name, asker, now
    )
    await _leave(request, here, asker, now)
    set_cookies(response, signed_in, here.outside, here.settings)
    return PersonView.of(signed_in.person)


@router.post("/api/users/signin")
@allow("anyone")
@limited(SIGN_INS)
async def post_signin(
    shown: Credentials, request: Request, here: Here, asker: From, now: Now, response: Response
) -> PersonView:
    """Sign a person in; whoever was at this browser is not any more."""
    counted = await _counted(here, shown.email, asker)
    for patience, who in counted.items():
        await limits.attempt(here, patience, who, now)
    password = shown.password.get_secret_value()
    signed_in = await commands.sign_in(here.outside, here.db, shown.email, password, asker, now)
    for patience, who in counted.items():
        await limits.succeed(here, patience, who)
    await _leave(request, here, asker, now)
    set_cookies(response, signed_in, here.outside, here.settings)
    return PersonView.of(signed_in.person)


@router.post("/api/users/refresh", response_model=PersonView)
@allow("anyone")
@limited(REFRESHES)
@refuses(Unauthenticated)
async def post_refresh(
    request: Request, here: Here, asker: From, now: Now, response: Response
) -> PersonView | Response:
    """Continue a sign-in: the refresh cookie is spent, and both cookies are new."""
    token = request.cookies.get(refresh_cookie(here.settings))
    signed_in = token and await commands.refresh(here.outside, here.db, token, asker, now)
    if not signed_in:
        refused = problem(Unauthenticated("Sign in again"))
        clear_cookies(refused, here.settings)
        return refused
    set_cookies(response, signed_in, here.outside, here.settings)
    return PersonView.of(signed_in.person)


@router.post("/api/users/signout")
@allow("anyone")
async def post_signout(
    request: Request, me: MaybeMe, here: Here, asker: From, now: Now, response: Response
) -> Mapping[str, str]:
    """Sign whoever asks out, also of the tokens that are still good; once is enough."""
    token = request.cookies.get(refresh_cookie(here.settings))
    await commands.sign_out(here.db, token, me and me.sign_in_id, asker, now)
    clear_cookies(response, here.settings)
    return {}


@router.get("/api/users/currentuser")
@allow("anyone")
async def get_currentuser(me: MaybeMe, response: Response) -> CurrentUserView:
    """Return who is asking, by their token and what has changed since it was signed."""
    response.headers["Cache-Control"] = "no-store"
    return CurrentUserView(current_user=me and BearerView.of_token(me))


@router.get("/.well-known/jwks.json")
@allow("anyone")
async def get_keys(here: Here, response: Response) -> KeysView:
    """Return the keys that check our tokens."""
    vault: Vault = here.outside
    response.headers["Cache-Control"] = KEYS_CACHED
    return KeysView(keys=vault.public_keys)


async def _counted(here: Running, email: str, asker: Asker) -> Mapping[Patience, str]:
    """Return on whose behalf a guess at this account is counted, by what counts it.

    From where its owner has signed in, guesses from elsewhere do not count: or else whoever guesses
    without a pause would keep them out.
    """
    from_one, from_all = who_guesses(email, asker)
    if await store.is_known_place(here.db, email, asker.address):
        return {GUESSES_FROM_ONE: from_one}
    return {GUESSES_FROM_ONE: from_one, GUESSES: from_all}


async def _leave(request: Request, here: Running, asker: Asker, at: datetime) -> None:
    """End the sign-in that this browser had so far."""
    if before := request.cookies.get(refresh_cookie(here.settings)):
        await commands.sign_out(here.db, before, None, asker, at)
