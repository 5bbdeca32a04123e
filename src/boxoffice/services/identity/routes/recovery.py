"""Showing that an address is one's own, and setting another password or address."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, Secret, model_validator

from boxoffice.kit import limits
from boxoffice.kit.auth import Person as Bearer
from boxoffice.kit.auth import require
from boxoffice.kit.errors import NotFound, Unauthenticated
from boxoffice.kit.http.routing import Here, MaybeMe, Me, Now, Router, allow, limited, refuses
from boxoffice.kit.http.wire import Body
from boxoffice.kit.service import Running
from boxoffice.services.identity import commands, model
from boxoffice.services.identity.model import Asker
from boxoffice.services.identity.routes.wire import (
    ANSWERS,
    GUESSES,
    GUESSES_FROM_ONE,
    LETTERS,
    LETTERS_TO_ONE,
    Email,
    From,
    LinkToken,
    NewEmail,
    NewPassword,
    Password,
    PersonView,
    who_guesses,
)

router = Router()
Code = Annotated[str, Field(pattern=rf"^\s*\d{{{model.CODE_DIGITS}}}\s*$", max_length=20)]


class Proof(Body):
    """What a letter said: its code, or the token of its link."""

    code: Secret[Code] | None = None
    token: Secret[LinkToken] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.token is None):
            raise ValueError("Send the code or the token of the letter")
        return self


class Forgotten(Body):
    """Whose password is forgotten."""

    email: Email


class Reset(Body):
    """A new password, and the token of the link that allows it."""

    token: Secret[LinkToken]
    password: Secret[NewPassword]


class PasswordChange(Body):
    """A new password, and the one that counts so far."""

    current: Secret[Password]
    password: Secret[NewPassword]


class Move(Body):
    """A new address, and the password."""

    email: NewEmail
    password: Secret[Password]


@router.post("/api/users/verification", status_code=202)
@allow("member")
@limited(LETTERS)
@refuses(NotFound)
async def post_verification(me: Me, here: Here, now: Now) -> Mapping[str, str]:
    """Mail oneself a new code and link."""
    await limits.take(here, LETTERS_TO_ONE, f"verification {me.id}", now)
    await commands.ask_again(here.outside, here.db, me.id, now)
    return {}


@router.put("/api/users/verification")
@allow("anyone")
@limited(ANSWERS)
@refuses(Unauthenticated, NotFound)
async def put_verification(
    proof: Proof, me: MaybeMe, here: Here, asker: From, now: Now
) -> PersonView:
    """Show that one reads the mail of an address: by a link, or signed in by a code."""
    if proof.token:
        token = proof.token.get_secret_value()
        return PersonView.of(await commands.verify_by_link(here.db, token, asker, now))
    code = proof.code.get_secret_value().strip() if proof.code else ""
    return PersonView.of(
        await commands.verify_by_code(here.outside, here.db, require(me).id, code, asker, now)
    )


@router.post("/api/users/password-reset", status_code=202)
@allow("anyone")
@limited(LETTERS)
async def post_password_reset(
    forgotten: Forgotten, here: Here, asker: From, now: Now
) -> Mapping[str, str]:
    """Have a link mailed that sets a new password, if the address has an account."""
    await limits.take(here, LETTERS_TO_ONE, f"reset {forgotten.email.casefold()}", now)
    await commands.ask_for_reset(here.db, forgotten.email, asker, now)
    return {}


@router.put("/api/users/password-reset")
@allow("anyone")
@limited(ANSWERS)
async def put_password_reset(reset: Reset, here: Here, asker: From, now: Now) -> PersonView:
    """Set a new password by a link; all sign-ins end."""
    token, password = reset.token.get_secret_value(), reset.password.get_secret_value()
    return PersonView.of(
        await commands.reset_password(here.outside, here.db, token, password, asker, now)
    )


@router.put("/api/users/password")
@allow("member")
@limited(ANSWERS)
@refuses(NotFound)
async def put_password(
    change: PasswordChange, me: Me, here: Here, asker: From, now: Now
) -> PersonView:
    """Set a new password; all other sign-ins end."""
    passwords = (change.current.get_secret_value(), change.password.get_secret_value())
    async with _guess(here, me, asker, now):
        person = await commands.change_password(
            here.outside, here.db, me.id, me.sign_in_id, passwords, asker, now
        )
    return PersonView.of(person)


@router.put("/api/users/email", status_code=202)
@allow("member")
@limited(LETTERS)
@refuses(NotFound)
async def put_email(move: Move, me: Me, here: Here, asker: From, now: Now) -> Mapping[str, str]:
    """Have a code and a link mailed to a new address, which counts once they come back."""
    await limits.take(here, LETTERS_TO_ONE, f"verification {me.id}", now)
    await limits.take(here, LETTERS_TO_ONE, f"move {move.email.casefold()}", now)
    password = move.password.get_secret_value()
    async with _guess(here, me, asker, now):
        await commands.ask_to_move(here.outside, here.db, me.id, move.email, password, asker, now)
    return {}


@asynccontextmanager
async def _guess(here: Running, me: Bearer, asker: Asker, at: datetime) -> AsyncGenerator[None]:
    """Count what follows as a failed guess at a person's password, unless it succeeds."""
    counted = list(zip((GUESSES_FROM_ONE, GUESSES), who_guesses(str(me.id), asker), strict=True))
    for patience, who in counted:
        await limits.attempt(here, patience, who, at)
    yield
    for patience, who in counted:
        await limits.succeed(here, patience, who)
