"""Buying: from holding a ticket to having paid for it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Response

from boxoffice.kit.errors import Unavailable
from boxoffice.kit.http.routing import Router, allow
from boxoffice.kit.telemetry import log
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.lists import Source, ask_list
from boxoffice.services.web.routes.market import show_ticket
from boxoffice.services.web.routes.visit import Member, Visit

router = Router()
ORDERED = Source("/api/pages/mine/orders", "orders", "/api/orders")


@router.get("/my/orders")
@allow("anyone")
async def get_my_orders(visit: Member, after: UUID | None = None) -> Response:
    """Show somebody what they bought, or wanted to."""
    shelf = await ask_list(visit, ORDERED, after)
    return visit.page("orders.html", orders=shelf.items, next=shelf.next, as_of=shelf.as_of)


@router.post("/orders")
@allow("anyone")
async def post_order(
    visit: Member,
    ticket_id: Annotated[UUID, Form(alias="ticketId")],
    key: Text = "",
) -> Response:
    """Hold a ticket for somebody."""
    body = {"ticketId": str(ticket_id)}
    answer = await visit.ask("orders", "POST", "/api/orders", body, key=key)
    if answer.refused:
        return await show_ticket(visit, ticket_id, answer)
    return visit.redirect(f"/orders/{answer.body['id']}")


@router.get("/orders/{order_id}")
@allow("anyone")
async def get_order(visit: Member, order_id: UUID, *, paid: bool = False) -> Response:
    """Show an order; `paid` says that its buyer comes back from paying."""
    return await _show_order(visit, order_id, paid=paid)


@router.post("/orders/{order_id}/payment")
@allow("anyone")
async def post_payment(visit: Member, order_id: UUID) -> Response:
    """Send somebody to the page where they pay."""
    # Without a key: all clicks lead to the one page, and a key would refuse the quick second.
    body = {"orderId": str(order_id)}
    answer = await visit.ask("payments", "POST", "/api/payments/checkout", body)
    if answer.refused:
        return await _show_order(visit, order_id, answer)
    url = answer.body["url"]
    if not model.is_checkout(url, visit.settings.public_url):
        log.error("strange checkout", origin=model.origin_of(url))
        raise Unavailable(model.MISSING["payments"])
    return visit.redirect(url)


@router.post("/orders/{order_id}/passes/{admission_id}/code")
@allow("anyone")
async def post_code(visit: Member, order_id: UUID, admission_id: UUID) -> Response:
    """Give a ticket another code; the old one opens nothing from then on."""
    answer = await visit.ask("tickets", "PUT", f"/api/admissions/{admission_id}/code")
    if answer.refused:
        return await _show_order(visit, order_id, answer)
    return visit.redirect(f"/orders/{order_id}", "reissued")


@router.post("/orders/{order_id}/cancellation")
@allow("anyone")
async def post_cancellation(visit: Member, order_id: UUID) -> Response:
    """Give an order up."""
    answer = await visit.ask("orders", "DELETE", f"/api/orders/{order_id}")
    if answer.refused:
        return await _show_order(visit, order_id, answer)
    return visit.redirect(f"/orders/{order_id}")


async def _show_order(
    visit: Visit, order_id: UUID, refused: Answer | None = None, *, paid: bool = False
) -> Response:
    order = (await visit.ask("orders", "GET", f"/api/orders/{order_id}")).found()
    visit.saw("orders", order)
    confirming, errors = False, refused.errors if refused else ()
    if paid and order["status"] == "created":
        confirming, errors = await _look_at_payment(visit, order_id)
    passes = await _passes(visit, order)
    return visit.page(
        "order.html",
        refused=refused,
        path=f"/orders/{order_id}?paid=1" if confirming else f"/orders/{order_id}",
        order=order,
        confirming=confirming,
        errors=errors,
        passes=passes,
    )


async def _passes(visit: Visit, order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tickets of an order, and whether they are still to come or cannot be had."""
    if order["status"] != "complete" or not order.get("performance"):
        return {"issued": [], "printing": False, "away": False}
    answer = await visit.ask("tickets", "GET", "/api/admissions", query={"orderId": order["id"]})
    if answer.refused:
        return {"issued": [], "printing": False, "away": True}
    issued = answer.body["items"]
    return {"issued": issued, "printing": len(issued) < len(order["items"]), "away": False}


async def _look_at_payment(visit: Visit, order_id: UUID) -> tuple[bool, model.Errors]:
    """Return whether a payment may be on its way to its order, and why not if it was declined.

    Asking has payments look at Stripe, so that nobody waits for a lost message of Stripe's.
    """
    answer = await visit.ask("payments", "GET", f"/api/payments/{order_id}")
    if answer.refused:
        return answer.status == HTTPStatus.SERVICE_UNAVAILABLE, []
    if answer.body["status"] == "declined":
        return False, [{"message": answer.body.get("reason", "The card was declined")}]
    return True, []
