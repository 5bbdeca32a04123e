"""What Boxoffice does, one package per service; none imports another."""

from collections.abc import Sequence
from importlib import import_module

from boxoffice.kit.errors import BadInput
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings

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
EVERYBODYS = {"database_url", "nats_url", "secret", "hop_secret"}  # every service needs these


def load(names: Sequence[str] = ()) -> list[Service]:
    """Return these services, or all. BadInput names one that does not exist."""
    for name in names:
        if name not in NAMES:
            raise BadInput(f"There is no service {name}; there are {', '.join(NAMES)}")
    return [import_module(f"boxoffice.services.{name}.service").service for name in names or NAMES]


def unread(services: Sequence[Service]) -> set[str]:
    """Return the settings without a default that others need, and none of these."""
    required = {name for name, field in Settings.model_fields.items() if field.is_required()}
    return required - EVERYBODYS - {name for service in services for name in service.needs}
