"""A crowd that asks too often: from where it likes, until it is told to wait."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx

from boxoffice.kit.limits import Limit
from identity.conftest import Visit
from identity.letters import WRONG
from identity.visitor import Visitor
from stage import App

HOME, ELSEWHERE = "198.51.100.1", "203.0.113.1"
TRUSTING = {"rate_limits": True, "trusted_proxies": "127.0.0.0/8"}  # who asks comes by a proxy
STALLS = 5  # how often a slow machine may sleep through a wait


def come_from(visit: Visit, email: str, address: str) -> Visitor:
    """Somebody who comes by from this address."""
    visitor = visit(email)
    visitor.http.headers["X-Forwarded-For"] = address
    return visitor


async def wait_of(ask: Callable[[], Awaitable[httpx.Response]]) -> int:
    """The seconds that this must wait, once it is asked too often."""
    answer = await ask()
    for _ in range(STALLS):
        if answer.status_code != 429:
            answer = await ask()
    return seconds_of(answer)


def seconds_of(answer: httpx.Response) -> int:
    """The seconds to wait that a refusal names, in its header and in its words."""
    seconds = int(answer.headers["Retry-After"])
    wait = f"{seconds} s" if seconds < 120 else f"{-(-seconds // 60)} min"
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == f"Too many tries; wait {wait} and try again"
    assert "set-cookie" not in answer.headers
    return seconds


async def fail(visitor: Visitor, email: str | None = None) -> httpx.Response:
    """Guess wrong at the password of an address: of one's own, if no other is named."""
    return await visitor.sign_in(email=email or visitor.email, password=WRONG)


async def let_pass(app: App, seconds: float) -> None:
    """Make it as if all had been asked for longer ago."""
    await (await app.db("identity")).execute(
        "UPDATE limits SET until = until - $1::interval", timedelta(seconds=seconds)
    )


async def have_failed(app: App, often: int) -> None:
    """Make it as if all who failed had done it so often, and had waited since."""
    await (await app.db("identity")).execute(
        "UPDATE limits SET tries = $1, until = now() - interval '1 s' WHERE tries > 0", often
    )


async def have_asked(app: App, limit: Limit) -> None:
    """Make it as if all who asked once had done it as often as they may at once."""
    await (await app.db("identity")).execute(
        "UPDATE limits SET until = until + $1::interval", limit.every * (limit.at_once - 1)
    )
