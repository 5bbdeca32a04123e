"""The market: what is on sale, and a seller's own tickets."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Response

from boxoffice.kit.errors import Forbidden
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.pages import plain_price
from boxoffice.services.web.routes.visit import Anyone, Member, Verified, Visit

router = Router()


@router.get("/")
@allow("anyone")
async def get_home(visit: Anyone, after: UUID | None = None) -> Response:
    """Show what is on sale."""
    tickets, further = await visit.list("tickets", "/api/tickets", after)
    return visit.page("home.html", tickets=tickets, next=further)


@router.get("/my/tickets")
@allow("anyone")
async def get_my_tickets(visit: Member, after: UUID | None = None) -> Response:
    """Show somebody all that they ever offered."""
    tickets, further = await visit.list("tickets", "/api/tickets", after, seller="me")
    return visit.page("tickets.html", tickets=tickets, next=further)


@router.get("/sell")
@allow("anyone")
async def get_sell(visit: Verified) -> Response:
    """Show the form that puts a ticket on sale."""
    return _form(visit, None, {"title": "", "price": ""})


@router.post("/sell")
@allow("anyone")
async def post_sell(visit: Member, title: Text = "", price: Text = "", key: Text = "") -> Response:
    """Put a ticket on sale."""
    answer = await visit.ask("tickets", "POST", "/api/tickets", _draft(title, price), key=key)
    if answer.refused:
        return _form(visit, None, {"title": title, "price": price}, answer)
    return visit.redirect(f"/tickets/{answer.body['id']}", "listed")


@router.get("/tickets/{ticket_id}")
@allow("anyone")
async def get_ticket(visit: Anyone, ticket_id: UUID) -> Response:
    """Show a ticket."""
    return await show_ticket(visit, ticket_id)


@router.get("/tickets/{ticket_id}/edit")
@allow("anyone")
async def get_edit(visit: Member, ticket_id: UUID) -> Response:
    """Show a seller the form that changes a ticket; as long as nobody wants it, that is."""
    ticket = await _own_ticket(visit, ticket_id)
    if ticket["status"] != "listed":
        return visit.redirect(f"/tickets/{ticket_id}")
    price = plain_price(ticket["price"], ticket["currency"])
    return _form(visit, ticket, {"title": ticket["title"], "price": price})


@router.post("/tickets/{ticket_id}/edit")
@allow("anyone")
async def post_edit(
    visit: Member,
    ticket_id: UUID,
    version: Annotated[int, Form()],
    title: Text = "",
    price: Text = "",
) -> Response:
    """Change a ticket."""
    body = _draft(title, price) | {"version": version}
    answer = await visit.ask("tickets", "PUT", f"/api/tickets/{ticket_id}", body)
    if answer.refused:
        ticket = await _own_ticket(visit, ticket_id)
        return _form(visit, ticket, {"title": title, "price": price}, answer)
    return visit.redirect(f"/tickets/{ticket_id}", "saved")


@router.post("/tickets/{ticket_id}/withdrawal")
@allow("anyone")
async def post_withdrawal(visit: Member, ticket_id: UUID) -> Response:
    """Take a ticket off sale."""
    answer = await visit.ask("tickets", "DELETE", f"/api/tickets/{ticket_id}")
    if answer.refused:
        return await show_ticket(visit, ticket_id, answer)
    return visit.redirect("/my/tickets", "withdrawn")


async def show_ticket(visit: Visit, ticket_id: UUID, refused: Answer | None = None) -> Response:
    """Return a ticket's page, with what was refused on it. NotFound when there is none."""
    ticket = await _get_ticket(visit, ticket_id)
    your_order = await _your_order(visit, ticket)
    if refused and your_order:  # somebody's other tab was faster than this one
        return visit.redirect(f"/orders/{your_order}")
    return visit.page(
        "ticket.html",
        refused=refused,
        path=f"/tickets/{ticket_id}",
        ticket=ticket,
        your_order=your_order,
    )


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
