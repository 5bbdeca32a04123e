"""The SMTP side of the mail catcher."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from boxoffice.stack.mailbox import letters
from boxoffice.stack.mailbox.letters import Letters

LARGEST_MESSAGE = 5_000_000  # bytes, attachments and all


@asynccontextmanager
async def receiving(kept: Letters) -> AsyncGenerator[int]:
    """Take mail on the port of 127.0.0.1 that is given back, until the block ends.

    On our own loop, where aiosmtpd's controllers would start a thread and want a port by number.
    """
    loop = asyncio.get_running_loop()
    clients: WeakSet[SMTP] = WeakSet()

    def answer_client() -> SMTP:
        smtp = SMTP(
            Receiver(kept),
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Boxoffice",
            loop=loop,
        )
        clients.add(smtp)
        return smtp

    server = await loop.create_server(answer_client, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for smtp in clients:
            if smtp.transport:
                smtp.transport.close()
        await server.wait_closed()


@dataclass(frozen=True)  # aiosmtpd looks at every attribute, and Python 3.11.2 trips over slots
class Receiver:
    """What aiosmtpd asks about a mail: `handle_…` are its words."""

    kept: Letters

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Answer 250 once the mail is on the disk."""
        await asyncio.to_thread(self._keep, envelope, datetime.now(UTC))
        return "250 2.0.0 Kept for reading"

    async def handle_exception(self, _error: Exception) -> str:
        """Answer that the sender should try again later."""
        return "451 4.3.0 This could not be done; try again later"

    def _keep(self, envelope: Envelope, at: datetime) -> None:
        content = envelope.original_content or b""
        self.kept.insert_letters(letters.read(content, envelope.rcpt_tos, at))
