"""The one door: it sends each request to the service that answers it."""

import re

import pytest

from boxoffice.cli.deployment import gateway
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.kit.pictures.uploads import LARGEST_UPLOAD
from boxoffice.services import load
from deploy.ground import ROOT

EXAMPLE = "0193b6a0-1c5e-7000-8000-5ea75ea75ea7"
TABLE = "deploy/base/gateway/routes.conf"


def _routed(request: str) -> str:
    """Where the gateway sends `METHOD /path`: as nginx reads the file."""
    text = (ROOT / TABLE).read_text("utf-8")
    for expression, service in re.findall(r'^    "~(.+)" (\w+);$', text, re.MULTILINE):
        if re.search(expression, request):
            return service
    (default,) = re.findall(r"^    default (\w+);$", text, re.MULTILINE)
    return default


def _routes() -> list[GuardedRoute]:
    return [route for one in load() if one.routes is not None for route in one.routes.guarded()]


@pytest.mark.parametrize("service", [one.name for one in load() if one.routes is not None])
def test_every_route_of_a_service_leads_there(service: str):
    elsewhere = {
        request: _routed(request)
        for route in _routes()
        if route.service == service
        for method in route.methods or ()
        for request in [f"{method} {re.sub('{[^}]*}', EXAMPLE, route.path)}"]
        if _routed(request) != service
    }

    assert elsewhere == {}


@pytest.mark.parametrize(
    ("request_line", "service"),
    [
        ("GET /api/shows", "query"),
        ("POST /api/shows", "shows"),
        ("PATCH /api/shows", "shows"),
        ("GET /api/shows/bestsellers", "query"),
        (f"GET /api/shows/{EXAMPLE}", "shows"),
        (f"GET /api/performances/{EXAMPLE}", "shows"),
        (f"GET /api/performances/{EXAMPLE}/seats", "orders"),
        ("GET /api/nothing", "web"),
        ("GET /", "web"),
    ],
)
def test_it_routes_by_method_and_path(request_line: str, service: str):
    assert _routed(request_line) == service


def test_it_takes_the_largest_body_that_a_service_does():
    assert gateway.largest_body(load()) >= LARGEST_UPLOAD
    assert f"client_max_body_size {gateway.largest_body(load())};" in (ROOT / TABLE).read_text()
