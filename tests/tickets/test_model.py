"""The rules of a ticket: of all that is heard of it, the newest word of orders counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.events.tickets import TicketStatus
from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict
from boxoffice.services.tickets.model import Ticket

News = Callable[[Ticket], Ticket]

ORDERS = [clock.new_id() for _ in range(4)]
HISTORY: list[News] = [  # three orders one after the other: given up, given up, paid
    lambda ticket: ticket.lock(ORDERS[0], 1),
    lambda ticket: ticket.free(2),
    lambda ticket: ticket.lock(ORDERS[1], 3),
    lambda ticket: ticket.free(4),
    lambda ticket: ticket.lock(ORDERS[2], 5),
    lambda ticket: ticket.sell(ORDERS[2], 6),
]


def offered() -> Ticket:
    return Ticket.offer(
        clock.new_id(),
        clock.new_id(),
        title="Hamlet",
        price_minor=500,
        currency="USD",
        at=clock.now(),
    )


@given(st.lists(st.integers(0, len(HISTORY) - 1), min_size=1), st.booleans())
def test_news_late_repeated_or_lost_leave_what_the_newest_says(
    order: Sequence[int], withdrawn: bool
):
    start = offered().withdraw() if withdrawn else offered()

    ticket = start
    for nth in order:
        ticket = HISTORY[nth](ticket)

    newest = HISTORY[max(order)](start)
    assert replace(ticket, version=newest.version) == newest


@given(st.lists(st.integers(0, len(HISTORY) - 1)))
def test_each_word_that_changes_something_raises_the_version_by_one(order: Sequence[int]):
    ticket = offered()

    for nth in order:
        told = HISTORY[nth](ticket)
        assert told is ticket or told.version == ticket.version + 1
        ticket = told

    assert ticket.version == len({max(order[: end + 1]) for end in range(len(order))})


@pytest.mark.parametrize("status", ["locked", "sold", "withdrawn"])
def test_what_is_not_free_is_neither_edited_nor_withdrawn(status: TicketStatus):
    ticket = replace(offered(), status=status, withdrawn=status == "withdrawn")

    with pytest.raises(Conflict):
        ticket.edit("Macbeth", 1000)
    with pytest.raises(Conflict):
        ticket.withdraw()


def test_an_order_that_came_before_a_withdrawal_wins_and_leaves_it_withdrawn():
    withdrawn = offered().withdraw()

    held = withdrawn.lock(ORDERS[0], 1)

    assert (held.status, held.order_id) == ("locked", ORDERS[0])
    assert held.sell(ORDERS[0], 2).status == "sold"
    assert (held.free(2).status, held.free(2).order_id) == ("withdrawn", None)


@given(st.integers(0, len(HISTORY)))
def test_whenever_a_ticket_is_taken_off_sale_it_goes_to_who_holds_it_or_to_nobody(when: int):
    ticket = offered()
    for news in HISTORY[:when]:
        ticket = news(ticket)

    if ticket.status == "sold":
        with pytest.raises(Conflict):
            ticket.take_off_sale()
        return
    off = ticket.take_off_sale()

    held = ticket.status == "locked"
    assert (off.status, off.order_id) == ("locked" if held else "withdrawn", ticket.order_id)
    assert (off.version, off.withdrawn) == (ticket.version + 1, True)
    with pytest.raises(Conflict):
        off.take_off_sale()
    for news in HISTORY[when:]:
        off = news(off)
        assert off.status != "listed"
    assert off.status == "sold"


def test_a_ticket_that_forgot_its_last_hold_would_be_freed_by_an_older_order():
    held = offered().lock(ORDERS[1], 3)

    forgetful = replace(held, hold_version=0)

    assert held.free(2) is held
    assert forgetful.free(2).status == "listed"
