"""What is slower or quicker at passwords than the real one, and as right."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from boxoffice.kit import clock
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import store
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import Newcomer, Person
from stage import PASSWORD, App

T = TypeVar("T")


class SlowVault(Vault):
    """A vault that hands over what it worked out when the test says so."""

    def __init__(self, settings: Settings, vault: Vault) -> None:
        super().__init__(settings, vault.keys)
        self.published.set()
        self.worked = asyncio.Event()
        self.gate = asyncio.Event()

    async def work(self, scrypt: Callable[[], T]) -> T:
        worked_out = await super().work(scrypt)
        self.worked.set()
        await self.gate.wait()
        return worked_out


class ThriftyVault(Vault):
    """A vault that works out each thing once, however many ask for it."""

    def __init__(self, settings: Settings, vault: Vault) -> None:
        super().__init__(settings, vault.keys)
        self.published.set()
        self._known: dict[str, asyncio.Task[Any]] = {}

    async def work(self, scrypt: Callable[[], T]) -> T:
        what = repr(scrypt)
        if what not in self._known:
            self._known[what] = asyncio.create_task(super().work(scrypt))
        return await self._known[what]


def weak_hash(password: str, log_cost: int = 4) -> str:
    """What would be kept of a password with that much work: each 1 more is twice as much."""
    salt = b"s" * 16
    hashed = hashlib.scrypt(password.encode(), salt=salt, n=2**log_cost, r=8, p=3, dklen=32)
    return f"$scrypt$ln={log_cost},r=8,p=3${b64encode(salt).decode()}${b64encode(hashed).decode()}"


async def lodge(app: App, *emails: str) -> list[Person]:
    """People who have accounts with PASSWORD, which takes no time to check."""
    async with (await app.db("identity")).transaction() as tx:
        newcomers = [Newcomer(email, email, weak_hash(PASSWORD)) for email in emails]
        people = [await store.insert_person(tx, one, clock.now()) for one in newcomers]
    return [person for person in people if person]
