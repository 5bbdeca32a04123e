"""A day of Alice's with her account, and what the audit must say of it."""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import httpx

from boxoffice.events.identity import Action, SendMessage, SendVerification
from boxoffice.kit import clock
from boxoffice.services.identity.model import OVERLAP
from identity.office import NOWHERE, letters, settle
from identity.visitor import Visitor
from stage import PASSWORD, App, Someone, eventually

BETTER, BEST, WRONG = "a better battery", "the best battery", "no battery at all"
MOVED = "alice@elsewhere.example"


class Place(NamedTuple):
    """Where somebody asks from: an address, and what their browser calls itself."""

    address: str
    device: str


class Noted(NamedTuple):
    """What an entry must say."""

    action: Action
    by: UUID | None
    person: UUID | None
    place: Place


LAPTOP = Place("203.0.113.1", "Laptop/1.0")
PHONE = Place("2001:db8::7", "Phone/2.0")
THIEF = Place("198.51.100.9", "Thief/3.0")
OFFICE = Place("192.0.2.1", "Office/4.0")


@dataclass
class Day:
    """Who is there, what has been done so far, and every secret that was shown."""

    app: App
    ada: Someone
    laptop: Visitor
    phone: Visitor
    thief: Visitor
    begun: datetime
    alice: UUID = NOWHERE
    noted: list[Noted] = field(default_factory=list[Noted])
    secrets: set[str] = field(default_factory=set[str])

    def does(self, action: Action, place: Place) -> None:
        """Expect that Alice is said to have done this herself."""
        self.noted.append(Noted(action, self.alice, self.alice, place))

    def befalls(self, action: Action, place: Place) -> None:
        """Expect that this is said to have befallen Alice, by nobody knows whom."""
        self.noted.append(Noted(action, None, self.alice, place))

    def rules(self, action: Action, whom: UUID | None) -> None:
        """Expect that Ada is said to have done this to somebody."""
        self.noted.append(Noted(action, self.ada.id, whom, OFFICE))

    def saw(self, visitor: Visitor) -> None:
        """Remember the tokens of a browser."""
        self.secrets |= {visitor.token, visitor.refresh_token}


async def live(day: Day) -> None:
    """Do one of everything that is noted."""
    await _come_and_go(day)
    await _prove_an_address(day)
    await _change_passwords(day)
    await _be_robbed(day)
    await _be_ruled(day)
    day.secrets |= {PASSWORD, BETTER, BEST, WRONG, MOVED, day.laptop.email, day.ada.email}


@asynccontextmanager
async def open_day(app: App) -> AsyncGenerator[Day]:
    """The morning of a day: nobody has done anything yet."""
    async with AsyncExitStack() as stack:

        def at(place: Place) -> Visitor:
            visitor = Visitor(app.settings.public_url, "alice@example.com")
            visitor.http.headers.update(_from(place))
            stack.push_async_callback(visitor.http.aclose)
            return visitor

        yield Day(
            app, await settle(app, "ada", "admin"), at(LAPTOP), at(PHONE), at(THIEF), clock.now()
        )


async def _come_and_go(day: Day) -> None:
    day.alice = UUID((await day.laptop.sign_up()).json()["id"])
    day.does("signed up", LAPTOP)
    await day.thief.sign_in(password=WRONG)
    day.befalls("sign-in refused", THIEF)
    for leave in ("signed out", "sign-in ended"):
        await day.phone.sign_in()
        day.saw(day.phone)
        day.does("signed in", PHONE)
        if leave == "signed out":
            await day.phone.sign_out()
            day.does(leave, PHONE)
        else:
            newest = (await day.laptop.http.get("/api/users/sessions")).json()["items"][0]
            await _ok(day.laptop.http.delete(f"/api/users/sessions/{newest['id']}"))
            day.does(leave, LAPTOP)


async def _prove_an_address(day: Day) -> None:
    (letter,) = await letters(day.app, SendVerification)
    wrong = f"{(int(letter.code) + 1) % 1_000_000:06}"
    await day.laptop.http.put("/api/users/verification", json={"code": wrong})
    day.does("code refused", LAPTOP)
    await _ok(day.laptop.http.put("/api/users/verification", json={"code": letter.code}))
    day.does("e-mail verified", LAPTOP)
    await _ok(day.laptop.http.put("/api/users/email", json={"email": MOVED, "password": PASSWORD}))
    _, moving = await letters(day.app, SendVerification, 2)
    await _ok(day.phone.http.put("/api/users/verification", json={"token": moving.token}))
    day.does("e-mail changed", PHONE)
    day.laptop.email = day.phone.email = day.thief.email = MOVED
    day.secrets |= {letter.code, wrong, letter.token, moving.code, moving.token}


async def _change_passwords(day: Day) -> None:
    change = {"current": PASSWORD, "password": BETTER}
    await _ok(day.laptop.http.put("/api/users/password", json=change))
    day.does("password changed", LAPTOP)
    await _ok(day.phone.http.post("/api/users/password-reset", json={"email": MOVED}))
    day.befalls("password reset asked", PHONE)
    token = await eventually(lambda: _reset_token(day.app))
    guess = {"token": "a guess", "password": BEST}
    await day.thief.http.put("/api/users/password-reset", json=guess)
    day.noted.append(Noted("reset refused", None, None, THIEF))
    await _ok(day.phone.http.put("/api/users/password-reset", json=guess | {"token": token}))
    day.does("password reset", PHONE)
    day.secrets |= {token, "a guess"}


async def _be_robbed(day: Day) -> None:
    await day.phone.sign_in(password=BEST)
    day.does("signed in", PHONE)
    stolen = day.phone.refresh_token
    await _ok(day.phone.refresh())
    db = await day.app.db("identity")
    await db.execute("UPDATE refresh_tokens SET used_at = used_at - 2 * $1::interval", OVERLAP)
    await day.thief.refresh(stolen)
    day.befalls("stolen sign-in ended", THIEF)
    day.secrets |= {stolen}
    day.saw(day.phone)


async def _be_ruled(day: Day) -> None:
    whom = f"/api/users/{day.alice}"
    await _rule(day, "PUT", f"{whom}/roles", {"roles": ["member", "organiser"]})
    day.rules("roles changed", day.alice)
    await _rule(day, "PUT", f"{whom}/ban", {"reason": "selling air"})
    day.rules("banned", day.alice)
    await day.phone.sign_in(password=BEST)
    day.befalls("sign-in refused", PHONE)
    await _rule(day, "DELETE", f"{whom}/ban")
    day.rules("ban lifted", day.alice)
    await _rule(day, "GET", "/api/audit/export")
    day.rules("exported", None)


async def _rule(day: Day, method: str, path: str, body: object = None) -> None:
    await _ok(day.app.ask(method, path, day.ada, json=body, headers=_from(OFFICE)))


async def _reset_token(app: App) -> str:
    found = [one.token for one in await letters(app, SendMessage) if one.kind == "reset"]
    assert found
    return found[0] or ""


async def _ok(asking: Awaitable[httpx.Response]) -> None:
    answer = await asking
    assert answer.is_success, answer.text


def _from(place: Place) -> dict[str, str]:
    return {"X-Forwarded-For": place.address, "User-Agent": place.device}
