"""Dashboards that follow from what the code declares: four of the whole, and one per service."""

from collections.abc import Sequence

from boxoffice.cli.dashboards import whole
from boxoffice.cli.dashboards.of_service import rows_of
from boxoffice.cli.dashboards.panels import dashboard
from boxoffice.kit.service import Service

FOLDER = "observability/dashboards"


def documents(services: Sequence[Service]) -> dict[str, str]:
    """Return each dashboard by its path below deploy/."""
    boards = {
        "overview": dashboard("overview", "overview", whole.overview()),
        "on-sale": dashboard("on-sale", "on-sale", whole.on_sale()),
        "money": dashboard("money", "money", whole.money()),
        "events": dashboard("events", "events", whole.events()),
        **{
            f"service-{service.name}": dashboard(service.name, service.name, rows_of(service))
            for service in services
        },
    }
    return {f"{FOLDER}/{name}.json": text for name, text in boards.items()}
