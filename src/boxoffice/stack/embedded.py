"""All that Boxoffice needs from outside, run on this machine, in one folder."""

import json
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from boxoffice.stack import children
from boxoffice.stack.mailbox import mailbox
from boxoffice.stack.nats import nats_server
from boxoffice.stack.postgres import postgres
from boxoffice.stack.stripe import pretend_stripe


@dataclass(frozen=True, slots=True)
class Embedded:
    """Servers that run: where they are as settings, and their own pages as mounts."""

    settings: Mapping[str, str]
    mounts: Mapping[str, ASGIApp]


@asynccontextmanager
async def embedded(
    folder: Path, url: str, services: Sequence[str], tell: Callable[[str], None]
) -> AsyncGenerator[Embedded]:
    """Run PostgreSQL, NATS, a mail catcher and a pretend Stripe for an app that will be at `url`.

    `tell` is called with the name of each before it starts. StackError when one cannot run here.
    """
    async with AsyncExitStack() as stack:
        kept = await stack.enter_async_context(_kept_secrets(folder))
        tell("PostgreSQL")
        pg = await stack.enter_async_context(postgres(folder / "postgres"))
        for service in services:
            await pg.ensure_service(service)
        tell("NATS")
        nats = await stack.enter_async_context(nats_server(folder / "nats"))
        tell("mail catcher")
        mail = await stack.enter_async_context(mailbox(folder / "mail"))
        tell("pretend Stripe")
        stripe = await stack.enter_async_context(
            pretend_stripe(
                folder / "stripe",
                webhook_url=f"{url}/api/payments/webhook",
                api_key=kept["stripe_key"],
                webhook_secret=kept["stripe_webhook_secret"],
                public_url=f"{url}/dev/stripe",
            )
        )
        yield Embedded(
            settings={
                **kept,
                "database_url": pg.service_url,
                "nats_url": nats.url,
                "smtp_url": mail.smtp_url,
                "stripe_url": f"{url}/dev/stripe",
            },
            mounts={"/dev/stripe": stripe.app, "/dev": mail.app},
        )


@asynccontextmanager
async def _kept_secrets(folder: Path) -> AsyncGenerator[dict[str, str]]:
    async with children.home(folder) as home:
        path = home.folder / "secrets"
        if not path.exists():
            made = {
                "secret": secrets.token_urlsafe(32),
                "stripe_key": f"sk_test_{secrets.token_hex(16)}",
                "stripe_webhook_secret": f"whsec_{secrets.token_hex(16)}",
            }
            home.keep_secret(path.name, json.dumps(made))
        yield json.loads(path.read_text())
