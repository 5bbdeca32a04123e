"""The life of an order: whatever is decided about it, it goes only where the design lets it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from boxoffice.events.orders import OrderStatus
from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict
from boxoffice.services.orders.model import Draft, Offer, Order

Decision = Callable[[Order], Order]

DECISIONS: dict[str, Decision] = {
    "authorised": lambda order: order.await_payment(),
    "captured": lambda order: order.complete(clock.now()),
    "expired": lambda order: order.cancel("expired"),
    "cancelled": lambda order: order.cancel("cancelled"),
    "refused": lambda order: order.cancel("refused"),
    "banned": lambda order: order.cancel("banned"),
}
DESIGN: dict[tuple[OrderStatus, str], OrderStatus] = {
    ("created", "authorised"): "awaiting:payment",
    ("created", "expired"): "cancelled",
    ("created", "cancelled"): "cancelled",
    ("created", "refused"): "cancelled",
    ("created", "banned"): "cancelled",
    ("awaiting:payment", "captured"): "complete",
    ("awaiting:payment", "refused"): "cancelled",  # the authorised money could not be taken
}


@given(st.lists(st.sampled_from(sorted(DECISIONS))))
def test_an_order_takes_the_steps_of_the_design_and_no_others(names: Sequence[str]):
    order = _placed()

    for name in names:
        before, order = order, _decide(order, name)

        step = DESIGN.get((before.status, name))
        if step is None:
            assert order is before
        else:
            assert (order.status, order.version) == (step, before.version + 1)


@given(st.lists(st.sampled_from(sorted(DECISIONS))))
def test_an_order_ends_once_and_says_why_it_was_cancelled(names: Sequence[str]):
    order = _placed()

    ends = 0
    for name in names:
        before, order = order, _decide(order, name)
        ends += order is not before and order.status in ("complete", "cancelled")

    assert ends <= 1
    assert (order.cancelled_because is not None) is (order.status == "cancelled")


@given(st.lists(st.sampled_from(sorted(DECISIONS))))
def test_a_hold_is_counted_when_it_is_taken_and_when_it_ends(names: Sequence[str]):
    order = _placed()

    for name in names:
        order = _decide(order, name)

    ended = order.status in ("complete", "cancelled")
    assert [item.hold_version for item in order.items] == [5 + ended]
    assert order.total_minor == sum(item.price_minor for item in order.items) == 500


def _decide(order: Order, name: str) -> Order:
    try:
        return DECISIONS[name](order)
    except Conflict:
        return order


def _placed() -> Order:
    offer = Offer(
        offer_id=clock.new_id(),
        version=0,
        seller_id=clock.new_id(),
        label="Hamlet",
        price_minor=500,
        currency="USD",
        on_sale=True,
        order_id=None,
        hold_version=4,
    )
    wish = Draft(
        clock.new_id(), clock.new_id(), (offer.offer_id,), clock.now(), timedelta(minutes=15)
    )
    return Order.of(wish, [offer])
