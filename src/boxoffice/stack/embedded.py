"""All that Boxoffice needs from outside, run on this machine, in one folder."""

import json
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from boxoffice.stack import children
from boxoffice.stack.children import Home
from boxoffice.stack.mailbox import mailbox
from boxoffice.stack.nats import nats_server
from boxoffice.stack.postgres import postgres
from boxoffice.stack.stripe import pretend_stripe

ENVIRONMENT = "environment"  # in the folder, for other commands: where the servers of this run are


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
        home = await stack.enter_async_context(children.home(folder))
        kept = _kept_secrets(home)
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
        settings = {
            **kept,
            "database_url": pg.service_url,
            "nats_url": nats.url,
            "public_url": url,
            "services_url": url,
            "smtp_url": mail.smtp_url,
            "stripe_url": f"{url}/dev/stripe",
            "pictures_url": (folder / "pictures").absolute().as_uri(),
        }
        lines = [f"BOXOFFICE_{name.upper()}={value}\n" for name, value in settings.items()]
        home.keep_secret(ENVIRONMENT, "".join(lines))
        yield Embedded(settings, {"/dev/stripe": stripe.app, "/dev": mail.app})


def _kept_secrets(home: Home) -> dict[str, str]:
    path = home.folder / "secrets"
    made = {
        "secret": secrets.token_urlsafe(32),
        "hop_secret": secrets.token_urlsafe(32),
        "stripe_key": f"sk_test_{secrets.token_hex(16)}",
        "stripe_webhook_secret": f"whsec_{secrets.token_hex(16)}",
    }
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if known.keys() < made.keys():  # new, or an older version's
        home.keep_secret(path.name, json.dumps(made | known))
    return json.loads(path.read_text())
