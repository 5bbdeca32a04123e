"""The mail catcher: whatever was thanked for is there to be read, and can do no harm."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest
from aiosmtplib import SMTPDataError
from starlette.applications import Starlette
from starlette.routing import Mount

from boxoffice.stack.mailbox import Mailbox, mailbox
from boxoffice.stack.mailbox.letters import KEPT_LETTERS
from boxoffice.stack.mailbox.receiver import LARGEST_MESSAGE

LAUNCHER = """
import asyncio, sys
from pathlib import Path
from boxoffice.stack.mailbox import mailbox

async def launch(folder):
    async with mailbox(folder) as box:
        print(box.port, flush=True)
        await asyncio.Event().wait()

asyncio.run(launch(Path(sys.argv[1])))
"""


async def test_a_mail_is_read_as_it_was_written(tmp_path: Path):
    async with mailbox(tmp_path) as box:
        await send(
            box.port, "bob@example.com", "Your ticket: Stalls A 12 · €5", html="<b>Enjoy</b>"
        )

        [message] = box.messages()

    at = datetime.fromisoformat(message.pop("at"))
    assert timedelta() <= datetime.now(UTC) - at < timedelta(minutes=1)
    assert message == {
        "to": "bob@example.com",
        "subject": "Your ticket: Stalls A 12 · €5",
        "text": "Good evening\n",
        "html": "<b>Enjoy</b>\n",
    }


async def test_the_newest_mail_comes_first_and_everyone_finds_their_own(tmp_path: Path):
    async with mailbox(tmp_path) as box, browser(box) as web:
        await send(box.port, "alice@example.com", "first")
        await send(box.port, "bob@example.com", "second")
        await send(box.port, "alice@example.com", "third")

        everything = (await web.get("/dev/mail.json")).json()
        of_alice = (await web.get("/dev/mail.json?to=Alice@example.com")).json()

    assert [message["subject"] for message in everything] == ["third", "second", "first"]
    assert [message["subject"] for message in of_alice] == ["third", "first"]
    assert set(everything[0]) == {"to", "subject", "text", "html", "at"}


async def test_a_mail_thanked_for_survives_the_launcher(tmp_path: Path):
    async with launched(tmp_path) as (launcher, port):
        await send(port, "bob@example.com", "kept")

        launcher.kill()

    async with mailbox(tmp_path) as box:
        assert [message["subject"] for message in box.messages()] == ["kept"]


async def test_a_mail_that_cannot_be_kept_is_not_thanked_for(tmp_path: Path):
    async with mailbox(tmp_path) as box:
        box.letters.close()

        with pytest.raises(SMTPDataError) as refusal:
            await send(box.port, "bob@example.com", "lost")

    assert refusal.value.code == 451


async def test_only_the_newest_are_kept(tmp_path: Path):
    async with mailbox(tmp_path) as box:
        await send(box.port, "first@example.com", "forgotten")
        people = [f"person{number}@example.com" for number in range(KEPT_LETTERS)]
        await send(box.port, people, "to everyone")

        kept = [message["to"] for message in box.messages()]

    assert kept == people[::-1]


async def test_a_mail_that_is_too_large_is_refused(tmp_path: Path):
    async with mailbox(tmp_path) as box:
        with pytest.raises(aiosmtplib.SMTPResponseException) as refusal:
            await send(box.port, "bob@example.com", "large", text="word\n" * (LARGEST_MESSAGE // 5))

        assert box.messages() == []
    assert refusal.value.code == 552


@pytest.mark.parametrize(
    ("raw", "subject", "text"),
    [
        (b"", "", ""),
        (b"Subject: \xff\xfe raw\r\n\r\ncaf\xc3\xa9", "\ufffd\ufffd raw", "caf\ufffd\ufffd"),
        (b"Content-Type: text/plain; charset=klingon\r\n\r\nQapla'", "", "Qapla'"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--y", "", ""),
        (b"Content-Type: image/png\r\nSubject: a picture\r\n\r\n\x89PNG", "a picture", ""),
    ],
)
async def test_a_broken_mail_is_shown_as_well_as_can_be(
    tmp_path: Path, raw: bytes, subject: str, text: str
):
    async with mailbox(tmp_path) as box:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=box.port) as smtp:
            await smtp.sendmail("shop@example.com", ["bob@example.com"], raw)

        [message] = box.messages()

    assert (message["subject"], message["text"].strip()) == (subject, text)


async def test_a_client_that_stays_connected_holds_nothing_up(tmp_path: Path):
    async with mailbox(tmp_path) as box:
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=box.port)
        await smtp.connect()

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await smtp.noop()
    smtp.close()


async def test_mail_is_read_in_a_browser_wherever_the_pages_are_mounted(tmp_path: Path):
    async with mailbox(tmp_path) as box, browser(box) as web:
        empty = await web.get("/dev/mail")
        await send(box.port, "bob@example.com", "Tonight at eight", html="<p>Enjoy</p>")
        listed = await web.get("/dev/mail")
        opened = await web.get("/dev/mail/1?to=bob@example.com")
        shown = await web.get("/dev/mail/1/html")
        missing = [await web.get(f"/dev/mail/{number}") for number in ("2", "9" * 20, "x")]

    assert "No mail yet" in empty.text
    assert 'href="/dev/mail/1"' in listed.text
    assert 'src="/dev/mail/1/html"' in opened.text
    assert 'href="/dev/mail?to=bob%40example.com"' in opened.text
    assert "<p>Enjoy</p>" in shown.text
    assert {one.status_code for one in missing} == {404}


async def test_a_mail_is_a_guest_that_runs_nothing(tmp_path: Path):
    attack = "<script>alert(1)</script>"
    async with mailbox(tmp_path) as box, browser(box) as web:
        await send(box.port, "bob@example.com", attack, text=attack, html=attack)
        page = await web.get("/dev/mail/1")
        mail = await web.get("/dev/mail/1/html")

    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert mail.headers["content-security-policy"].startswith("sandbox allow-popups")
    assert "allow-scripts" not in mail.headers["content-security-policy"]
    assert "default-src 'none'" in mail.headers["content-security-policy"]


@asynccontextmanager
async def launched(folder: Path) -> AsyncGenerator[tuple[asyncio.subprocess.Process, int]]:
    """Start a mail catcher from a process of its own, which ends with the block."""
    launcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LAUNCHER, str(folder)), stdout=asyncio.subprocess.PIPE
    )
    assert launcher.stdout
    try:
        yield launcher, int(await launcher.stdout.readline())
    finally:
        with suppress(ProcessLookupError):
            launcher.kill()
        await launcher.communicate()


async def send(
    port: int, to: str | list[str], subject: str, *, text: str = "Good evening", html: str = ""
) -> None:
    """Send a mail as any program would; return once the server has thanked for it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "someone", subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    recipients = [to] if isinstance(to, str) else to
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as smtp:
        await smtp.send_message(mail, sender="shop@example.com", recipients=recipients)


@asynccontextmanager
async def browser(box: Mailbox) -> AsyncGenerator[httpx.AsyncClient]:
    """Reach the pages as a launcher mounts them."""
    transport = httpx.ASGITransport(app=Starlette(routes=[Mount("/dev", app=box.app)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
