"""Refusals as people and programs read them: application/problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boxoffice.kit.database import UNREACHABLE
from boxoffice.kit.errors import BadInput, NotFound, Refusal, Unauthenticated, Unavailable
from boxoffice.kit.http.wire import View
from boxoffice.kit.telemetry import log

SENTENCES = {
    "missing": "This is required",
    "json_invalid": "The body is not valid JSON",
    "string_too_short": "This needs at least {min_length} characters",
    "string_too_long": "This takes at most {max_length} characters",
    "too_short": "This is too short: at least {min_length}",
    "too_long": "This is too long: at most {max_length}",
    "string_type": "This must be text",
    "greater_than": "This must be more than {gt}",
    "greater_than_equal": "This must be at least {ge}",
    "less_than": "This must be less than {lt}",
    "less_than_equal": "This must be at most {le}",
    "decimal_max_places": "This takes at most {decimal_places} decimals",
    "decimal_parsing": "This must be a number",
    "decimal_type": "This must be a number",
    "int_parsing": "This must be a whole number",
    "int_type": "This must be a whole number",
    "int_from_float": "This must be a whole number",
    "float_parsing": "This must be a number",
    "float_type": "This must be a number",
    "bool_parsing": "This must be true or false",
    "bool_type": "This must be true or false",
    "literal_error": "This must be {expected}",
    "list_type": "This must be a list",
    "tuple_type": "This must be a list",
    "datetime_parsing": "This is not a time as RFC 3339 writes it",
    "datetime_from_date_parsing": "This is not a time as RFC 3339 writes it",
    "datetime_type": "This must be a time",
    "timezone_aware": "This must name its time zone",
    "date_from_datetime_parsing": "This is not a date",
    "date_parsing": "This is not a date",
    "string_pattern_mismatch": "This is not written as it should be",
    "finite_number": "This must be a number",
    "uuid_parsing": "This is not an id",
    "uuid_type": "This is not an id",
    "model_attributes_type": "The body must be a JSON object",
    "dict_type": "The body must be a JSON object",
    "extra_forbidden": "This is not known here",
    "union_tag_invalid": "This must be {expected_tags}",
}


def sentence_of(error: Mapping[str, Any]) -> str:
    """Return what is wrong, as people read it, of one of the errors that pydantic tells."""
    sentence = SENTENCES.get(error["type"])
    if sentence is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return sentence.format_map(error.get("ctx") or {})


class Mistake(View):
    """One thing that is wrong, and with which field."""

    message: str
    field: str | None = None


class Problem(View):
    """A refusal (RFC 9457); `errors` has one entry per failing field, and at least one."""

    type: str
    title: str
    status: int
    detail: str
    errors: Sequence[Mistake]


class ProblemResponse(JSONResponse):
    """A refusal on the wire."""

    media_type = "application/problem+json"


def problem(refusal: Refusal, errors: Sequence[Mistake] = ()) -> Response:
    """Return a refusal as an answer; `errors` has one entry per failing field."""
    said = Problem(
        type="about:blank",
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail,
        errors=errors or [Mistake(message=refusal.detail, field=refusal.field)],
    )
    headers: dict[str, str] = {}
    if refusal.retry_after_seconds:
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if isinstance(refusal, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110 wants the way in named
    return ProblemResponse(
        said.model_dump(exclude_none=True),
        status_code=refusal.status,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Have every refusal and failure of the app answered as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unreachable in (*UNREACHABLE, asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError):
        app.add_exception_handler(unreachable, _unavailable)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    refusal = cast("Refusal", error)
    errors = [Mistake(message=said, field=name) for name, said in refusal.fields.items()]
    return await _answer(request, refusal, errors)


async def _invalid(request: Request, error: Exception) -> Response:
    found = cast("RequestValidationError", error).errors()
    errors = [_mistake(one) for one in found if one["loc"][0] != "path"]
    if not errors:
        return await _answer(request, NotFound("There is no such thing"))
    detail = "; ".join(f"{one.field or 'body'}: {one.message}" for one in errors)
    return await _answer(request, BadInput(detail), errors)


async def _http(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)
    if isinstance(error.__cause__, Refusal):  # raised while the body was read
        return await _answer(request, error.__cause__)
    phrase = HTTPStatus(error.status_code).phrase
    detail = "There is nothing here" if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    kind = type("HttpRefusal", (Refusal,), {"status": error.status_code, "title": phrase})
    answer = await _answer(request, kind(detail))
    answer.headers.update(error.headers or {})
    return answer


async def _unavailable(request: Request, error: Exception) -> Response:
    log.error("unreachable", path=request.url.path, error=repr(error))
    return await _answer(request, Unavailable("This is out of order for a moment; try again"))


async def _failed(request: Request, error: Exception) -> Response:
    log.error("failed", path=request.url.path, exc_info=error)
    kind = type("Failure", (Refusal,), {"status": 500, "title": "Internal error"})
    return await _answer(request, kind("Something went wrong here; nothing of yours was lost"))


async def _answer(request: Request, refusal: Refusal, errors: Sequence[Mistake] = ()) -> Response:
    page = request.app.state.refuse_page
    if page is None or request.url.path.startswith("/api/"):
        return problem(refusal, errors)
    return await page(request, refusal)


def _mistake(one: Mapping[str, Any]) -> Mistake:
    place = [str(part) for part in one["loc"][1:] if isinstance(part, str)]
    return Mistake(message=sentence_of(one), field=".".join(place) or None)
