"""How mail leaves: by SMTP."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from boxoffice.kit.database import Database
from boxoffice.kit.settings import Settings, SettingsError

TIMEOUT_SECONDS = 20  # for one answer; greylisting servers take their time
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = 500  # RFC 5321, 4.2.1: from here on a server says never


class Post:
    """The mail server that takes our letters."""

    def __init__(self, smtp_url: str) -> None:
        parts = urlsplit(smtp_url)
        if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
            raise SettingsError(
                "BOXOFFICE_SMTP_URL: this must be smtp://, smtp+starttls:// or smtps://,"
                " then user:password@ if needed, and the host"
            )
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[aiosmtplib.SMTP]:
        """Yield a connection for some mails. Unreachable when there is none to be had."""
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._scheme == "smtps",
            start_tls=self._scheme == "smtp+starttls",
            timeout=TIMEOUT_SECONDS,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unreachable(type(error).__name__) from None
        try:
            yield client
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()


class Unreachable(Exception):  # noqa: N818 - it names the outcome
    """The mail server took nothing for now: try again later."""


class Refused(Exception):  # noqa: N818 - it names the outcome
    """The mail server will never take this mail."""


async def send(client: aiosmtplib.SMTP, mail: EmailMessage) -> None:
    """Hand a mail over. Refused for good, or Unreachable for now; neither names the address."""
    try:
        await client.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _said(error.recipients[0].code) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _said(error.code) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unreachable(type(error).__name__) from None


@asynccontextmanager
async def open_post(settings: Settings, _db: Database) -> AsyncGenerator[Post]:
    """Yield the post. SettingsError when its address makes no sense."""
    yield Post(settings.smtp_url.get_secret_value())


def _said(code: int) -> Exception:
    kind = Refused if code >= PERMANENT else Unreachable
    return kind(f"the mail server answers {code}")
