"""What can be done with letters."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

import aiosmtplib
import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from boxoffice.kit import money
from boxoffice.kit.database import Database
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log
from boxoffice.services.mail import gateway, store
from boxoffice.services.mail.gateway import Post, Refused, Unreachable
from boxoffice.services.mail.model import Kind, Letter

LEASE = timedelta(minutes=10)  # longer than a full batch on a server that answers each at its limit
SUBJECTS: dict[Kind, str] = {
    "receipt": "Your ticket: {label}",
    "sale": "You sold {label}",
    "expired": "Your hold ran out: {label}",
    "refused": "Your payment did not go through: {label}",
}
LONGEST_SUBJECT = 120  # characters; more is cut off on a phone anyway

_pages = Environment(
    loader=PackageLoader("boxoffice.services.mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


async def claim_letters(db: Database, at: datetime, limit: int) -> Sequence[Letter]:
    """Take letters that are due; nobody else tries them while the lease lasts."""
    async with db.transaction() as tx:
        return await store.claim_due(tx, at, at + LEASE, limit)


async def send_letters(
    post: Post, db: Database, settings: Settings, letters: Sequence[Letter], at: datetime
) -> None:
    """Send claimed letters over one connection, and record how each try ended.

    A crash between the server's yes and our note of it repeats a mail, with the same Message-ID.
    """
    try:
        async with post.connection() as client:
            for letter in letters:
                await _save(db, await _try(client, letter, settings, at))
    except Unreachable as error:
        for letter in letters:
            await _save(db, letter.postponed(str(error), at))


def compose(letter: Letter, settings: Settings) -> EmailMessage:
    """Return a letter as a mail, in HTML and plain text."""
    first = letter.facts.lines[0].label
    more = len(letter.facts.lines) - 1
    label = _one_line(f"{first} and {more} more" if more else first)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = SUBJECTS[letter.kind].format(label=label)[:LONGEST_SUBJECT]
    mail["From"] = settings.mail_from
    mail["To"] = Address(_one_line(letter.name), addr_spec=letter.email)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = _message_id(letter.letter_id, settings)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    at = letter.facts.at
    when = f"{at:%A}, {at.day} {at:%B %Y, %H:%M} UTC"
    told = {
        "money": money.spell,
        "when": when,
        "letter": letter,
        "facts": letter.facts,
        "label": label,
        "url": settings.public_url,
    }
    mail.set_content(_pages.get_template(f"{letter.kind}.txt").render(told))
    page = _pages.get_template(f"{letter.kind}.html").render(told)
    mail.add_alternative(css_inline.inline(page, keep_style_tags=True), subtype="html")
    return mail


async def _try(client: aiosmtplib.SMTP, letter: Letter, settings: Settings, at: datetime) -> Letter:
    try:
        await gateway.send(client, compose(letter, settings))
    except Refused as error:
        log.error("letter refused", letter=str(letter.letter_id), error=str(error))
        return letter.given_up(str(error))
    except Unreachable as error:
        return letter.postponed(str(error), at)
    except Exception as error:  # noqa: BLE001 - one letter that cannot be written holds up no other
        log.error("letter unwritten", letter=str(letter.letter_id), error=repr(error))
        return letter.postponed(type(error).__name__, at)
    return letter.sent(at)


async def _save(db: Database, letter: Letter) -> None:
    async with db.transaction() as tx:
        await store.update_letter(tx, letter)


def _message_id(letter_id: UUID, settings: Settings) -> str:
    host = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    return f"<{letter_id}@{host}>"


def _one_line(text: str) -> str:
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
