"""Letters: who gets which, what it says, and that each is written once."""

import re
from datetime import timedelta

import pytest
from pydantic import SecretStr

from boxoffice.events.orders import OrderCancelled, OrderCompleted
from boxoffice.kit import clock
from boxoffice.services.mail import store
from mail.desk import MailServer, address, body, expired, fates, item, order, taken, tell
from stage import App, Play, Someone


async def test_the_buyer_gets_a_receipt_of_all_that_they_paid(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    paid = order(OrderCompleted, bob, item(alice, "Hamlet"), item(alice, "Macbeth", 990))

    await tell(app, paid)

    await taken(server, 2)
    (receipt,) = server.to(bob.email)
    assert receipt["Subject"] == "Your ticket: Hamlet and 1 more"
    ordered = f"{paid.placed_at.day} {paid.placed_at:%B %Y at %H:%M} UTC"
    link = f"{app.settings.public_url}/orders/{paid.order_id}"
    for kind in ("plain", "html"):
        told = body(receipt, kind)
        for word in ("Hamlet", "$12.50", "Macbeth", "$9.90", "$22.40", ordered, link):
            assert word in told


async def test_each_seller_is_told_what_they_sold_and_nothing_of_the_others(
    app: App, server: MailServer, alice: Someone, bob: Someone, charlie: Someone
):
    await tell(app, address(charlie))

    await tell(
        app,
        order(OrderCompleted, bob, item(alice), item(charlie, "Macbeth"), item(alice, "Lear")),
    )

    await taken(server, 3)
    (to_alice,) = server.to(alice.email)
    (to_charlie,) = server.to(charlie.email)
    assert to_alice["Subject"] == "You sold Hamlet and 1 more"
    assert to_charlie["Subject"] == "You sold Macbeth"
    assert "Macbeth" not in body(to_alice, "plain")
    assert "$25.00" in body(to_alice, "plain")
    assert "bob" not in to_alice.as_string().lower()


async def test_who_was_too_late_reads_that_nothing_was_charged(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    lost = expired(bob, alice)

    await tell(app, lost)

    (mail,) = await taken(server, 1)
    assert mail["Subject"] == "Your hold ran out: Hamlet"
    for kind in ("plain", "html"):
        assert "Nothing was charged" in body(mail, kind).replace("\n", " ")
        assert f"/tickets/{lost.items[0].offer_id}" in body(mail, kind)


async def test_whose_payment_failed_reads_that_nothing_was_taken(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await tell(app, order(OrderCancelled, bob, item(alice), cancelled_because="refused"))

    (mail,) = await taken(server, 1)
    assert mail["Subject"] == "Your payment did not go through: Hamlet"
    for kind in ("plain", "html"):
        assert "Nothing was taken" in body(mail, kind).replace("\n", " ")


async def test_who_cancels_knows_it_already(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await tell(app, order(OrderCancelled, bob, item(alice), cancelled_because="cancelled"))

    await fates(await app.db("mail"))

    assert server.asked == 0


async def test_news_that_comes_again_writes_no_second_letter(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    paid, event_id = order(OrderCompleted, bob, item(alice)), clock.new_id()

    await tell(app, paid, event_id=event_id)
    await tell(app, paid, event_id=event_id)
    await tell(app, paid)

    await fates(await app.db("mail"), sent=2)
    assert (len(server.to(alice.email)), len(server.to(bob.email))) == (1, 1)


async def test_an_order_waits_for_the_addresses_that_come_after_it(
    play: Play, server: MailServer, alice: Someone, bob: Someone
):
    app = await play("mail", smtp_url=SecretStr(server.url))
    await app.say(order(OrderCompleted, bob, item(alice)))

    await app.say(address(bob))
    await app.say(address(alice))

    await taken(server, 2)
    await fates(await app.db("mail"), sent=2)


async def test_older_news_of_a_person_does_not_overwrite_newer(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await tell(app, address(bob, version=2, email="new@example.com"))
    await tell(app, address(bob, version=1, email="old@example.com"))

    await tell(app, expired(bob, alice))

    (mail,) = await taken(server, 1)
    assert mail["To"] == "Bob <new@example.com>"


async def test_a_mail_has_the_headers_of_one_that_a_machine_writes(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await tell(app, expired(bob, alice))

    (mail,) = await taken(server, 1)
    assert (mail["From"], mail["To"]) == (app.settings.mail_from, "Bob <bob@example.com>")
    assert abs(mail["Date"].datetime - clock.now()) < timedelta(minutes=1)
    assert re.fullmatch(r"<[0-9a-f-]{36}@localhost>", mail["Message-ID"])
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Hamlet\r\nBcc: eve@example.com",
        "Hamlet\r\n\r\n.\r\nMAIL FROM:<eve@example.com>",
        "Hamlet\u2028Total paid: $0.01",
        "Hamlet <script>alert(1)</script>\x1b[2J",
        "{{ letter }} {label} ＜b＞ 🎭 Ольга",
        "x" * 500,
    ],
)
async def test_a_title_stays_a_title(
    app: App, server: MailServer, alice: Someone, bob: Someone, title: str
):
    await tell(app, expired(bob, alice, title))

    (mail,) = await taken(server, 1)
    told = " ".join(title.replace("\x1b", " ").split())
    assert sum(told in line for line in body(mail, "plain").splitlines()) == 1
    assert "<script" not in body(mail, "html")
    assert mail["Bcc"] is None
    assert mail["Subject"].rstrip("…") in f"Your hold ran out: {told}"


async def test_a_name_stays_a_name(app: App, server: MailServer, alice: Someone, bob: Someone):
    rude = address(bob, version=1).model_copy(update={"name": 'Bob"\r\nBcc: eve@example.com, <b>'})

    await tell(app, rude)
    await tell(app, expired(bob, alice))

    (mail,) = await taken(server, 1)
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == [bob.email]
    assert "Hello Bob&quot; Bcc: eve@example.com, &lt;b&gt;," in body(mail, "html").replace(
        'Bob" ', "Bob&quot; "
    )


async def test_what_an_old_letter_said_is_forgotten_but_not_that_it_was_written(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    lost = expired(bob, alice)
    await tell(app, lost)
    db = await app.db("mail")
    await fates(db, sent=1)

    async with db.transaction() as tx:
        await store.blank_letters(tx, clock.now() + timedelta(seconds=1))
    await tell(app, lost)

    row = await db.fetchrow("SELECT email, name, facts, error FROM letters")
    assert tuple(row or ()) == ("", "", "{}", None)
    await fates(db, sent=1)
    assert len(server.taken) == 1
