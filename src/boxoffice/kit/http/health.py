"""Whether this process lives, can work, and how it does."""

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from boxoffice.kit.database import UNREACHABLE
from boxoffice.kit.service import Running


async def healthz(_request: Request) -> Response:
    """Answer 200: this process lives."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> Response:
    """Answer 200 when every service here reaches its database and the bus, else 503 and which."""
    state = request.app.state
    running: dict[str, Running] = state.running
    missing = [] if state.client.is_connected else ["bus"]
    for name, service in running.items():
        try:
            await service.db.fetchval("SELECT 1")
        except UNREACHABLE:
            missing.append(name)
    if missing:
        return JSONResponse(
            {"status": "waiting", "for": missing}, status_code=503, headers={"Retry-After": "1"}
        )
    return JSONResponse({"status": "ready", "services": sorted(running)})


async def metrics(_request: Request) -> Response:
    """Answer with every metric, for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def install(app: FastAPI) -> None:
    """Add the three to an app."""
    app.add_route("/healthz", healthz, include_in_schema=False)
    app.add_route("/readyz", readyz, include_in_schema=False)
    app.add_route("/metrics", metrics, include_in_schema=False)
