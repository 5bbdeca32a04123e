"""Letters that wait to be sent, and what comes back of them."""

from typing import Any
from uuid import UUID

import httpx

from boxoffice.events.identity import Notice, SendMessage, SendVerification
from boxoffice.kit.outbox import count_unsent
from identity.office import letters
from identity.visitor import Visitor
from stage import PASSWORD, App, eventually

BETTER = "a better battery"
WRONG = "no battery at all"
TOO_LATE = "This link has been used, or is too old; ask for another"
WRONG_CODE = "This code is wrong, too old, or was tried too often"


async def proofs(app: App, email: str, many: int = 1) -> list[SendVerification]:
    """The letters with a code and a link to this address, once there are as many."""

    async def look() -> list[SendVerification]:
        found = [one for one in await letters(app, SendVerification, 0) if one.email == email]
        assert len(found) >= many, f"{len(found)} letters to {email}"
        return found

    return await eventually(look)


async def notices(app: App, email: str, kind: Notice, many: int = 1) -> list[SendMessage]:
    """The letters of this kind to this address, once there are as many."""

    async def look() -> list[SendMessage]:
        sent = await letters(app, SendMessage, 0)
        found = [one for one in sent if (one.email, one.kind) == (email, kind)]
        assert len(found) >= many, f"{len(found)} letters to {email}"
        return found

    return await eventually(look)


async def reset_token(app: App, email: str, many: int = 1) -> str:
    """The token of the newest link that resets a password, once there are as many."""
    token = (await notices(app, email, "reset", many))[-1].token
    assert token
    return token


async def all_is_sent(app: App) -> None:
    """Wait until every letter that was asked for is on its way."""
    db = await app.db("identity")

    async def nothing_waits() -> None:
        assert await db.fetchval("SELECT count(*) FROM reset_requests") == 0
        assert await count_unsent(db) == 0

    await eventually(nothing_waits)


async def prove(visitor: Visitor, **proof: object) -> httpx.Response:
    """Show the `code` or the `token` of a letter."""
    return await visitor.http.put("/api/users/verification", json=proof)


async def ask_again(visitor: Visitor) -> httpx.Response:
    """Ask for another code and link."""
    return await visitor.http.post("/api/users/verification")


async def move(visitor: Visitor, email: str, password: str = PASSWORD) -> httpx.Response:
    """Ask that another address counts."""
    body = {"email": email, "password": password}
    return await visitor.http.put("/api/users/email", json=body)


async def forget(visitor: Visitor, email: str | None = None, **options: Any) -> httpx.Response:
    """Ask for a link that resets the password of an address: one's own, if no other is named."""
    body = {"email": email or visitor.email}
    return await visitor.http.post("/api/users/password-reset", json=body, **options)


async def reset(visitor: Visitor, token: str, password: str = BETTER) -> httpx.Response:
    """Set a password by a link."""
    body = {"token": token, "password": password}
    return await visitor.http.put("/api/users/password-reset", json=body)


async def change(
    visitor: Visitor, current: str = PASSWORD, password: str = BETTER
) -> httpx.Response:
    """Set a password by the one that counts so far."""
    body = {"current": current, "password": password}
    return await visitor.http.put("/api/users/password", json=body)


async def id_of(visitor: Visitor) -> UUID:
    """Who is signed in there."""
    person = await visitor.who()
    assert person
    return UUID(person["id"])


def another(code: str) -> str:
    """Any code but this."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def is_refused(answer: httpx.Response, detail: str, field: str | None = None) -> None:
    """Check that this is a refusal of what was sent, in these words, of this field."""
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"] == detail
    assert [error.get("field") for error in answer.json()["errors"]] == [field]
