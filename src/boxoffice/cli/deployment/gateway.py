"""Which service answers what: the table by which a gateway in front of them routes."""

from collections.abc import Iterator, Sequence

from boxoffice.cli.ways import PAGES, ways
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings

MADE = "# Made by `make describe`; edit the routes, not this file."
MAP = 'map "$request_method $uri" $boxoffice_service {'


def routes(services: Sequence[Service]) -> str:
    """Return the table as an nginx `map`, and the largest body that any route takes.

    The first line that fits counts: paths without parameters come before those with some.
    """
    table = [f'    "~{request}" {service};' for request, service in lines(services)]
    largest = f"client_max_body_size {largest_body(services)};"
    return "\n".join([MADE, largest, MAP, f"    default {PAGES};", *table, "}", ""])


def lines(services: Sequence[Service]) -> Iterator[tuple[str, str]]:
    """Yield an expression for `METHOD /path` with the service that answers it, in order."""
    for way in ways(services):
        methods = f"({'|'.join(way.methods)})" if way.methods else "[A-Z]+"
        yield f"^{methods} {way.path}$", way.service


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
