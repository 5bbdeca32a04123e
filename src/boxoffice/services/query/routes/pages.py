"""What HTTP may ask for whole pages: each is one statement, and says how fresh it is."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from boxoffice.kit.http.routing import Db, Here, MaybeMe, Me, Now, Router, allow
from boxoffice.kit.http.wire import LIST_LARGEST
from boxoffice.services.query import store
from boxoffice.services.query.routes.fresh import Known, Patient, page, until

router = Router()
Many = Annotated[int, Query(ge=1, le=LIST_LARGEST)]


@router.get("/api/pages/home")
@allow("anyone")
async def get_home_page(here: Here, db: Db, now: Now, known: Annotated[Known, Query()]) -> Response:
    """Return what one sees first.

    `{asOf, best: [{rank, seats, show}], following: [shows, as in lists], newest: [tickets]}`.
    """
    find = partial(store.select_home_page, db, now)
    if not known.after:
        return page(await here.outside.once("home", find))
    await until(db, known)
    return page(await find())


@router.get("/api/pages/shows/{show_id}")
@allow("anyone")
async def get_show_page(
    show_id: UUID, here: Here, db: Db, me: MaybeMe, now: Now, known: Annotated[Known, Query()]
) -> Response:
    """Return a show with what is to come of it, what is written about it, and by oneself.

    `{asOf, show, organiser: {id, name}, performances: [{…, free, held, sold}],
    rating: {reviews, average} or null, texts: [{…, author, replies, repliesTotal}], mine: [{…}]}`.
    """
    find = partial(store.select_show_page, db, show_id, me and me.id, now)
    if not known.after and not me:
        return page(await here.outside.once(show_id, find))
    await until(db, known)
    return page(await find())


@router.get("/api/pages/mine")
@allow("member")
async def get_own_page(db: Db, me: Me, _: Patient) -> Response:
    """Return what is one's own: `{asOf, orders, places, tickets, texts}`, the newest of each."""
    return page(await store.select_own_page(db, me.id))


@router.get("/api/pages/organiser")
@allow("organiser")
async def get_organiser_page(
    db: Db, me: Me, now: Now, _: Patient, before: UUID | None = None, limit: Many = 10
) -> Response:
    """Return one's own shows with all their performances: `{asOf, items: [{…, performances}]}`."""
    return page(await store.select_organiser_page(db, me.id, before, limit, now))


@router.get("/api/pages/tickets/{ticket_id}")
@allow("anyone")
async def get_ticket_page(ticket_id: UUID, db: Db, me: MaybeMe, _: Patient) -> Response:
    """Return a ticket with its seller, what is written about it, and what one wrote oneself.

    `{asOf, ticket, seller: {id, name}, texts: [{…, author, replies, repliesTotal}], mine: [{…}]}`.
    """
    return page(await store.select_ticket_page(db, ticket_id, me and me.id))


@router.get("/api/pages/people/{person_id}")
@allow("anyone")
async def get_person_page(
    person_id: UUID, db: Db, _: Patient, before: UUID | None = None, limit: Many = store.SHELF
) -> Response:
    """Return what somebody sells, from behind `before`.

    `{asOf, person: {id, name}, sold, tickets: [{…}]}`.
    """
    return page(await store.select_person_page(db, person_id, before, limit))


@router.get("/api/pages/texts/{about_id}")
@allow("anyone")
async def get_texts_page(
    about_id: UUID, db: Db, _: Patient, before: UUID | None = None, limit: Many = store.TEXTS
) -> Response:
    """Return further texts about a show or a ticket, from behind `before`: `{asOf, items}`."""
    return page(await store.select_texts_page(db, about_id, before, limit))


@router.get("/api/pages/texts/{review_id}/replies")
@allow("anyone")
async def get_replies_page(
    review_id: UUID, db: Db, _: Patient, before: UUID | None = None, limit: Many = store.TEXTS
) -> Response:
    """Return a text with the replies to it from behind `before`, the newest first.

    `{asOf, text: {…, author}, items: [{…, author}]}`.
    """
    return page(await store.select_replies_page(db, review_id, before, limit))


@router.get("/api/pages/moderation")
@allow("moderator")
async def get_queue_page(
    db: Db, _: Patient, behind: UUID | None = None, limit: Many = 50
) -> Response:
    """Return what waits for a moderator, the oldest first, from behind a text.

    `{asOf, waiting, items: [{…, author, about, case: {…}}]}`.
    """
    return page(await store.select_queue_page(db, behind, limit))


@router.get("/api/pages/market")
@allow("anyone")
async def get_market_page(
    db: Db, _: Patient, before: UUID | None = None, limit: Many = store.SHELF
) -> Response:
    """Return tickets that can be bought, the newest first, from behind `before`: `{asOf, items}`."""
    return page(await store.select_market_page(db, before, limit))


@router.get("/api/pages/mine/orders")
@allow("member")
async def get_own_orders(
    db: Db, me: Me, _: Patient, before: UUID | None = None, limit: Many = store.SHELF
) -> Response:
    """Return one's own orders, the newest first, from behind `before`.

    `{asOf, items: [{…, ticket: {id, title}} or {…, performance: {id, title, startsAt, …}}]}`.
    """
    return page(await store.select_own_orders(db, me.id, before, limit))


@router.get("/api/pages/mine/tickets")
@allow("member")
async def get_own_tickets(
    db: Db, me: Me, _: Patient, before: UUID | None = None, limit: Many = store.SHELF
) -> Response:
    """Return all that one ever offered, the newest first, from behind `before`: `{asOf, items}`."""
    return page(await store.select_own_tickets(db, me.id, before, limit))


@router.get("/api/pages/mine/texts")
@allow("member")
async def get_own_texts(
    db: Db, me: Me, _: Patient, before: UUID | None = None, limit: Many = store.SHELF
) -> Response:
    """Return what one wrote, the newest first, from behind `before`: `{asOf, items: [{…, about}]}`."""
    return page(await store.select_own_texts(db, me.id, before, limit))
