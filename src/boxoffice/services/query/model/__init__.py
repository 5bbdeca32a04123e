"""What query knows of the others, how it finds it, and what pages show of it."""

from boxoffice.services.query.model.market import (
    view_of_admission,
    view_of_case,
    view_of_order,
    view_of_review,
    view_of_ticket,
)

__all__ = [
    "view_of_admission",
    "view_of_case",
    "view_of_order",
    "view_of_review",
    "view_of_ticket",
]
