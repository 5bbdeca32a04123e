"""Letters about orders of seats that end: which seats, and what becomes of the money."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderedItem, OrderState
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformanceNews,
    PerformancePostponed,
)
from boxoffice.services.mail import store
from mail.desk import MailServer, body, fates, item, order, taken, tell
from stage import App, Someone
from stage.facts import performance_news, scheduled
from stage.rivals import rivals

IN_THE_EVENING = datetime(2026, 11, 6, 10, 30, tzinfo=UTC)  # in Seoul
THERE = "Friday, 6 November 2026 at 19:30 (Asia/Seoul)"


async def test_an_order_of_seats_that_is_paid_writes_no_receipt_and_no_organiser(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)

    await tell(app, show, order(OrderCompleted, bob, *_seats(alice), **_to(show)))

    await fates(await app.db("mail"))
    assert server.asked == 0


@pytest.mark.parametrize(
    ("because", "subject", "words"),
    [
        ("expired", "Your hold ran out", "We held these seats for you"),
        ("refused", "Your payment did not go through", "Your bank did not let the payment through"),
    ],
)
async def test_whose_order_of_seats_ends_unpaid_reads_which_seats_they_were(
    app: App,
    server: MailServer,
    alice: Someone,
    bob: Someone,
    because: str,
    subject: str,
    words: str,
):
    show = scheduled(alice, time_zone="Asia/Seoul", starts_at=IN_THE_EVENING)
    lost = order(OrderCancelled, bob, *_seats(alice), cancelled_because=because, **_to(show))

    await tell(app, show, lost)

    (mail,) = await taken(server, 1)
    assert mail["Subject"] == f"{subject}: The Tempest, Stalls/A/9 and 1 more"
    for kind in ("plain", "html"):
        told = " ".join(body(mail, kind).split())
        for word in ("The Tempest", THERE, "Stalls/A/9", "Stalls/A/10", words[3:]):
            assert word in told
        assert f"/performances/{show.performance_id}" in told
        assert "/tickets/" not in told


async def test_who_paid_for_a_show_that_is_cancelled_reads_what_comes_back(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)
    paid = order(OrderCompleted, bob, *_seats(alice), **_to(show))
    await tell(app, show, paid, performance_news(alice, PerformanceCancelled, **_next(show)))

    await tell(app, _called_off(paid))

    (mail,) = await taken(server, 1)
    assert mail["Subject"] == "Cancelled: The Tempest, Stalls/A/9 and 1 more"
    for kind in ("plain", "html"):
        told = " ".join(body(mail, kind).split())
        assert "All that you paid, $60.00, goes back" in told
        assert "You get back" in told
        assert "nothing was charged" not in told


async def test_who_had_not_paid_for_a_show_that_is_cancelled_reads_that_nothing_was_charged(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)
    placed = order(OrderCancelled, bob, *_seats(alice), version=1, **_to(show))

    await tell(app, show, _called_off(placed))

    (mail,) = await taken(server, 1)
    for kind in ("plain", "html"):
        told = " ".join(body(mail, kind).split())
        assert "You had not paid it, so nothing was charged" in told
        assert "goes back" not in told


async def test_whose_seats_were_free_of_charge_is_promised_no_money(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)
    free = order(OrderCompleted, bob, item(alice, "Floor/1", price_minor=0), **_to(show))

    await tell(app, show, free, _called_off(free))

    (mail,) = await taken(server, 1)
    assert "there is nothing to give back" in " ".join(body(mail, "plain").split())


async def test_news_of_a_cancelled_show_that_comes_again_writes_no_second_letter(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)
    paid = order(OrderCompleted, bob, *_seats(alice), **_to(show))
    over = _called_off(paid)

    await tell(app, show, paid, over, over)
    await tell(app, paid, over)

    await fates(await app.db("mail"), sent=1)
    assert len(server.taken) == 1


async def test_an_order_that_ends_waits_for_news_of_its_performance(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)
    await app.say(
        order(OrderCancelled, bob, *_seats(alice), cancelled_because="expired", **_to(show))
    )

    await app.say(show)

    await taken(server, 1)


async def test_older_news_of_a_performance_does_not_overwrite_newer(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    show = scheduled(alice)
    changed = _next(show) | {"title": "The Storm"}

    await tell(app, performance_news(alice, PerformanceChanged, **changed), show)
    await tell(
        app, order(OrderCancelled, bob, *_seats(alice), cancelled_because="expired", **_to(show))
    )

    (mail,) = await taken(server, 1)
    assert "The Storm" in mail["Subject"]


async def test_without_the_version_in_its_statement_older_news_overwrites_newer(
    app: App, alice: Someone
):
    show = scheduled(alice)
    changed = _next(show) | {"title": "The Storm"}
    await tell(app, performance_news(alice, PerformancePostponed, **changed))
    known = await store.select_performance(await app.db("mail"), show.performance_id)
    assert known is not None
    guard = "WHERE performances.version < excluded.version"

    async with rivals(app, "mail", without=(guard,)) as unguarded, unguarded.transaction() as tx:
        older = replace(known, version=1, title="The Tempest")
        await store.upsert_performance(tx, older)

    found = await store.select_performance(await app.db("mail"), show.performance_id)
    assert found is not None
    assert (known.title, found.title) == ("The Storm", "The Tempest")


def _seats(organiser: Someone) -> list[OrderedItem]:
    return [item(organiser, f"Stalls/A/{seat}", price_minor=3000) for seat in (9, 10)]


def _to(show: PerformanceNews) -> dict[str, Any]:
    return {"performance_id": show.performance_id}


def _next(show: PerformanceNews) -> dict[str, Any]:
    return show.model_dump() | {"version": show.version + 1}


def _called_off(known: OrderState) -> OrderCancelled:
    """What orders says of an order whose performance is cancelled."""
    changes = {
        "version": known.version + 1,
        "status": "cancelled",
        "cancelled_because": "performance cancelled",
    }
    return OrderCancelled.model_validate(known.model_dump() | changes)
