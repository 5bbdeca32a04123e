"""Choosing seats: a performance with its house, and the way to an order."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import Form, Query, Response

from boxoffice.kit.http.routing import Now, Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Flag, Text
from boxoffice.services.web.routes.house import House
from boxoffice.services.web.routes.pages import FILES, spell_seat
from boxoffice.services.web.routes.visit import Anyone, Visit

router = Router()
LARGEST_ORDER = 8  # seats, as orders has it
LONGEST_CHOICE = 80  # characters of a section and a row in an address
MOST_KEPT = 50  # seats that stay ticked on a page: who ticked too many unticks some
NO_SEAT = Answer.wrong("seats", "Choose at least one seat")
NO_QUANTITY = Answer.wrong("quantity", f"Choose 1 to {LARGEST_ORDER} seats")
TOO_MANY = Answer.wrong("seats", f"One order has at most {LARGEST_ORDER} seats")
MODULES = sorted(name for name in FILES if name.startswith("seats-"))
QUANTITIES = tuple(str(number) for number in range(1, LARGEST_ORDER + 1))
VIEWS = ("map", "list")

Seats = Annotated[Sequence[str], Form(alias="seat")]


@router.get("/performances/{performance_id}")
@allow("anyone")
async def get_performance(
    visit: Anyone,
    now: Now,
    performance_id: UUID,
    seat: Annotated[Sequence[str], Query()] = (),
    section: str = "",
    quantity: str = "2",
    view: str = "",
) -> Response:
    """Show a performance, its house, and what was chosen so far."""
    wish = {"seats": seat, "section": section, "quantity": quantity, "view": view}
    return await _show(visit, now, performance_id, wish)


@router.post("/performances/{performance_id}/seats")
@allow("anyone")
async def post_seats(
    visit: Anyone,
    now: Now,
    performance_id: UUID,
    seat: Seats = (),
    view: Text = "",
    key: Text = "",
) -> Response:
    """Hold the seats that somebody chose."""
    wish = {"seats": seat, "view": view}
    if wrong := TOO_MANY if len(seat) > LARGEST_ORDER else None if seat else NO_SEAT:
        return await _show(visit, now, performance_id, wish, wrong)
    if first := _first(visit, performance_id, [("seat", label) for label in seat]):
        return first
    body = {"performanceId": str(performance_id), "seats": list(seat)}
    answer = await visit.ask("orders", "POST", "/api/orders", body, key=key)
    if answer.refused:
        return await _show(visit, now, performance_id, wish, answer)
    return visit.redirect(f"/orders/{answer.body['id']}")


@router.post("/performances/{performance_id}/best")
@allow("anyone")
async def post_best(
    visit: Anyone,
    now: Now,
    performance_id: UUID,
    section: Text = "",
    quantity: Text = "",
    *,
    accessible: Flag = False,
    key: Text = "",
) -> Response:
    """Hold the best seats of a section that are free."""
    wish = {"section": section, "quantity": quantity, "accessible": accessible}
    if quantity not in QUANTITIES:
        return await _show(visit, now, performance_id, wish, NO_QUANTITY)
    if first := _first(visit, performance_id, [("section", section), ("quantity", quantity)]):
        return first
    body = {
        "performanceId": str(performance_id),
        "section": section,
        "quantity": int(quantity),
        "accessible": accessible,
    }
    answer = await visit.ask("orders", "POST", "/api/orders", body, key=key)
    if answer.refused:
        return await _show(visit, now, performance_id, wish, answer)
    return visit.redirect(f"/orders/{answer.body['id']}")


async def _show(
    visit: Visit,
    now: datetime,
    performance_id: UUID,
    wish: Mapping[str, Any],
    refused: Answer | None = None,
) -> Response:
    """Return the page of a performance. NotFound when there is none."""
    path = f"/api/performances/{performance_id}"
    found, seats = await asyncio.gather(
        visit.ask("shows", "GET", path),
        visit.ask("orders", "GET", f"{path}/seats", query={"form": "rows"}),
    )
    performance = found.found()
    house = House(performance, None if seats.refused else seats.body)
    return visit.page(
        "performance.html",
        refused=refused,
        path=f"/performances/{performance_id}",
        performance=performance,
        house=house,
        sale=_sale(performance, house, now),
        wish=wish,
        view=wish["view"] if wish.get("view") in VIEWS else "",
        quantities=QUANTITIES,
        largest_order=LARGEST_ORDER,
        modules=MODULES,
        errors=_errors(refused, wish) if refused else [],
        **_listed(house, wish),
    )


def _listed(house: House, wish: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the list of seats, and what of a wish is there: on the list, beside it, or gone."""
    parts = list(house.parts(wish.get("section", "")[:LONGEST_CHOICE]))
    chosen, gone = house.chosen(wish.get("seats", ())[:MOST_KEPT])
    shown = {seat.label for part in parts for row in part.rows for seat in row.seats}
    beside = [each for each in chosen if each.label not in shown]
    return {"parts": parts, "chosen": chosen, "carried": beside, "gone": gone}


def _sale(performance: Mapping[str, Any], house: House, now: datetime) -> str:
    """Return how the sale stands, in a word."""
    if performance["state"] != "published":
        return performance["state"]
    if now >= datetime.fromisoformat(performance["startsAt"]):
        return "over"
    if now < datetime.fromisoformat(performance["onSaleAt"]):
        return "soon"
    if house.free is None:
        return "away"
    return "open" if house.free else "full"


def _first(visit: Visit, performance_id: UUID, wish: list[tuple[str, str]]) -> Response | None:
    """Return the way to sign in, or to verify first, and back with all that was wished for."""
    person = visit.person
    if person and (person.verified or not visit.settings.require_verified):
        return None
    back = model.local_path(f"/performances/{performance_id}?{urlencode(wish[:LARGEST_ORDER])}")
    return visit.redirect(f"/{'verify' if person else 'signin'}?return_to={quote(back, safe='')}")


def _errors(refused: Answer, wish: Mapping[str, Any]) -> model.Errors:
    """Return what was refused, with the seats called as people call them."""
    return [_in_words(error, wish.get("seats", ())) for error in refused.errors]


def _in_words(error: Mapping[str, str], labels: Sequence[str]) -> Mapping[str, str]:
    field, message = error.get("field", ""), error["message"]
    kind, _, nth = field.partition(".")
    if kind == "seats" and nth.isdecimal() and int(nth) < len(labels):
        label = labels[int(nth)]
        return {"message": message.replace(label, spell_seat(label))}
    return (
        error if field in {"section", "quantity", "accessible", "seats"} else {"message": message}
    )
