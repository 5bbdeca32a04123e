"""Which service answers what: the table by which a gateway in front of them routes."""

import re
from collections.abc import Iterator, Sequence

from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings

PAGES = "web"  # whatever is nobody else's is a page, or a page that says so
MADE = "# Made by `make describe`; edit the routes, not this file."
NAMED = re.compile(r"\(\?P<\w+>")
MAP = 'map "$request_method $uri" $boxoffice_service {'


def routes(services: Sequence[Service]) -> str:
    """Return the table as an nginx `map`, and the largest body that any route takes.

    The first line that fits counts: paths without parameters come before those with some.
    """
    table = [f'    "~{request}" {service};' for request, service in lines(services)]
    largest = f"client_max_body_size {largest_body(services)};"
    return "\n".join([MADE, largest, MAP, f"    default {PAGES};", *table, "}", ""])


def lines(services: Sequence[Service]) -> Iterator[tuple[str, str]]:
    """Yield an expression for `METHOD /path` with the service that answers it, in order.

    Where services share a path, whatever method none of them answers goes to the first.
    """
    owners: dict[str, dict[str, set[str]]] = {}
    for service, route in _answered(services):
        owned = owners.setdefault(_expression(route), {})
        owned.setdefault(service.name, set()).update(route.methods or ())
    for path in sorted(owners, key=lambda path: ("(?:" in path, path)):
        names = list(owners[path])
        if len(names) > 1:
            for name in names:
                yield f"^({'|'.join(sorted(owners[path][name]))}) {path}$", name
        yield f"^[A-Z]+ {path}$", names[0]


def largest_body(services: Sequence[Service]) -> int:
    """Return how many bytes the largest body may have that any route takes."""
    default: int = Settings.model_fields["body_limit_bytes"].default
    own = [
        route.takes or 0
        for one in services
        if one.routes is not None
        for route in one.routes.guarded()
    ]
    return max(default, *own)


def _answered(services: Sequence[Service]) -> Iterator[tuple[Service, GuardedRoute]]:
    for service in services:
        if service.routes is not None and service.name != PAGES:
            for route in service.routes.guarded():
                yield service, route


def _expression(route: GuardedRoute) -> str:
    return NAMED.sub("(?:", route.path_regex.pattern.removeprefix("^").removesuffix("$"))
