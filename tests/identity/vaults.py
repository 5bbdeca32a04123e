"""Vaults that are slower or quicker at passwords than the real one, and as right."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from boxoffice.kit.settings import Settings
from boxoffice.services.identity.commands import Vault

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
