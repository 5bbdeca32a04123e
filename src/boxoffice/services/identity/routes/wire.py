"""What goes over HTTP about people, the cookies that sign them in, and how often one may ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Depends, Response
from pydantic import AfterValidator, BeforeValidator, Field

from boxoffice.kit.auth import refresh_cookie, session_cookie
from boxoffice.kit.http.routing import Address, Device
from boxoffice.kit.http.visitor import neighbourhood
from boxoffice.kit.http.wire import Line, View
from boxoffice.kit.limits import Limit, Patience
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import model
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import Asker, Person, SignedIn

LONGEST_PASSWORD = 128  # characters; a passphrase fits, a flood does not
LONGEST_TYPED = 4 * LONGEST_PASSWORD  # no letter of a keyboard has more parts; composing is costly
LONGEST_TOKEN = 128  # characters of a link; ours have 43

# By address: an office behind one address gets in, a list of stolen passwords does not.
SIGN_UPS = Limit("sign-up", at_once=100, every=timedelta(seconds=5))
SIGN_INS = Limit("sign-in", at_once=100, every=timedelta(seconds=1))
REFRESHES = Limit("refresh", at_once=120, every=timedelta(seconds=1))
LETTERS = Limit("letters", at_once=20, every=timedelta(seconds=30))
ANSWERS = Limit("answers", at_once=60, every=timedelta(seconds=5))
# By account: nobody's mailbox is flooded, and no password guessed.
LETTERS_TO_ONE = Limit("letters to one", at_once=3, every=timedelta(minutes=2))
GUESSES_FROM_ONE = Patience(
    "guesses from one address",
    free=10,
    first=timedelta(seconds=1),
    longest=timedelta(minutes=15),
    forgotten=timedelta(hours=1),
)
GUESSES = Patience(  # from everywhere: so slow that who knows the password is not kept out
    "guesses",
    free=50,
    first=timedelta(seconds=1),
    longest=timedelta(seconds=30),
    forgotten=timedelta(hours=12),
)


def _email(text: str) -> str:
    if not model.is_email(text):
        raise ValueError("This is not an e-mail address, such as alice@example.com")
    return text


def _compose(password: object) -> object:
    """Have the limits count characters as people see them, whatever their keyboard sends."""
    if isinstance(password, str) and len(password) <= LONGEST_TYPED:
        return model.compose(password)
    return password


Email = Annotated[Line, Field(max_length=model.LONGEST_EMAIL)]
NewEmail = Annotated[Email, AfterValidator(_email), Field(json_schema_extra={"format": "email"})]
Name = Annotated[Line, Field(min_length=1, max_length=model.LONGEST_NAME)]
NewPassword = Annotated[
    str, Field(min_length=8, max_length=LONGEST_PASSWORD), BeforeValidator(_compose)
]
Password = Annotated[str, Field(max_length=LONGEST_PASSWORD), BeforeValidator(_compose)]
LinkToken = Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN)]


async def _asker(address: Address, device: Device) -> Asker:
    return Asker(address, device)


From = Annotated[Asker, Depends(_asker, scope="function")]  # where a request comes from


class PersonView(View):
    """A person as they see themselves."""

    id: UUID
    email: str
    name: str
    roles: Sequence[str]
    verified: bool

    @classmethod
    def of(cls, person: Person) -> Self:
        """Return the view of a person."""
        return cls(**_fields(person))


class BanView(View):
    """Since when, until when and why somebody is banned; without `until` it is for good."""

    reason: str
    since: datetime
    until: datetime | None


class AccountView(PersonView):
    """A person as admins see them."""

    joined_at: datetime
    ban: BanView | None

    @classmethod
    def of_now(cls, person: Person, at: datetime) -> Self:
        """Return the view of a person at this time: a ban that is over is none."""
        ban = None
        if person.is_banned(at) and person.banned_at:
            ban = BanView(
                reason=person.ban_reason or "",
                since=person.banned_at,
                until=person.banned_until,
            )
        return cls(**_fields(person), joined_at=person.joined_at, ban=ban)


def who_guesses(email: str, asker: Asker) -> tuple[str, str]:
    """Return on whose behalf guesses at an account are counted: from one address, from all."""
    account = email.casefold()
    return f"{account} {neighbourhood(asker.address)}", account


def set_cookies(response: Response, signed_in: SignedIn, vault: Vault, settings: Settings) -> None:
    """Have the browser keep the tokens of a sign-in."""
    response.headers["Cache-Control"] = "no-store"
    for name, token, life in (
        (session_cookie(settings), signed_in.access_token, vault.token_life),
        (refresh_cookie(settings), signed_in.refresh_token, vault.refresh_life),
    ):
        seconds = int(life.total_seconds())
        response.set_cookie(
            name, token, seconds, secure=settings.https, httponly=True, samesite="lax"
        )


def clear_cookies(response: Response, settings: Settings) -> None:
    """Have the browser forget its tokens."""
    for name in (session_cookie(settings), refresh_cookie(settings)):
        response.delete_cookie(name, secure=settings.https, httponly=True, samesite="lax")


def _fields(person: Person) -> dict[str, Any]:
    return {
        "id": person.person_id,
        "email": person.email,
        "name": person.name,
        "roles": person.roles,
        "verified": person.verified,
    }
