"""Whatever is asked, the API answers as its document says; requests are made up from it."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stage import Market, Someone

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUESTS = 30  # of each kind, per operation
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
async def test_every_request_is_answered_as_the_document_says(
    market: Market, alice: Someone, mode: GenerationMode
):
    document: dict[str, Any] = (await market.app.get("/api/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)

    for found in schema.get_all_operations():
        await asyncio.to_thread(_ask, found.ok(), mode, market.app.settings.public_url, alice)


def _ask(operation: Any, mode: GenerationMode, url: str, by: Someone) -> None:
    @settings(max_examples=REQUESTS, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        case.call_and_validate(base_url=url, headers=by.headers, checks=CHECKS)

    ask()
