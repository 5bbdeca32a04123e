"""What can be done with letters.

A letter is sent once. Only what befalls us between the mail server's yes and our note of it (a
crash, a cut line, a lost database) repeats a mail, and then with the same Message-ID.
"""

import asyncio
import io
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import css_inline
import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from prometheus_client import Counter

from boxoffice.kit import money
from boxoffice.kit.database import Database
from boxoffice.kit.telemetry import log
from boxoffice.services.mail import store
from boxoffice.services.mail.gateway import Connection, Post, Refused, Unreachable
from boxoffice.services.mail.model import AccountFacts, Kind, Letter, TicketFacts, one_line

LEASE = timedelta(minutes=3)  # how late a crash makes the letters that it held
LAST_BEGUN_SECONDS = 60  # into a lease: a letter takes a minute at most, and ends well within it
SUBJECTS: dict[Kind, str] = {
    "receipt": "Your ticket: {label}",
    "sale": "You sold {label}",
    "expired": "Your hold ran out: {label}",
    "refused": "Your payment did not go through: {label}",
    "show-cancelled": "Cancelled: {label}",
    "tickets": "Your tickets: {label}",
    "reissued": "New codes for your tickets: {label}",
    "postponed": "Postponed: {label}",
    "verification": "{code} is your Boxoffice code",
    "reset": "Set a new password",
    "password-changed": "Your password was changed",
    "email-changed": "Your e-mail address was changed",
    "sign-in-stolen": "We ended a sign-in of yours",
    "banned": "Your account is banned",
    "ban-lifted": "Welcome back",
}
LONGEST_SUBJECT = 120  # characters; more is cut off on a phone anyway
LONGEST_ERROR = 500  # characters; servers like to link to their documentation
PAPERS = ("canary", "coral", "mint", "sky", "lilac")  # as the pages print the same ticket
DOTS = 4  # a module of a QR code, in pixels: sharp on a dense screen, and a kilobyte
MASK = 3  # of eight: to find the best takes four times as long, and a signature needs none
LETTERS = Counter(
    "boxoffice_letters_total", "Letters, after each try to send them", ["kind", "fate"]
)

# Mail clients read attributes; only the rules for small and dark screens stay in the style sheet.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, minify_css=True)


async def claim_letters(db: Database, at: datetime, limit: int) -> Sequence[Letter]:
    """Take letters that are due; nobody else tries them while the lease lasts."""
    async with db.transaction() as tx:
        return await store.claim_due(tx, at, at + LEASE, limit)


async def send_letters(
    post: Post, db: Database, public_url: str, letters: Sequence[Letter], at: datetime
) -> None:
    """Send letters claimed at this time over one connection, and record how each try ended.

    Those that a slow server leaves no time for wait until the lease is over. A letter in hand is
    finished even when this is cancelled.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + LAST_BEGUN_SECONDS
    async with post.connection() as connection:
        for letter in letters:
            if clock() > until:
                break
            mailing = _mail(connection, letter, post.sender, public_url, at)
            await _to_its_end(_record(db, mailing))


def compose(letter: Letter, sender: Address, public_url: str) -> EmailMessage:
    """Return a letter as a mail, in HTML and plain text. Refused when its address is none."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _cut(_subject(letter), LONGEST_SUBJECT)
    mail["From"] = sender
    mail["To"] = _recipient(letter)
    mail["Date"] = letter.written_at
    mail["Message-ID"] = f"<{letter.letter_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    told = {
        "money": money.spell,
        "letter": letter,
        "facts": letter.facts,
        "name": one_line(letter.name),
        "subject": mail["Subject"],
        "url": public_url,
    }
    page = _pages.get_template(f"{letter.kind}.html").render(told)
    text = _pages.get_template(f"{letter.kind}.txt").render(told)
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(_inliner.inline(page), subtype="html", cte="quoted-printable")
    if isinstance(letter.facts, TicketFacts):
        _enclose(mail, letter.facts)
    return mail


async def _mail(
    connection: Connection, letter: Letter, sender: Address, public_url: str, at: datetime
) -> Letter:
    if letter.is_useless(at):
        return letter.given_up("what it told was over before it could be sent")
    try:
        # In a thread: eight codes take a tenth of a second.
        await connection.send(await asyncio.to_thread(compose, letter, sender, public_url))
    except Refused as error:
        return letter.given_up(_cut(str(error), LONGEST_ERROR))
    except Unreachable as error:
        return letter.postponed(_cut(str(error), LONGEST_ERROR), at)
    except Exception as error:  # noqa: BLE001 - one letter that cannot be written holds up no other
        log.error("letter unwritten", letter=str(letter.letter_id), error=type(error).__name__)
        return letter.postponed(type(error).__name__, at)
    return letter.sent(at)


async def _record(db: Database, mailing: Coroutine[Any, Any, Letter]) -> None:
    letter = await mailing
    async with db.transaction() as tx:
        await store.update_letter(tx, letter)
    LETTERS.labels(letter.kind, letter.fate).inc()
    if letter.fate == "given up":  # why stands in the table: a server's words may name the address
        log.error("letter given up", letter=str(letter.letter_id), kind=letter.kind)


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _enclose(mail: EmailMessage, facts: TicketFacts) -> None:
    """Put the codes into a mail as pictures, which its HTML shows."""
    page = mail.get_body(("html",))
    for nth, place in enumerate(facts.places, start=1):
        picture = io.BytesIO()
        segno.make_qr(place.code, error="m", mask=MASK).save(picture, kind="png", scale=DOTS)
        cast("EmailMessage", page).add_related(
            picture.getvalue(),
            maintype="image",
            subtype="png",
            disposition="inline",
            filename=f"ticket-{nth}.png",
            cid=f"<{_code_id(place.admission_id)}>",
        )


def _subject(letter: Letter) -> str:
    match letter.facts:
        case AccountFacts() as facts:
            return SUBJECTS[letter.kind].format(code=facts.code)
        case TicketFacts() as facts:
            label = facts.title
        case facts:
            first, *others = (line.label for line in facts.lines)
            label = one_line(f"{first} and {len(others)} more" if others else first)
            if facts.performance:
                label = f"{facts.performance.title}, {label}"
    return SUBJECTS[letter.kind].format(label=label)


def _recipient(letter: Letter) -> Address:
    try:
        return Address(one_line(letter.name), addr_spec=letter.email)
    except (MessageError, ValueError, IndexError):
        raise Refused("this is no address") from None


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _when(at: datetime) -> str:
    return f"{at.day} {at:%B %Y} at {at:%H:%M} UTC"


def _there(at: datetime, time_zone: str) -> str:
    """Return a time as the clocks show it where it is, in UTC where that is nowhere we know."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = at.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y} at {local:%H:%M} ({zone.key})"


def _code_id(admission_id: UUID) -> str:
    return f"{admission_id}@tickets.boxoffice"


def _paper(offer_id: UUID) -> str:
    return PAPERS[int(str(offer_id)[-2:], 16) % len(PAPERS)]


def _serial(offer_id: UUID) -> str:
    return str(offer_id)[-6:].upper()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("boxoffice.services.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Any] = {
        "when": _when,
        "there": _there,
        "paper": _paper,
        "serial": _serial,
        "code_id": _code_id,
        "line": one_line,
    }
    environment.filters.update(filters)
    return environment


_pages = _environment()
