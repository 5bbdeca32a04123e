"""Somebody at a browser: it keeps cookies, and says which site's page asks."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from boxoffice.kit.database import Database
from boxoffice.services.identity import commands
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import Asker
from stage import PASSWORD, App, Someone

ASKER = Asker("192.0.2.7", "a browser")  # where a command is asked from


class Visitor:
    """A browser, and the account that its person has or will have."""

    def __init__(self, url: str, email: str) -> None:
        self.http = httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=30)
        self.email = email

    async def sign_up(self, **said: object) -> httpx.Response:
        return await self._post("signup", {"email": self.email, "password": PASSWORD} | said)

    async def sign_in(self, **said: object) -> httpx.Response:
        return await self._post("signin", {"email": self.email, "password": PASSWORD} | said)

    async def sign_out(self) -> httpx.Response:
        return await self._post("signout")

    async def refresh(self, token: str | None = None) -> httpx.Response:
        """Refresh with the cookie that this browser holds, or with a token from elsewhere."""
        if token is not None:
            self.give("refresh", token)
        return await self._post("refresh")

    async def sessions(self) -> list[dict[str, Any]]:
        """Where its person is signed in, the newest first."""
        return (await self.http.get("/api/users/sessions")).json()["items"]

    async def who(self) -> dict[str, Any] | None:
        """Whom the product takes this browser for."""
        return (await self.http.get("/api/users/currentuser")).json()["currentUser"]

    @property
    def token(self) -> str:
        """Its access token."""
        return self.http.cookies["session"]

    @property
    def refresh_token(self) -> str:
        """Its refresh token."""
        return self.http.cookies["refresh"]

    @property
    def bearer(self) -> Someone:
        """Whoever has its access token as it is now, and nothing else."""
        return Someone(self.email.partition("@")[0], token=self.token)

    def give(self, cookie: str, value: str) -> None:
        """Have it hold a cookie of the site."""
        self.http.cookies.delete(cookie) if cookie in self.http.cookies else None
        self.http.cookies.set(cookie, value, domain=self.http.base_url.host)

    async def _post(self, what: str, body: object = None) -> httpx.Response:
        return await self.http.post(f"/api/users/{what}", json=body)


@asynccontextmanager
async def open_vault(app: App) -> AsyncGenerator[Vault]:
    """A replica's vault, whose keys are published."""
    async with commands.open_vault(app.settings, await app.db("identity")) as vault:
        vault.published.set()
        yield vault


async def somebody_waits(db: Database) -> None:
    """One transaction of this database waits for another."""
    assert await db.fetchval(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
    )
