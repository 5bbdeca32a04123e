"""News as tickets, orders and identity say it, and waiting until everyone has heard."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from boxoffice.events.event import Event
from boxoffice.events.identity import BanLifted, PersonBanned
from boxoffice.events.orders import OrderCancelled, OrderState
from boxoffice.events.shows import PerformanceNews, PerformanceScheduled, SeatRow, Section
from boxoffice.events.tickets import TicketListed, TicketState
from boxoffice.kit import clock
from stage.app import App
from stage.eventually import eventually
from stage.people import Someone

O = TypeVar("O", bound=OrderState)  # noqa: E741 - an order
T = TypeVar("T", bound=TicketState)
P = TypeVar("P", bound=PerformanceNews)


async def tell(app: App, *news: Event, event_id: UUID | None = None) -> None:
    """Say these and wait until each service of the app that listens has handled them."""
    ids = [(type(one), await app.say(one, event_id)) for one in news]
    for service in app.services:
        expected = [one for kind, one in ids if kind in service.reactions]
        if expected:
            await _heard(app, service.name, expected)


async def heard(app: App, service: str = "query") -> None:
    """Wait until a service has handled all that the services of the app have said so far."""

    async def nothing_waits() -> None:
        ear = await app.client.jetstream().consumer_info("EVENTS", service)
        assert (ear.num_pending, ear.num_ack_pending) == (0, 0)

    await app.all_is_said()
    await eventually(nothing_waits)


def ticket_news(seller: Someone, ticket_id: UUID, kind: type[T], **changes: object) -> T:
    """What tickets says of a ticket at 5 dollars; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "ticket_id": ticket_id,
        "version": 0,
        "seller_id": seller.id,
        "title": "Hamlet",
        "price_minor": 500,
        "currency": "USD",
        "status": "listed",
        "order_id": None,
    }
    return kind.model_validate(usual | changes)


def listed(seller: Someone, **changes: object) -> TicketListed:
    """News of a new ticket."""
    return ticket_news(seller, clock.new_id(), TicketListed, **changes)


def order_news(
    kind: type[O], ticket_id: UUID, hold_version: int, order_id: UUID, **changes: object
) -> O:
    """What orders says of an order for one ticket; `changes` stand in place of the usual."""
    now = clock.now()
    usual: dict[str, object] = {
        "order_id": order_id,
        "version": 0,
        "status": "created",
        "buyer_id": clock.new_id(),
        "total_minor": 500,
        "currency": "USD",
        "placed_at": now,
        "expires_at": now + timedelta(minutes=15),
        "cancelled_because": "cancelled" if kind is OrderCancelled else None,
        "items": [
            {
                "offer_id": ticket_id,
                "seller_id": clock.new_id(),
                "label": "Hamlet",
                "price_minor": 500,
                "hold_version": hold_version,
            }
        ],
    }
    return kind.model_validate(usual | changes)


def seated(name: str, price_minor: int, rows: int, seats: int) -> Section:
    """A section of rows A, B, C… or R27, R28…, each of so many seats, behind one another."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return Section(
        name=name,
        price_minor=price_minor,
        capacity=rows * seats,
        rows=tuple(
            SeatRow(name=letters[n] if n < len(letters) else f"R{n}", cells="s" * seats, y=n)
            for n in range(rows)
        ),
    )


def performance_news(organiser: Someone, kind: type[P], **changes: object) -> P:
    """What shows says of a performance tomorrow, with two rows of ten seats at 30 dollars."""
    now = clock.now()
    usual: dict[str, object] = {
        "performance_id": clock.new_id(),
        "version": 1,
        "show_id": clock.new_id(),
        "organiser_id": organiser.id,
        "title": "The Tempest",
        "venue_id": clock.new_id(),
        "venue": "Globe",
        "city": "London",
        "time_zone": "Europe/London",
        "starts_at": now + timedelta(days=1),
        "doors_at": None,
        "on_sale_at": now - timedelta(minutes=1),
        "currency": "USD",
        "state": "published",
        "sections": (seated("Stalls", 3000, rows=2, seats=10),),
    }
    return kind.model_validate(usual | changes)


def scheduled(organiser: Someone, **changes: object) -> PerformanceScheduled:
    """News of a performance whose seats can be ordered."""
    return performance_news(organiser, PerformanceScheduled, **changes)


def banned(person: Someone, version: int = 1, until: datetime | None = None) -> PersonBanned:
    """News that somebody is banned: for good, or until a time."""
    return PersonBanned(
        person_id=person.id, version=version, banned_at=clock.now(), banned_until=until
    )


def lifted(person: Someone, version: int = 2) -> BanLifted:
    """News that somebody may come back."""
    return BanLifted(person_id=person.id, version=version, banned_at=None, banned_until=None)


async def _heard(app: App, service: str, ids: list[UUID]) -> None:
    db = await app.db(service)

    async def all_is_handled() -> None:
        found = await db.fetchval("SELECT count(*) FROM inbox WHERE id = ANY($1::uuid[])", ids)
        assert found == len(set(ids)), f"{service} has not heard everything"
        ear = await app.client.jetstream().consumer_info("EVENTS", service)
        assert (ear.num_pending, ear.num_ack_pending) == (0, 0)

    await eventually(all_is_handled)
