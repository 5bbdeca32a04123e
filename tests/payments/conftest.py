"""What tests of payments may ask for."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from boxoffice.kit.settings import Settings
from boxoffice.stack.stripe import pretend_stripe
from payments.till import MARKET, Line, OpenTill, Till, at_stripe
from stage import Play

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
async def open_till(play: Play, settings: Settings, tmp_path: Path) -> AsyncGenerator[OpenTill]:
    """Open a till: `till = await open_till("payments", webhooks=False, hold_seconds=1)`."""
    async with AsyncExitStack() as stack:

        async def start(*names: str, webhooks: bool = True, **changes: Any) -> Till:
            heard = f"{settings.public_url}/api/payments/webhook"
            pretend = await stack.enter_async_context(
                pretend_stripe(
                    tmp_path / "stripe",
                    webhook_url=heard if webhooks else NOWHERE,
                    api_key=settings.stripe_key.get_secret_value(),
                    webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
                    public_url=settings.stripe_url,
                )
            )
            line = Line(pretend.app)
            app = await play(*(names or MARKET), mounts={"/dev/stripe": line}, **changes)
            stack.push_async_callback(app.stop)  # before its Stripe goes
            db = await app.db("payments")
            return Till(app, db, await stack.enter_async_context(at_stripe(app, db)), line)

        yield start


@pytest.fixture
async def till(open_till: OpenTill) -> Till:
    """The market, and its till."""
    return await open_till()
