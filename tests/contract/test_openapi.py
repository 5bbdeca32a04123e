"""Whatever is asked, the API answers as its document says; requests are made up from it."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stage import Market, Someone

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUESTS = 15  # for each operation
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_every_request_is_answered_as_the_document_says(
    market: Market, alice: Someone, bob: Someone, mode: GenerationMode
):
    document: dict[str, Any] = (await market.app.get("/api/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    ticket_id = await market.list_ticket(alice)
    order_id = (await market.order(bob, await market.list_ticket(alice))).json()["id"]
    known = {"ticketId": ticket_id, "orderId": order_id}
    known |= {"ticket_id": ticket_id, "order_id": order_id}

    where = {"base_url": market.app.settings.public_url, "headers": bob.headers}

    for found in schema.get_all_operations():
        await asyncio.to_thread(_ask, found.ok(), mode, known, **where)


def _ask(operation: Any, mode: GenerationMode, known: dict[str, str], **where: Any) -> None:
    """Ask about what is there when the request may be right, and about anything when it is not."""
    if mode is GenerationMode.NEGATIVE and not _takes_anything(operation):
        return

    @settings(
        max_examples=REQUESTS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            for part in (case.path_parameters, case.body):
                if isinstance(part, dict):
                    part |= {name: known[name] for name in part if name in known}
        case.call_and_validate(checks=CHECKS, **where)

    ask()


def _takes_anything(operation: Any) -> bool:
    return bool(operation.path_parameters or operation.headers or operation.query or operation.body)
