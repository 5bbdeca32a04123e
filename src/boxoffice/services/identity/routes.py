"""What HTTP may ask of identity."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Request, Response
from pydantic import AfterValidator, Field, Secret

from boxoffice.kit.auth import Person as Bearer
from boxoffice.kit.auth import refresh_cookie, session_cookie
from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.http.problems import problem
from boxoffice.kit.http.routing import Here, MaybeMe, Now, Router, allow, refuses
from boxoffice.kit.http.wire import Body, Line, View
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import commands, model
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import SignedIn

router = Router()
LONGEST_PASSWORD = 128  # characters; a passphrase fits, a flood does not
KEYS_CACHED = "public, max-age=60"  # as often as the keys are looked at


def _email(text: str) -> str:
    if not model.is_email(text):
        raise ValueError("This is not an e-mail address, such as alice@example.com")
    return text


Email = Annotated[Line, Field(max_length=model.LONGEST_EMAIL)]
Name = Annotated[Line, Field(min_length=1, max_length=model.LONGEST_NAME)]
NewPassword = Annotated[str, Field(min_length=8, max_length=LONGEST_PASSWORD)]
Password = Annotated[str, Field(max_length=LONGEST_PASSWORD)]


class SignUp(Body):
    """What a newcomer says."""

    email: Annotated[Email, AfterValidator(_email), Field(json_schema_extra={"format": "email"})]
    password: Secret[NewPassword]
    name: Name | None = None


class Credentials(Body):
    """What somebody with an account shows."""

    email: Email
    password: Secret[Password]


class PersonView(View):
    """A person as they see themselves."""

    id: UUID
    email: str
    name: str
    roles: Sequence[str]
    verified: bool

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        """Return the view of who signed in."""
        person = signed_in.person
        return cls(
            id=person.person_id,
            email=person.email,
            name=person.name,
            roles=person.roles,
            verified=person.verified,
        )


class BearerView(PersonView):
    """A person as their token says; seconds since 1970 (RFC 7519)."""

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
async def post_signup(draft: SignUp, here: Here, now: Now, response: Response) -> PersonView:
    """Make an account and sign its person in."""
    password = draft.password.get_secret_value()
    signed_in = await commands.sign_up(
        here.outside, here.db, draft.email, password, draft.name, now
    )
    _set_cookies(response, signed_in, here.outside, here.settings)
    return PersonView.of(signed_in)


@router.post("/api/users/signin")
@allow("anyone")
async def post_signin(shown: Credentials, here: Here, now: Now, response: Response) -> PersonView:
    """Sign a person in."""
    password = shown.password.get_secret_value()
    signed_in = await commands.sign_in(here.outside, here.db, shown.email, password, now)
    _set_cookies(response, signed_in, here.outside, here.settings)
    return PersonView.of(signed_in)


@router.post("/api/users/refresh", response_model=PersonView)
@allow("anyone")
@refuses(Unauthenticated)
async def post_refresh(
    request: Request, here: Here, now: Now, response: Response
) -> PersonView | Response:
    """Continue a sign-in: the refresh cookie is spent, and both cookies are new."""
    token = request.cookies.get(refresh_cookie(here.settings))
    signed_in = token and await commands.refresh(here.outside, here.db, token, now)
    if not signed_in:
        refused = problem(Unauthenticated("Sign in again"))
        _clear_cookies(refused, here.settings)
        return refused
    _set_cookies(response, signed_in, here.outside, here.settings)
    return PersonView.of(signed_in)


@router.post("/api/users/signout")
@allow("anyone")
async def post_signout(
    request: Request, here: Here, now: Now, response: Response
) -> Mapping[str, str]:
    """Sign whoever asks out; once is enough."""
    if token := request.cookies.get(refresh_cookie(here.settings)):
        await commands.sign_out(here.db, token, now)
    _clear_cookies(response, here.settings)
    return {}


@router.get("/api/users/currentuser")
@allow("anyone")
async def get_currentuser(me: MaybeMe, response: Response) -> CurrentUserView:
    """Return who is asking, by their token alone."""
    response.headers["Cache-Control"] = "no-store"
    return CurrentUserView(current_user=me and BearerView.of_token(me))


@router.get("/.well-known/jwks.json")
@allow("anyone")
async def get_keys(here: Here, response: Response) -> KeysView:
    """Return the keys that check our tokens."""
    vault: Vault = here.outside
    response.headers["Cache-Control"] = KEYS_CACHED
    return KeysView(keys=vault.public_keys)


def _set_cookies(response: Response, signed_in: SignedIn, vault: Vault, settings: Settings) -> None:
    response.headers["Cache-Control"] = "no-store"
    for name, token, life in (
        (session_cookie(settings), signed_in.access_token, vault.token_life),
        (refresh_cookie(settings), signed_in.refresh_token, vault.refresh_life),
    ):
        seconds = int(life.total_seconds())
        response.set_cookie(
            name, token, seconds, secure=settings.https, httponly=True, samesite="lax"
        )


def _clear_cookies(response: Response, settings: Settings) -> None:
    for name in (session_cookie(settings), refresh_cookie(settings)):
        response.delete_cookie(name, secure=settings.https, httponly=True, samesite="lax")
