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


def unread(services: Sequence[Service]) -> set[str]:
    """Return the settings that others need, and none of these."""
    return {name for other in load() for name in other.needs} - {
        name for service in services for name in service.needs
    }
