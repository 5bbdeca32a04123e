"""Which news query copies."""

from boxoffice.services.query.handlers.catalogue import copy_catalogue
from boxoffice.services.query.handlers.market import (
    copy_admissions,
    copy_cases,
    copy_orders,
    copy_people,
    copy_reviews,
    copy_tickets,
)

__all__ = [
    "copy_admissions",
    "copy_cases",
    "copy_catalogue",
    "copy_orders",
    "copy_people",
    "copy_reviews",
    "copy_tickets",
]
