"""The OpenAPI document: what FastAPI reads off the routes, and what the house adds to each."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boxoffice.kit.auth import ALGORITHM, session_cookie
from boxoffice.kit.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from boxoffice.kit.http.front import SAFE
from boxoffice.kit.http.idempotency import LONGEST_KEY
from boxoffice.kit.http.problems import Problem, ProblemResponse
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.kit.settings import Settings

NOT_OURS = "422"  # FastAPI's own for bad input; ours is 400
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "the same key and body again get the same answer, for 24 hours",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}


class DescribedApp(FastAPI):
    """An app whose document says who may ask what, and every way in which it refuses."""

    settings: Settings
    answers: Callable[[], Sequence[GuardedRoute]]  # what the document is about

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        routes = [route for route in self.answers() if route.include_in_schema]
        document = get_openapi(title=self.title, version=self.version, routes=routes)
        components = document.setdefault("components", {})
        kinds: set[type[Refusal]] = set()
        for route in routes:
            kinds |= _describe(route, document["paths"][route.path_format])
        components["schemas"] = _schemas(components.get("schemas", {}))
        components["responses"] = {kind.__name__: _response(kind) for kind in _sorted(kinds)}
        components["securitySchemes"] = _ways_to_sign_in(self.settings)
        return document


def install(app: DescribedApp) -> None:
    """Have the app answer with its document, which is made when somebody first asks for it."""
    made: list[dict[str, Any]] = []
    making = asyncio.Lock()

    async def openapi(_request: Request) -> Response:
        async with making:
            if not made:
                made.append(await asyncio.to_thread(app.openapi))
        return JSONResponse(made[0])

    app.add_route("/api/openapi.json", openapi, include_in_schema=False)


def _describe(route: GuardedRoute, operations: dict[str, Any]) -> set[type[Refusal]]:
    """Say of each method of a route who may ask and how it refuses; return the refusals."""
    refusals: set[type[Refusal]] = set()
    for method in route.methods or ():
        operation = operations[method.lower()]
        signed_in: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
        operation["x-allows"] = route.allows
        operation["security"] = [{}, *signed_in] if route.allows == "anyone" else signed_in
        kinds = _refusals(route, method, operation)
        if method == "POST":
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        operation["responses"].pop(NOT_OURS, None)
        operation["responses"] |= {
            str(kind.status): {"$ref": f"#/components/responses/{kind.__name__}"}
            for kind in _sorted(kinds)
        }
        refusals |= kinds
    return refusals


def _refusals(route: GuardedRoute, method: str, operation: Mapping[str, Any]) -> set[type[Refusal]]:
    """Return how the house refuses such a request, and what the route says it adds."""
    unsafe = method not in SAFE
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    checks: dict[type[Refusal], bool] = {
        BadInput: method == "POST"
        or "requestBody" in operation
        or not places.isdisjoint({"query", "header"}),
        Unauthenticated: route.allows != "anyone",
        Forbidden: unsafe
        or route.allows not in {"anyone", "member"}
        or (route.allows != "anyone" and (route.needs_verified or "path" in places)),
        NotFound: "path" in places,
        Conflict: unsafe,
        TooLarge: unsafe,
        TooMany: route.limit is not None,
        Unavailable: True,
    }
    return {kind for kind, applies in checks.items() if applies} | set(route.refuses)


def _sorted(kinds: set[type[Refusal]]) -> list[type[Refusal]]:
    return sorted(kinds, key=lambda kind: kind.status)


def _schemas(found: Mapping[str, Any]) -> dict[str, Any]:
    ours = {"HTTPValidationError", "ValidationError"}
    problem = Problem.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    parts = problem.pop("$defs")
    kept = {name: schema for name, schema in found.items() if name not in ours}
    return dict(sorted((kept | parts | {"Problem": problem}).items()))


def _response(kind: type[Refusal]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": (kind.__doc__ or kind.title).partition("\n")[0],
        "content": {ProblemResponse.media_type: {"schema": schema}},
    }


def _ways_to_sign_in(settings: Settings) -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": f"JWT ({ALGORITHM})"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": session_cookie(settings)},
    }
