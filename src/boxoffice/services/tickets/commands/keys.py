"""The keys that sign codes."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from joserfc.errors import JoseError

from boxoffice.kit.database import Database
from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.services.tickets import store
from boxoffice.services.tickets.model import Admission, Claim, TicketKey, read_code


class Stamp:
    """What makes a code of an admission, and tells our codes from others."""

    def __init__(self, keys: Sequence[TicketKey]) -> None:
        self._keys = keys

    @property
    def public_keys(self) -> Sequence[Mapping[str, Any]]:
        """What checks our codes, as JWKs."""
        return [key.public for key in self._keys]

    def code(self, admission: Admission) -> str:
        """Return the code of an admission, the same one until it is issued anew."""
        return self._keys[0].sign(admission.claim)

    def read(self, code: str) -> Claim:
        """Return what a code says. BadInput unless it is one of ours."""
        return read_code(code, self._keys)


@asynccontextmanager
async def open_stamp(settings: Settings, db: Database) -> AsyncGenerator[Stamp]:
    """Yield the stamp, with a key in it. SettingsError for another secret than sealed the keys."""
    secret = settings.secret.get_secret_value()
    kept = await store.select_signing_keys(db)
    if not kept or kept[0].retires_at:
        await store.insert_signing_key(db, TicketKey.new().seal(secret))
        kept = await store.select_signing_keys(db)
    try:
        keys = [TicketKey.opened(key, secret) for key in kept]
    except JoseError:
        raise SettingsError(
            "BOXOFFICE_SECRET: this is not the secret that sealed the keys of the tickets"
        ) from None
    yield Stamp(keys)
