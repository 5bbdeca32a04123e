"""The connection to Stripe, and what its refusals mean here."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import stripe as sdk
from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from boxoffice.kit.database import Database
from boxoffice.kit.errors import Unavailable
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log

CALL_SECONDS = 8.0  # for one answer: a bank mostly decides within three
LOOPBACK = {"127.0.0.1", "localhost"}
REPEATS = 1  # of a call that got no answer, under the same key; the buyer is waiting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stripe:
    """The card processor, and where it sends people back to."""

    client: sdk.StripeClient
    webhook_secret: str
    public_url: str


@asynccontextmanager
async def open_stripe(settings: Settings, _db: Database) -> AsyncGenerator[Stripe]:
    """Yield a connection to Stripe, or to what speaks like it at `stripe_url`."""
    sdk.enable_telemetry = False
    # Through a proxy where the environment names one, but never to this machine itself.
    is_near = URL(settings.stripe_url).host in LOOPBACK
    session = ClientSession(timeout=ClientTimeout(total=CALL_SECONDS), trust_env=not is_near)
    client = sdk.StripeClient(
        settings.stripe_key.get_secret_value(),
        base_addresses={"api": settings.stripe_url},
        max_network_retries=REPEATS,
        http_client=_Http(session),
    )
    secret = settings.stripe_webhook_secret.get_secret_value()
    try:
        yield Stripe(client, secret, settings.public_url)
    finally:
        await session.close()


class Refused(Unavailable):
    """Stripe has understood, and says no, in its own words."""

    def __init__(self, error: sdk.StripeError) -> None:
        super().__init__(error.user_message or "Stripe refuses this payment")
        self.code = error.code


class CardRefused(Refused):
    """The bank says no."""


async def ask(answer: Awaitable[T]) -> T:
    """Return Stripe's answer. Refused when it is no; Unavailable when there is none to trust."""
    try:
        return await answer
    except sdk.CardError as error:
        raise CardRefused(error) from None
    except sdk.StripeError as error:
        understood = error.http_status == HTTPStatus.BAD_REQUEST
        if isinstance(error, sdk.InvalidRequestError) and understood:
            raise Refused(error) from None
        log.error("stripe", error=type(error).__name__, code=error.code, request=error.request_id)
        raise Unavailable("The card processor does not answer; try again in a moment") from None


class _Http(sdk.HTTPClient):
    """Stripe's requests over aiohttp, with our time limits."""

    name = "aiohttp"

    def __init__(self, session: ClientSession) -> None:
        super().__init__()
        self._session = session

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Return body, status and headers of an answer."""
        address = URL(url, encoded=True)
        try:
            async with self._session.request(
                method, address, headers=headers, data=post_data, allow_redirects=False
            ) as answer:
                return await answer.read(), answer.status, answer.headers
        except (ClientError, TimeoutError) as error:
            raise sdk.APIConnectionError(type(error).__name__, should_retry=True) from None

    async def sleep_async(self, secs: float) -> None:
        """Wait before a call is repeated."""
        await asyncio.sleep(secs)
