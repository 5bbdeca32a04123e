"""How mail leaves: by SMTP, many letters over one connection."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib

from boxoffice.kit.database import Database
from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.kit.telemetry import log
from boxoffice.services.mail.model import one_line

CONNECT_SECONDS = 10  # a mail server is near, or its network is down
MAIL_SECONDS = 60  # for all that one mail takes; servers that look for spam need a while
QUIT_SECONDS = 5  # a good-bye that nobody needs
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = 500  # RFC 5321, 4.2.1: from here on a server says never
WANTED = (
    "BOXOFFICE_SMTP_URL: this must be smtp+starttls://user:password@host:587,"
    " smtps://user:password@host:465 or, on this machine alone, smtp://127.0.0.1:25"
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. Beyond this machine the line is always encrypted."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str) -> "Server":
        """Read BOXOFFICE_SMTP_URL. SettingsError when it makes no sense, or would send in clear."""
        try:
            parts = urlsplit(url)
            port = PORTS[parts.scheme] if parts.port is None else parts.port
        except (KeyError, ValueError):
            raise SettingsError(WANTED) from None
        unclean = not url.isprintable() or " " in url or parts.path not in ("", "/")
        if unclean or parts.query or parts.fragment or not parts.hostname or not port:
            raise SettingsError(WANTED)
        if bool(parts.username) != bool(parts.password):
            raise SettingsError("BOXOFFICE_SMTP_URL: a user needs a password, and it a user")
        if parts.scheme == "smtp" and (parts.username or not _is_here(parts.hostname)):
            raise SettingsError(
                "BOXOFFICE_SMTP_URL: smtp:// is not encrypted, so it takes no password and goes"
                " no further than this machine; use smtp+starttls:// or smtps://"
            )
        user, password = (unquote(it) if it else None for it in (parts.username, parts.password))
        return cls(parts.scheme, parts.hostname, port, user, password)


class Unreachable(Exception):  # noqa: N818 - it names the outcome
    """The mail server took nothing for now: try again later."""


class Refused(Exception):  # noqa: N818 - it names the outcome
    """The mail server will never take this mail."""


class Connection:
    """A connection to the mail server: opened for the first mail, and anew when it was lost."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client
        self._away = ""

    async def send(self, mail: EmailMessage) -> None:
        """Hand a mail over. Refused for good or Unreachable for now, in the server's words.

        Only a no to the recipient or the mail is for good. A no to us or our password is not the
        letter's fault, and is mended by the operator while letters wait.
        """
        try:
            async with asyncio.timeout(MAIL_SECONDS):
                await self._connect()
                await self._client.send_message(mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _said(error.recipients[0]) from None
        except aiosmtplib.SMTPDataError as error:
            raise _said(error) from None
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:
            raise Refused(one_line(str(error))) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            raise Unreachable(_why(error)) from None

    async def close(self) -> None:
        """Say good-bye, where somebody listens."""
        if self._client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=QUIT_SECONDS)
        self._client.close()

    async def _connect(self) -> None:
        if self._away:
            raise Unreachable(self._away)
        if self._client.is_connected:
            return
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            self._away = _why(error)
            log.warning("mail server away", error=self._away)
            raise Unreachable(self._away) from None


class Post:
    """The mail server that takes our letters, and who they are from."""

    def __init__(self, server: Server, sender: Address) -> None:
        self.server = server
        self.sender = sender

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """Yield a connection for some mails."""
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            local_hostname=self.sender.domain,  # a pod's own name means nothing out there
            timeout=MAIL_SECONDS,
        )
        connection = Connection(client)
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def open_post(settings: Settings, _db: Database) -> AsyncGenerator[Post]:
    """Yield the post. SettingsError when its address or ours makes no sense."""
    yield Post(Server.at(settings.smtp_url.get_secret_value()), read_sender(settings.mail_from))


def read_sender(text: str) -> Address:
    """Return whom mail is from. SettingsError unless it is one address, with or without a name."""
    wrong = SettingsError("BOXOFFICE_MAIL_FROM: this must be like Boxoffice <tickets@example.com>")
    try:
        header = SMTP.header_factory("From", text)
        (sender,) = header.addresses
    except (MessageError, IndexError, ValueError):
        raise wrong from None
    clean = text.isprintable() and sender.addr_spec.isascii() and not header.defects
    if not (clean and sender.username and sender.domain):
        raise wrong
    return sender


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _said(error: aiosmtplib.SMTPResponseException) -> Exception:
    kind = Refused if error.code >= PERMANENT else Unreachable
    return kind(one_line(f"{error.code} {error.message}"))


def _why(error: Exception) -> str:
    return one_line(f"{type(error).__name__} {error}")
