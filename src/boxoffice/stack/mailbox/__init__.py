"""A mail catcher: a real SMTP server that delivers to nobody, and pages to read what it caught."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from starlette.applications import Starlette

from boxoffice.stack import children
from boxoffice.stack.children import StackError
from boxoffice.stack.mailbox import pages
from boxoffice.stack.mailbox.letters import Letters

__all__ = ["Mailbox", "mailbox"]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A server that takes any mail on 127.0.0.1; `app` shows it at /mail and /mail.json."""

    port: int
    letters: Letters
    app: Starlette

    @property
    def smtp_url(self) -> str:
        """The address to send mail to."""
        return f"smtp://127.0.0.1:{self.port}"

    def messages(self, to: str | None = None) -> list[dict[str, str]]:
        """Return `{to,subject,text,html,at}` of what came, newest first; `to` one address only.

        A mail to several people is there once for each.
        """
        return [letter.message() for letter in self.letters.select_letters(to)]


@asynccontextmanager
async def mailbox(folder: Path) -> AsyncGenerator[Mailbox]:
    """Run a mail catcher on `folder`; StackError when it cannot."""
    if find_spec("aiosmtpd") is None:
        raise StackError(
            "The mail catcher is not installed: pip install 'boxoffice[embedded]', "
            "or name a server of your own in BOXOFFICE_SMTP_URL and use `boxoffice run`."
        )
    from boxoffice.stack.mailbox.receiver import receiving  # noqa: PLC0415  needs aiosmtpd

    async with children.home(folder) as home:
        with closing(Letters.kept_in(home.folder)) as kept:
            async with receiving(kept) as port:
                yield Mailbox(port, kept, pages.pages(kept))
