"""Delivers events to the webhook endpoint, signed, again and again until it says yes."""

import asyncio
import hmac
import json
import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import httpx

from boxoffice.kit.signal import wait
from boxoffice.stack.stripe import sessions
from boxoffice.stack.stripe.api import KEY_KEPT
from boxoffice.stack.stripe.store import Letter, Store, Transaction

PARALLEL = 8  # deliveries at once: enough for a burst, few enough for a small endpoint
TIMEOUT = 10.0  # seconds the endpoint has to answer
FIRST_DELAY, LONGEST_DELAY = 0.2, 60.0  # seconds; doubled from one to the other
IDLE = 5.0  # seconds between looks at the clock when nothing is due
EVENTS_KEPT = timedelta(days=30)  # as long as Stripe lists them

log = logging.getLogger(__name__)


def sign(payload: bytes, secret: str, at: int) -> str:
    """Return the Stripe-Signature header of a payload sent at that second."""
    signature = hmac.new(secret.encode(), b"%d.%b" % (at, payload), sha256).hexdigest()
    return f"t={at},v1={signature}"


def delay_after(attempts: int) -> float:
    """Return the seconds to wait after that many deliveries in vain."""
    doublings = min(attempts - 1, 16)  # more would only be cut off
    return min(FIRST_DELAY * 2**doublings, LONGEST_DELAY)


class Courier:
    """Carries letters from the store to one endpoint, and keeps the store's clockwork going."""

    def __init__(self, store: Store, url: str, secret: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._url = url
        self._secret = secret
        self._clock = clock
        self._under_way = 0

    async def run(self) -> None:
        """Deliver until cancelled. What is not acknowledged by then is due at the next start."""
        await self._store.run(Transaction.hurry_letters)
        async with (
            httpx.AsyncClient(
                timeout=TIMEOUT, trust_env=False, verify=self._url.startswith("https:")
            ) as client,
            asyncio.TaskGroup() as deliveries,
        ):
            while True:
                self._store.news.clear()
                try:
                    letters, next_at = await self._store.run(self._tick)
                except Exception as error:  # noqa: BLE001 - the letters are safe, look again later
                    log.warning("webhooks wait: %r", error)
                    letters, next_at = [], None
                for letter in letters:
                    self._under_way += 1
                    deliveries.create_task(self._deliver(client, letter))
                if not letters:
                    await self._rest(next_at)

    def _tick(self, tx: Transaction) -> tuple[list[Letter], float | None]:
        sessions.expire_overdue(tx)
        tx.forget(
            answers_before=tx.now - int(KEY_KEPT.total_seconds()),
            events_before=tx.now - int(EVENTS_KEPT.total_seconds()),
        )
        letters = tx.claim_letters(
            PARALLEL - self._under_way, until=tx.exact_now + TIMEOUT + LONGEST_DELAY
        )
        return letters, tx.next_letter_at()

    async def _deliver(self, client: httpx.AsyncClient, letter: Letter) -> None:
        try:
            outcome = await self._sent(client, letter)
            if outcome is None:
                await self._store.run(lambda tx: tx.settle_letter(letter.body))
            else:
                delay = delay_after(letter.attempts)
                log.info("webhook %s: %s, again in %.1f s", letter.event_id, outcome, delay)
                due_at = self._clock() + delay
                await self._store.run(lambda tx: tx.postpone_letter(letter.event_id, due_at))
        except sqlite3.Error as error:  # it is due again at the end of its claim
            log.warning("webhook %s: %r", letter.event_id, error)
        finally:
            self._under_way -= 1
            self._store.news.set()

    async def _sent(self, client: httpx.AsyncClient, letter: Letter) -> str | None:
        """Send a letter once and return what went wrong, if anything."""
        payload = json.dumps(letter.body, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(payload, self._secret, int(self._clock())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answer = await client.post(self._url, content=payload, headers=headers)
        except Exception as error:  # noqa: BLE001 - whatever it was, the letter goes out again
            return repr(error)
        return None if answer.is_success else str(answer.status_code)

    async def _rest(self, next_at: float | None) -> None:
        seconds = IDLE
        if next_at is not None and self._under_way < PARALLEL:
            seconds = min(IDLE, max(0.0, next_at - self._clock()))
        await wait(self._store.news, timedelta(seconds=seconds))
