"""What Boxoffice does, one package per service; none imports another."""

from collections.abc import Sequence
from importlib import import_module

from boxoffice.kit.errors import BadInput
from boxoffice.kit.service import Service

NAMES = (
    "identity",
    "shows",
    "tickets",
    "orders",
    "expiration",
    "payments",
    "mail",
    "reviews",
    "moderation",
    "query",
    "web",
)


def load(names: Sequence[str] = ()) -> list[Service]:
    """Return these services, or all. BadInput names one that does not exist."""
    for name in names:
        if name not in NAMES:
            raise BadInput(f"There is no service {name}; there are {', '.join(NAMES)}")
    return [import_module(f"boxoffice.services.{name}.service").service for name in names or NAMES]
