"""Whatever is asked, the API answers as its document says; requests are made up from it."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stage import Market, Someone

REQUESTS = 15  # for each operation
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


# The product runs in this process, and draws lots of its own meanwhile: for mails, for the bus.
@pytest.mark.timeout(600)  # some two thousand requests
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("roles", [("member",), ("admin",)], ids=lambda roles: roles[0])
async def test_every_request_is_answered_as_the_document_says(
    market: Market, alice: Someone, mode: GenerationMode, roles: tuple[str, ...]
):
    name = f"{mode.value}-{roles[0]}"
    # A token of the stage's own, which no request that ends sign-ins can end.
    asker = Someone(name, id=(await market.app.sign_up(name)).id, roles=roles)
    schema = schemathesis.openapi.from_dict(await _document(market))
    orders = [(await market.order(asker, await market.list_ticket(alice))).json() for _ in range(2)]
    question = {"ticketId": await market.list_ticket(alice), "text": "Is it in the first row?"}
    review = (await market.app.post("/api/reviews", asker, json=question)).json()
    known = {
        "review_id": review["id"],  # to show, edit and withdraw
        "ticket_id": await market.list_ticket(asker),  # to edit and withdraw
        "ticketId": await market.list_ticket(alice),  # to order
        "order_id": orders[0]["id"],  # to show and cancel
        "orderId": orders[1]["id"],  # to pay
        "person_id": str((await market.app.sign_up(f"other-{name}")).id),  # to ban
    }

    for methods in schema.values():
        for operation in methods.values():
            if (operation.definition.raw["x-allows"] == "admin") == ("admin" in roles):
                await asyncio.to_thread(_ask, operation, mode, known, market, asker)


async def test_an_answer_that_the_document_does_not_know_is_noticed(market: Market, bob: Someone):
    document = await _document(market)
    document["paths"]["/api/tickets"]["get"]["responses"] = {"404": {"description": "never"}}
    operation = schemathesis.openapi.from_dict(document)["/api/tickets"]["GET"]

    with pytest.raises(FailureGroup, match="Undocumented status code"):
        await asyncio.to_thread(_ask, operation, GenerationMode.POSITIVE, {}, market, bob)


async def _document(market: Market) -> dict[str, Any]:
    return (await market.app.get("/api/openapi.json")).json()


def _ask(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    known: dict[str, str],
    market: Market,
    by: Someone,
) -> None:
    """Ask about what is there when the request may be right, and about anything when it is not."""
    may_be_right = mode is GenerationMode.POSITIVE
    if not may_be_right and not _takes_anything(operation):
        return

    @settings(
        max_examples=REQUESTS,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        for part in (case.path_parameters, case.body):
            if may_be_right and isinstance(part, dict):
                part |= {name: known[name] for name in part if name in known}
        url = market.app.settings.public_url
        case.call_and_validate(base_url=url, headers=by.headers, checks=CHECKS)

    ask()


def _takes_anything(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    return bool(operation.path_parameters or operation.headers or operation.query or operation.body)
