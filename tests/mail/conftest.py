"""What tests of mail may ask for."""

from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from mail.desk import MailServer, address, mail_server, tell
from stage import App, Play, Someone


@pytest.fixture
async def server() -> AsyncGenerator[MailServer]:
    """A mail server that takes everything."""
    async with mail_server() as server:
        yield server


@pytest.fixture
async def app(play: Play, server: MailServer, alice: Someone, bob: Someone) -> App:
    """Mail, which knows how to reach Alice and Bob."""
    app = await play("mail", smtp_url=SecretStr(server.url))
    await tell(app, address(alice), address(bob))
    return app
