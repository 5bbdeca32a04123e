"""What services declare of themselves, held against each other."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from starlette.routing import BaseRoute

from boxoffice.events.event import Event, events_by_name
from boxoffice.events.streams import STREAMS
from boxoffice.kit.http.routing import SAFE, GuardedRoute
from boxoffice.kit.limits import Limit
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from boxoffice.services import NAMES, load

SERVICES = Path(__file__).parents[2] / "src/boxoffice/services"
UNLIMITED = {  # what anyone may ask without a limit, and why
    "POST /api/payments/webhook": "who asks has signed it, and asks as often as people pay",
    "POST /api/users/signout": "it costs one look-up, and nobody must be kept from leaving",
}
PAGES = "web"  # it asks the other services in the visitor's name, and they count


@pytest.fixture
def services() -> list[Service]:
    return load()


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_what_its_name_says(name: str):
    service = load([name])[0]

    assert service.name == name
    assert service.does


def test_every_event_has_one_publisher_which_is_the_service_that_emits_it(services: list[Service]):
    said = [(event.__name__, service.name) for service in services for event in service.emits]

    assert sorted(said) == sorted(
        (name, event.publisher) for name, event in events_by_name().items() if _is_ours(event)
    )


def test_a_service_says_what_it_declares_and_nothing_else(services: list[Service]):
    events = {name for name, event in events_by_name().items() if _is_ours(event)}
    for service in services:
        hears = {event.__name__ for event in service.reactions}
        emits = {event.__name__ for event in service.emits}

        named = _news_imported(SERVICES / service.name) & events

        assert named - hears == emits - hears, service.name


def test_every_reaction_has_a_publisher(services: list[Service]):
    said = {event for service in services for event in service.emits}

    for service in services:
        assert service.reactions.keys() <= said, service.name


def test_no_service_reacts_to_its_own_news(services: list[Service]):
    for service in services:
        assert not service.reactions.keys() & set(service.emits), service.name


def test_every_event_goes_to_a_stream_that_is_kept_and_names_what_it_is_about():
    for name, event in events_by_name().items():
        assert event.stream in STREAMS, name
        assert event.every().startswith(event.stream.subjects.rstrip(">*")), name
        assert event.about in event.model_fields, name


def test_a_fact_that_is_kept_for_ever_holds_no_name_and_no_address():
    personal = {"email", "name", "address", "password", "token", "secret", "code"}
    for name, event in events_by_name().items():
        if event.stream.is_history and _is_ours(event):
            assert not personal & event.model_fields.keys(), name


def test_every_route_says_whom_it_allows_and_whose_it_is(services: list[Service]):
    for service in services:
        routes: list[BaseRoute] = service.routes.routes if service.routes else []
        for route in routes:
            assert isinstance(route, GuardedRoute), route
            assert route.allows, route.path
            assert route.service == service.name


def test_whatever_anyone_may_change_is_limited(services: list[Service]):
    unlimited = {request for request, limit in _open_to_anyone(services).items() if not limit}

    assert unlimited == UNLIMITED.keys()


def test_limits_of_a_service_do_not_share_a_name(services: list[Service]):
    for service in services:
        limits = {route.limit for route in _routes(service) if route.limit}
        names = Counter(limit.name for limit in limits)

        assert [name for name, times in names.items() if times > 1] == [], service.name


def test_a_verified_address_is_asked_for_only_where_a_person_is(services: list[Service]):
    for service in services:
        for route in _routes(service):
            assert route.allows != "anyone" or not route.needs_verified, route.path


def test_no_two_routes_answer_the_same_request(services: list[Service]):
    asked = Counter(
        (method, route.path)
        for service in services
        for route in _routes(service)
        for method in route.methods or ()
    )

    assert [request for request, times in asked.items() if times > 1] == []


def test_every_setting_says_what_it_means():
    for name, field in Settings.model_fields.items():
        assert field.description, name


def _routes(service: Service) -> list[GuardedRoute]:
    return service.routes.guarded() if service.routes else []


def _open_to_anyone(services: list[Service]) -> dict[str, Limit | None]:
    """Every request that changes something and needs no sign-in, with its limit."""
    return {
        f"{method} {route.path}": route.limit
        for service in services
        for route in _routes(service)
        for method in (route.methods or set[str]()) - SAFE
        if service.name != PAGES and route.allows == "anyone"
    }


def _is_ours(event: type[Event]) -> bool:
    """Whether the product declares it; tests declare events of their own."""
    return event.__module__.startswith("boxoffice.events.")


def _news_imported(folder: Path) -> set[str]:
    """Every event that the code of a service works with, but for what it declares."""
    return {
        alias.name
        for path in folder.rglob("*.py")
        if path.name != "service.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("boxoffice.events")
        for alias in node.names
    }
