"""Answering without a solver: for routes that ask for a body, a question, and what the house gives.

FastAPI works out the arguments of a call anew for each request, which takes longer than most of our
answers do. Where all of them are known beforehand, as parts of a path are too, we call the endpoint
ourselves; what is asked, answered, refused and documented stays the same.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, get_args, get_type_hints

from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends, Query
from pydantic import TypeAdapter, ValidationError
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from boxoffice.kit.http.wire import Body

NO_CONTENT = 204

Give: TypeAlias = Callable[[Request], Awaitable[Any]]
Answer: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


def answer_of(
    endpoint: Callable[..., Awaitable[Any]],
    given: frozenset[Give],
    parts: Collection[str],
    status: int,
    *,
    exclude_none: bool,
) -> Answer | None:
    """Return what answers a request by calling this endpoint; None when it asks for more.

    `given` are the dependencies that are known, `parts` the names in its path; whatever else an
    endpoint asks for is FastAPI's.
    """
    hints = get_type_hints(endpoint, include_extras=True)
    returned = hints.pop("return", None)
    bodies = {name: hint for name, hint in hints.items() if _is_body(hint)}
    questions = {name: hint for name, hint in hints.items() if _is_question(hint)}
    named = {name: hints[name] for name in parts if name in hints}
    taken = {
        **{name: partial(_name, TypeAdapter[Any](hint), name) for name, hint in named.items()},
        **{
            name: partial(_understand, TypeAdapter[Any](get_args(hint)[0]))
            for name, hint in questions.items()
        },
        **{name: partial(_read, TypeAdapter[Any](hint)) for name, hint in bodies.items()},
    }
    gives = {name: _give(hint) for name, hint in hints.items() if name not in taken}
    if len(bodies) > 1 or len(questions) > 1 or not all(give in given for give in gives.values()):
        return None
    written = None if _is_response(returned) else TypeAdapter[Any](returned)
    known: Mapping[str, Give] = {name: give for name, give in gives.items() if give}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        arguments = {name: await give(request) for name, give in known.items()}
        sent = await request.body() if bodies else b""
        wrong: list[Any] = []
        for name, take in taken.items():
            try:
                arguments[name] = take(request, sent)
            except RequestValidationError as error:
                wrong.extend(error.errors())
        if wrong:
            raise RequestValidationError(wrong)
        result = await endpoint(**arguments)
        if written is not None:
            body = (
                b""
                if status == NO_CONTENT
                else written.dump_json(result, by_alias=True, exclude_none=exclude_none)
            )
            result = Response(body, status, media_type="application/json" if body else None)
        await result(scope, receive, send)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # What the endpoint raises becomes an answer here, as any other: it may have to be kept.
        await wrap_app_handling_exceptions(app, Request(scope))(scope, receive, send)

    return answer


def _read(adapter: TypeAdapter[Any], request: Request, body: bytes) -> Any:
    """Return a body as what the route takes. RequestValidationError, as FastAPI raises it."""
    if not body:
        raise _invalid([{"type": "missing", "loc": (), "msg": "", "input": None}])
    try:
        if not _is_json(request.headers.get("content-type", "")):
            return adapter.validate_python(body)  # refused as what it is
        try:
            return adapter.validate_json(body)
        except ValidationError as error:
            if error.errors(include_url=False)[0]["type"] != "json_invalid":
                raise
            return adapter.validate_python(json.loads(body))  # half a character has a field
    except ValidationError as error:
        raise _invalid(error.errors(include_url=False, include_input=False)) from None
    except (ValueError, RecursionError) as error:
        raise _invalid([{"type": "json_invalid", "loc": (), "msg": str(error)}]) from None


def _understand(adapter: TypeAdapter[Any], request: Request, _: bytes) -> Any:
    """Return a question as what the route takes. RequestValidationError, as FastAPI raises it."""
    try:
        return adapter.validate_python(dict(request.query_params))  # of two, the last
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise _invalid(found, "query") from None


def _name(adapter: TypeAdapter[Any], name: str, request: Request, _: bytes) -> Any:
    """Return a part of the path as what the route takes. RequestValidationError, as FastAPI's."""
    try:
        return adapter.validate_python(request.path_params[name])
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise _invalid([{**one, "loc": (name, *one["loc"])} for one in found], "path") from None


def _is_json(kind: str) -> bool:
    main, _, sub = kind.partition(";")[0].strip().lower().partition("/")
    return main == "application" and (sub == "json" or sub.endswith("+json"))


def _invalid(found: Sequence[Mapping[str, Any]], place: str = "body") -> RequestValidationError:
    return RequestValidationError([{**one, "loc": (place, *one["loc"])} for one in found])


def _is_body(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, Body)


def _is_question(hint: Any) -> bool:
    """Whether it is a model of which every field, a single value, stands behind the path."""
    asked = any(isinstance(one, Query) for one in getattr(hint, "__metadata__", ()))
    return asked and _is_body(get_args(hint)[0])


def _is_response(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, Response)


def _give(hint: Any) -> Give | None:
    depends = [one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Depends)]
    return depends[0].dependency if depends else None
