"""The market: what is on sale, and a seller's own tickets."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Response, UploadFile

from boxoffice.kit.errors import Forbidden, NotFound
from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.kit.pictures.uploads import LARGEST_UPLOAD, refusal_of
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Flag, Picture, Text
from boxoffice.services.web.routes.lists import Source, ask_list
from boxoffice.services.web.routes.pages import plain_price
from boxoffice.services.web.routes.texts import Draft, Look, Looked, Told, ask, section
from boxoffice.services.web.routes.visit import Anyone, Member, Verified, Visit

router = Router()
LARGEST_FORM_BYTES = LARGEST_UPLOAD + 65_536  # the picture, and the form around it
ON_SALE = Source("/api/pages/market", "tickets", "/api/tickets")
OFFERED = Source("/api/pages/mine/tickets", "tickets", "/api/tickets", {"seller": "me"})


@router.get("/market")
@allow("anyone")
async def get_market(visit: Anyone, after: UUID | None = None) -> Response:
    """Show what people have on sale."""
    shelf = await ask_list(visit, ON_SALE, after)
    return visit.page("market.html", tickets=shelf.items, next=shelf.next, as_of=shelf.as_of)


@router.get("/my/tickets")
@allow("anyone")
async def get_my_tickets(visit: Member, after: UUID | None = None) -> Response:
    """Show somebody all that they ever offered."""
    shelf = await ask_list(visit, OFFERED, after)
    return visit.page("tickets.html", tickets=shelf.items, next=shelf.next, as_of=shelf.as_of)


@router.get("/sell")
@allow("anyone")
async def get_sell(visit: Verified) -> Response:
    """Show the form that puts a ticket on sale."""
    return _form(visit, None, _values("", ""))


@router.post("/sell")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_sell(
    visit: Member, title: Text = "", price: Text = "", key: Text = "", picture: Picture = None
) -> Response:
    """Put a ticket on sale, and show its picture."""
    values, raw = _values(title, price), await _read(picture)
    if wrong := _wrong(raw):
        return _form(visit, None, values, wrong)
    answer = await visit.ask("tickets", "POST", "/api/tickets", _draft(title, price), key=key)
    if answer.refused:
        return _form(visit, None, values, answer)
    ticket = answer.body
    if raw and (hung := await _hang(visit, ticket["id"], raw)).refused:
        return _form(visit, ticket, values, _all_but(hung, "Your ticket is on sale"))
    return visit.redirect(f"/tickets/{ticket['id']}", "listed")


@router.get("/tickets/{ticket_id}")
@allow("anyone")
async def get_ticket(visit: Anyone, ticket_id: UUID, look: Looked) -> Response:
    """Show a ticket, and what is written about it."""
    return await show_ticket(visit, ticket_id, look=look)


@router.get("/tickets/{ticket_id}/edit")
@allow("anyone")
async def get_edit(visit: Member, ticket_id: UUID) -> Response:
    """Show a seller the form that changes a ticket; as long as nobody wants it, that is."""
    ticket = await _own_ticket(visit, ticket_id)
    if ticket["status"] != "listed":
        return visit.redirect(f"/tickets/{ticket_id}")
    price = plain_price(ticket["price"], ticket["currency"])
    return _form(visit, ticket, _values(ticket["title"], price))


@router.post("/tickets/{ticket_id}/edit")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_edit(
    visit: Member,
    ticket_id: UUID,
    version: Annotated[int, Form()],
    title: Text = "",
    price: Text = "",
    picture: Picture = None,
    bare: Flag = False,
) -> Response:
    """Change a ticket, and its picture; `bare` takes that away."""
    raw = await _read(picture)
    refused = _wrong(raw)
    if refused is None:
        body = _draft(title, price) | {"version": version}
        answer = await visit.ask("tickets", "PUT", f"/api/tickets/{ticket_id}", body)
        refused = answer if answer.refused else None
    if refused is None and (raw or bare):
        answer = await _hang(visit, ticket_id, raw)
        refused = _all_but(answer, "Your changes are saved") if answer.refused else None
    if refused:
        ticket = await _own_ticket(visit, ticket_id)
        return _form(visit, ticket, _values(title, price), refused)
    return visit.redirect(f"/tickets/{ticket_id}", "saved")


@router.post("/tickets/{ticket_id}/withdrawal")
@allow("anyone")
async def post_withdrawal(visit: Member, ticket_id: UUID) -> Response:
    """Take a ticket off sale."""
    answer = await visit.ask("tickets", "DELETE", f"/api/tickets/{ticket_id}")
    if answer.refused:
        return await show_ticket(visit, ticket_id, answer)
    return visit.redirect("/my/tickets", "withdrawn")


async def show_ticket(
    visit: Visit,
    ticket_id: UUID,
    refused: Answer | None = None,
    *,
    look: Look | None = None,
    draft: Draft | None = None,
) -> Response:
    """Return a ticket's page, with what was refused on it. NotFound when there is none."""
    look = look or Look()
    answer, told = await asyncio.gather(
        visit.ask("tickets", "GET", f"/api/tickets/{ticket_id}"),
        ask(visit, "ticket", ticket_id, look),
    )
    ticket = _ticket(answer, told)
    visit.saw("tickets", ticket)
    your_order = await _your_order(visit, ticket)
    if refused and your_order:  # somebody's other tab was faster than this one
        return visit.redirect(f"/orders/{your_order}")
    return visit.page(
        "ticket.html",
        refused=refused or (draft and draft.refused),
        path=f"/tickets/{ticket_id}",
        errors=refused.errors if refused else [],
        ticket=ticket,
        copied=answer.refused,
        as_of=told.body.get("asOf"),
        seller=told.body.get("seller"),
        your_order=your_order,
        reviews=section("ticket", ticket_id, ticket["userId"], told, look, draft),
    )


def _ticket(answer: Answer, told: Told) -> Any:
    """Return a ticket as its service knows it; while that is away, as query last heard of it."""
    away = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not told.page.refused
    if not away:
        return answer.found()
    ticket = told.body["ticket"]
    if ticket["status"] == "withdrawn":
        raise NotFound("There is no such ticket")
    return ticket


async def _get_ticket(visit: Visit, ticket_id: UUID) -> Any:
    return (await visit.ask("tickets", "GET", f"/api/tickets/{ticket_id}")).found()


async def _own_ticket(visit: Visit, ticket_id: UUID) -> Any:
    ticket = await _get_ticket(visit, ticket_id)
    if not _is_seller(visit, ticket):
        raise Forbidden("This ticket is somebody else's")
    return ticket


async def _your_order(visit: Visit, ticket: Mapping[str, Any]) -> str | None:
    """Return the order that holds or has the ticket, if it is the visitor's."""
    order_id: str | None = ticket.get("orderId")
    if order_id is None or visit.person is None or _is_seller(visit, ticket):
        return None
    answer = await visit.ask("orders", "GET", f"/api/orders/{order_id}")
    return None if answer.refused else order_id


def _is_seller(visit: Visit, ticket: Mapping[str, Any]) -> bool:
    return visit.person is not None and str(visit.person.id) == ticket["userId"]


def _values(title: str, price: str) -> dict[str, str]:
    """Return what the form holds. A picture must be chosen anew: browsers keep none."""
    return {"title": title, "price": price, "picture": "chosen"}


async def _read(picture: UploadFile | str | None) -> bytes:
    """Return what was chosen, or nothing."""
    return b"" if picture is None or isinstance(picture, str) else await picture.read()


def _wrong(raw: bytes) -> Answer | None:
    """Return what stands in for the answer to what is plainly no picture."""
    refusal = refusal_of(raw) if raw else None
    return refusal and replace(Answer.wrong("picture", refusal.detail), status=refusal.status)


async def _hang(visit: Visit, ticket_id: UUID | str, raw: bytes) -> Answer:
    """Give a ticket its picture, or take it away where there is nothing to show."""
    path = f"/api/tickets/{ticket_id}/picture"
    if not raw:
        return await visit.ask("tickets", "DELETE", path)
    return await visit.ask("tickets", "PUT", path, raw, media_type="application/octet-stream")


def _all_but(refused: Answer, done: str) -> Answer:
    """Return the refusal of a picture, which tells what was done all the same."""
    sentence = f"{done}, but not its picture. {refused.detail}"
    return replace(refused, errors=[{"message": sentence, "field": "picture"}])


def _draft(title: str, price: str) -> dict[str, Any]:
    return {"title": title, "price": price.strip().replace(",", ".")}


def _form(
    visit: Visit,
    ticket: Mapping[str, Any] | None,
    values: Mapping[str, str],
    refused: Answer | None = None,
) -> Response:
    return visit.page(
        "sell.html",
        refused=refused,
        ticket=ticket,
        values=values,
        errors=model.in_words(refused.errors, values) if refused else [],
        currency=ticket["currency"] if ticket else visit.settings.currency,
    )
