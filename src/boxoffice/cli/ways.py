"""Which service answers what, and which of it needs somebody who is signed in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.kit.service import Service

PAGES = "web"  # whatever is nobody else's is a page, or a page that says so
NAMED = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Way:
    """Requests that go to one service: an expression for their path, and their methods."""

    path: str
    methods: tuple[str, ...]  # none: whatever the method
    service: str


def ways(services: Sequence[Service]) -> Iterator[Way]:
    """Yield where requests go; the first that fits counts, and what fits none is a page.

    Where services share a path, whatever method none of them answers goes to the first.
    """
    owners: dict[str, dict[str, set[str]]] = {}
    for service, route in _routes(services):
        owned = owners.setdefault(_expression(route), {})
        owned.setdefault(service.name, set()).update(route.methods or ())
    for path, owned in sorted(owners.items(), key=lambda one: ("(?:" in one[0], one[0])):
        if len(owned) > 1:
            for name, methods in owned.items():
                yield Way(path, tuple(sorted(methods)), name)
        yield Way(path, (), next(iter(owned)))


def protected(services: Sequence[Service]) -> Iterator[Way]:
    """Yield what answers 401 to whoever is not signed in, by path."""
    for service, route in sorted(_routes(services), key=lambda one: one[1].path):
        if route.allows != "anyone":
            yield Way(_expression(route), tuple(sorted(route.methods or ())), service.name)


def closed(services: Sequence[Service]) -> list[str]:
    """Return the services of which every route needs somebody who is signed in."""
    open_to: Mapping[str, list[bool]] = {service.name: [] for service in services}
    for service, route in _routes(services):
        open_to[service.name].append(route.allows == "anyone")
    return [name for name, found in open_to.items() if found and not any(found)]


def _routes(services: Sequence[Service]) -> Iterator[tuple[Service, GuardedRoute]]:
    for service in services:
        if service.routes is not None and service.name != PAGES:
            for route in service.routes.guarded():
                yield service, route


def _expression(route: GuardedRoute) -> str:
    return NAMED.sub("(?:", route.path_regex.pattern.removeprefix("^").removesuffix("$"))
