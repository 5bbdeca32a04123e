"""What all answers have in common."""

import json
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeAlias
from uuid import UUID

import httpx

from boxoffice.kit import clock
from stage import Market

Operation: TypeAlias = tuple[str, str, dict[str, Any]]


def refused(answer: httpx.Response, status: int, *fields: str) -> dict[str, Any]:
    """Check that this is a refusal as all are, about exactly these fields; return it."""
    assert answer.status_code == status, (answer.request.method, answer.request.url, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said.keys() == {"type", "title", "status", "detail", "errors"}
    assert (said["type"], said["status"]) == ("about:blank", status)
    assert all(isinstance(said[name], str) and said[name] for name in ("title", "detail"))
    assert all(one["message"] and one.keys() <= {"message", "field"} for one in said["errors"])
    assert len(said["errors"]) == max(len(fields), 1)
    named = sorted(one["field"] for one in said["errors"] if "field" in one)
    assert named == sorted(fields), answer.text
    assert (status == HTTPStatus.UNAUTHORIZED) == ("www-authenticate" in answer.headers)
    assert (status == HTTPStatus.SERVICE_UNAVAILABLE) == ("retry-after" in answer.headers)
    assert "Traceback" not in answer.text
    assert "boxoffice/" not in answer.text
    return said


def sent(body: object, **headers: str) -> dict[str, Any]:
    """The options of a request with this body as JSON in ASCII, which can say all that JSON can."""
    return {
        "content": json.dumps(body),
        "headers": {"Content-Type": "application/json"} | headers,
    }


def is_id(text: str) -> bool:
    """Whether this is a UUIDv7 as ids are written."""
    return UUID(text).version == 7 and str(UUID(text)) == text


def is_recent(text: str) -> bool:
    """Whether this is a time in UTC (RFC 3339) of the last minutes."""
    age = datetime.now(UTC) - datetime.fromisoformat(text)
    return text.endswith("Z") and timedelta(minutes=-1) < age < timedelta(minutes=5)


async def operations(market: Market) -> list[Operation]:
    """Every operation of the API: its method, path and description."""
    document: dict[str, Any] = (await market.app.get("/api/openapi.json")).json()
    return [
        (method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def at(path: str, found: object = None) -> str:
    """A path with an id in it where it names one."""
    return re.sub(r"\{.*?\}", lambda _: str(found or clock.new_id()), path)
